public import CloudEvents

/// What happened to a task.
public enum TaskEventKind: String, Sendable, Hashable, CaseIterable {
    /// A new task was created.
    case created
    /// A task's configuration or properties were updated.
    case updated
    /// A task was deleted.
    case deleted

    /// The canonical type of such events: `com.qlik.scheduling.task.created`.
    public var type: String { "com.qlik.scheduling.task.\(rawValue)" }

    /// What happened by an event's canonical type; nil for a type that is not of the Tasks.
    public init?(_ event: CloudEvent) {
        let kind = event.withMemory { envelope -> TaskEventKind? in
            if envelope.type.equals("com.qlik.scheduling.task.created") { return .created }
            if envelope.type.equals("com.qlik.scheduling.task.updated") { return .updated }
            return envelope.type.equals("com.qlik.scheduling.task.deleted") ? .deleted : nil
        }
        guard let kind else { return nil }
        self = kind
    }
}
