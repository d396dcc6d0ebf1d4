import CloudEvents
import Millrace
import QlikTasks

/// `millrace tasks`.
struct TasksCommand: Command {
    static let name = "tasks"
    static let summary = "Shows the inventory of Qlik Cloud tasks that task-inventory keeps."
    static let details = """
        Reads the database while workers write it. Deleted tasks are left out unless
        --deleted is given. Several filters hold together. --json prints an array with an
        object a task: every member of its last event, and where that event stands.
        """

    enum Answer: String, CaseIterable, Sendable { case yes, no }

    static let owner = Flag.optional("owner", "ID", .string, "Only tasks of this owner.")
    static let space = Flag.optional("space", "ID", .string, "Only tasks in this space.")
    static let enabled = Flag.optional("enabled", "yes|no", .choice(Answer.self), "Only tasks that are, or are not.")
    static let resource = Flag.optional("resource", "ID", .string, "Only tasks of this resource, such as an app.")
    static let disabledCode = Flag.optional(
        "disabled-code", "CODE", .string, "Only tasks with this code, such as CONSECUTIVE-FAILURES.")
    static let deleted = Flag.toggle("deleted", "Deleted tasks too.")
    static let json = Flag.toggle("json", "Print a JSON array with an object a task.")
    static let flags: [any FlagDefinition] =
        TaskDatabases.flags + [owner, space, enabled, resource, disabledCode, deleted, json]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        var filter = TaskFilter()
        filter.owner = invocation[owner]
        filter.space = invocation[space]
        filter.isEnabled = invocation[enabled].map { $0 == .yes }
        filter.resource = invocation[resource]
        filter.disabledCode = invocation[disabledCode]
        filter.includesDeleted = invocation[deleted]
        let path = try TaskDatabases.path(invocation, of: TaskInventoryProcessor.name)
        try TaskDatabases.read(path) { reader in
            if invocation[json] {
                try StoredRows.writeJSON(to: invocation.output) { try reader.tasks(filter, $0) }
            } else {
                try writeTable(invocation) { try reader.tasks(filter, $0) }
            }
        }
        return .success
    }

    private static func writeTable(_ invocation: Invocation, _ rows: ((StoredRow) throws -> Void) throws -> Void) throws
    {
        var table = TextTable(["id", "name", "owner", "space", "enabled", "resource", "last event", "time"], .left)
        var count = 0
        try rows { row in
            table.add([
                StoredRows.text(row["id"]), StoredRows.text(row["name"]), StoredRows.text(row["owner_id"]),
                StoredRows.text(row["space_id"]), enabledText(row), StoredRows.text(row["resource_id"]),
                row["last_event"] ?? "", row.time.description,
            ])
            count += 1
        }
        if count > 0 { for line in table.lines(indent: 0) { try invocation.output.writeLine(line) } }
        invocation.report(count == 1 ? "1 task" : "\(count.grouped) tasks")
    }

    /// With the reason, where the task is disabled and there is one.
    private static func enabledText(_ row: StoredRow) -> String {
        switch row["enabled"] {
        case nil: return "-"
        case "0": return row["disabled_code"].map { $0.isEmpty ? "no" : "no: \(StoredRows.text($0))" } ?? "no"
        default: return "yes"
        }
    }
}
