import Millrace

/// One line of the audit: what an event says was done to a task.
struct AuditRow: Hashable {
    /// What was done.
    enum Action: String {
        case created, deleted
        /// One member got another value.
        case changed
        /// The change after which the task no longer runs.
        case disabled
        /// An update that does not say what was changed.
        case updated
    }

    var action: Action
    /// Which member, as a JSON pointer from the task on.
    var path: String?
    /// JSON text; nil: not said.
    var oldValue: String?
    /// JSON text; nil: not said.
    var newValue: String?
    /// Of ``Action/disabled``.
    var disabledCode: String?

    /// What an event says, at least one line.
    static func rows(_ kind: TaskEventKind, _ state: TaskState) -> [AuditRow] {
        switch kind {
        case .created: return [AuditRow(action: .created)]
        case .deleted: return [AuditRow(action: .deleted)]
        case .updated:
            guard let changes = state.changes, !changes.isEmpty else { return [AuditRow(action: .updated)] }
            return changes.map { AuditRow($0, of: state) }
        }
    }

    private init(_ change: TaskChange, of state: TaskState) {
        action = change.disables ? .disabled : .changed
        path = change.path
        oldValue = change.oldValue?.json
        newValue = change.newValue?.json
        disabledCode = change.disables ? state.disabledCode?.rawValue : nil
    }

    private init(action: Action) { self.action = action }
}

extension ChangeValue {
    /// The value as JSON text, a string in quotes.
    var json: String {
        switch self {
        case .json(let text): return text
        case .null: return "null"
        case .string(let text):
            var writer = JSONWriter()
            writer.string(text)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }
}
