/// Something about a task that people want to hear of.
struct TaskAlert: Hashable {
    /// What happened.
    enum Kind: String, CaseIterable, Sendable {
        /// Qlik Cloud disabled the task after its runs had failed too often in a row.
        case disabledByFailures
        /// Somebody made a task his own, as a PATCH through Qlik Cloud's REST interface does without saying so.
        case ownerTakenOver
        /// A task was deleted that was enabled.
        case deletedWhileEnabled
    }

    var kind: Kind
    /// The owner before, of ``Kind/ownerTakenOver`` where the event says it.
    var previousOwner: String?

    /// What an event gives rise to.
    ///
    /// - Parameter user: who caused the event; nil where it does not say, as documented updates do not. Then a change of
    ///   the owner may be one by the new owner, and counts as one.
    static func alerts(_ kind: TaskEventKind, _ state: TaskState, user: String?) -> [TaskAlert] {
        switch kind {
        case .created: return []
        case .deleted: return state.enabled == true ? [TaskAlert(kind: .deletedWhileEnabled)] : []
        case .updated:
            let changes = state.changes ?? []
            var alerts: [TaskAlert] = []
            if isDisabledByFailures(state, changes) { alerts.append(TaskAlert(kind: .disabledByFailures)) }
            if let alert = ownerTakenOver(state, changes, user) { alerts.append(alert) }
            return alerts
        }
    }

    /// An event that does not say what was changed may be the one; one that says so, and is about something else, is a
    /// later one about a task that was disabled before.
    private static func isDisabledByFailures(_ state: TaskState, _ changes: [TaskChange]) -> Bool {
        guard state.enabled == false, state.disabledCode == .consecutiveFailures else { return false }
        return changes.isEmpty || changes.contains { $0.disables || $0.path == "/disabledCode" }
    }

    private static func ownerTakenOver(_ state: TaskState, _ changes: [TaskChange], _ user: String?) -> TaskAlert? {
        guard let change = changes.last(where: { $0.path == "/ownerId" }), change.newValue != change.oldValue else {
            return nil
        }
        let owner = state.ownerId
        guard user.map({ $0.utf8.elementsEqual(owner.utf8) }) ?? true else { return nil }
        guard case .string(let previous) = change.oldValue else { return TaskAlert(kind: .ownerTakenOver) }
        return TaskAlert(kind: .ownerTakenOver, previousOwner: previous)
    }
}
