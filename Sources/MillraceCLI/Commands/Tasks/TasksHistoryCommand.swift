import CloudEvents
import Millrace
import QlikTasks

/// `millrace tasks history ID`.
struct TasksHistoryCommand: Command {
    static let name = "tasks history"
    static let summary = "Shows what was done to one task, from the audit that task-audit keeps."
    static let details = """
        In the order in which it happened: when, what, which member from what to what, and
        by whom as far as the event said so. --json prints an array with an object a line.
        """
    static let json = Flag.toggle("json", "Print a JSON array with an object a line.")
    static let flags: [any FlagDefinition] = TaskDatabases.flags + [json]
    static let arguments: [Argument] = [.required("ID", "The task's id.")]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let id = invocation.arguments[0]
        let path = try TaskDatabases.path(invocation, of: TaskAuditProcessor.name)
        try TaskDatabases.read(path) { reader in
            var rows: [StoredRow] = []
            try reader.history(of: id) { rows.append($0) }
            let task = try reader.task(id)
            guard !rows.isEmpty || task != nil else {
                throw CommandError(.badData, "'\(path)' knows nothing of a task \(OptionValue(id).shown)")
            }
            if invocation[json] {
                return try StoredRows.writeJSON(to: invocation.output) { for row in rows { try $0(row) } }
            }
            try writeTable(rows, invocation)
            if let task { invocation.report(sentence(about: task)) }
            if rows.isEmpty { invocation.report("no history: the file is not that of a \(TaskAuditProcessor.name)") }
        }
        return .success
    }

    private static func writeTable(_ rows: [StoredRow], _ invocation: Invocation) throws {
        guard !rows.isEmpty else { return }
        var table = TextTable(["time", "action", "path", "from", "to", "by"], .left)
        for row in rows {
            table.add([
                row.time.description, actionText(row), StoredRows.text(row["path"]), StoredRows.text(row["old_value"]),
                StoredRows.text(row["new_value"]), StoredRows.text(row["user_id"]),
            ])
        }
        for line in table.lines(indent: 0) { try invocation.output.writeLine(line) }
    }

    private static func actionText(_ row: StoredRow) -> String {
        let action = row["action"] ?? ""
        return row["disabled_code"].map { "\(action): \(StoredRows.text($0))" } ?? action
    }

    private static func sentence(about task: StoredRow) -> String {
        let name = StoredRows.text(task["name"])
        if task["last_event"] == "deleted" { return "'\(name)' is deleted, since \(task.time)" }
        let enabled =
            switch task["enabled"] {
            case nil: ""
            case "0": ", disabled"
            default: ", enabled"
            }
        return "'\(name)' is there\(enabled), owned by \(StoredRows.text(task["owner_id"])); last event \(task.time)"
    }
}
