package import MillraceSQLite

/// Which tasks are wanted: those for which everything holds that is said.
package struct TaskFilter: Sendable {
    /// The owner's id.
    package var owner: String?
    /// The space's id.
    package var space: String?
    /// Whether the task is enabled. Tasks of which that is not known are neither.
    package var isEnabled: Bool?
    /// The id of the resource that the task works on.
    package var resource: String?
    /// The reason for which the task was disabled, as events spell it.
    package var disabledCode: String?
    /// Whether deleted tasks are wanted too.
    package var includesDeleted = false

    /// All that are not deleted.
    package init() {}
}

/// Reads a task database while workers write it.
package struct TaskReader: ~Copyable {
    private let connection: SQLiteConnection

    /// Opens the file for reading.
    package init(path: String) throws(SQLiteError) {
        connection = try SQLiteSchema.tasks.openForReading(path)
    }

    /// The tasks, in the order of their names and ids.
    package func tasks(_ filter: TaskFilter, _ body: (StoredRow) throws -> Void) throws {
        var conditions = filter.includesDeleted ? [] : ["last_event <> 'deleted'"]
        var texts: [String] = []
        for (column, wanted) in [
            ("owner_id", filter.owner), ("space_id", filter.space), ("resource_id", filter.resource),
            ("disabled_code", filter.disabledCode),
        ] {
            guard let wanted else { continue }
            conditions.append("\(column) = ?")
            texts.append(wanted)
        }
        if let isEnabled = filter.isEnabled { conditions.append("enabled = \(isEnabled ? 1 : 0)") }
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        try rows(Self.taskColumns, "tasks \(condition) ORDER BY name, id", texts, body)
    }

    /// The row of one task; nil where there is none.
    package func task(_ id: String) throws -> StoredRow? {
        var found: StoredRow?
        try rows(Self.taskColumns, "tasks WHERE id = ?", [id]) { found = $0 }
        return found
    }

    /// What was done to a task, in the order in which it happened.
    package func history(of id: String, _ body: (StoredRow) throws -> Void) throws {
        let order =
            "time_seconds, time_nanoseconds, record_partition, record_offset, record_topic, event_kind, position, number"
        try rows(Self.auditColumns, "task_audit WHERE task_id = ? ORDER BY \(order)", [id], body)
    }

    private func rows(
        _ columns: [StoredColumn], _ rest: String, _ texts: [String], _ body: (StoredRow) throws -> Void
    ) throws {
        let names = columns.map(\.name).joined(separator: ", ")
        var query = try connection.prepare("SELECT \(names) FROM \(rest)")
        for text in texts { try query.bind(text) }
        while try query.step() { try body(StoredRow(columns, query)) }
    }

    private static let eventColumns = [
        StoredColumn("event_source", "eventSource"), StoredColumn("event_id", "eventId"),
        StoredColumn("event_time", "eventTime"), StoredColumn("time_seconds", "time", .seconds),
        StoredColumn("time_nanoseconds", "", .nanoseconds), StoredColumn("record_topic", "topic"),
        StoredColumn("record_partition", "partition", .integer), StoredColumn("record_offset", "offset", .integer),
    ]

    private static let taskColumns =
        [
            StoredColumn("id", "id"), StoredColumn("last_event", "lastEvent"), StoredColumn("name", "name"),
            StoredColumn("usage", "usage"), StoredColumn("action", "action"), StoredColumn("status", "status"),
            StoredColumn("enabled", "enabled", .boolean), StoredColumn("owner_id", "ownerId"),
            StoredColumn("space_id", "spaceId"), StoredColumn("duration", "duration"),
            StoredColumn("created_at", "createdAt"), StoredColumn("created_by", "createdBy"),
            StoredColumn("deleted_at", "deletedAt"), StoredColumn("updated_at", "updatedAt"),
            StoredColumn("resource_id", "resourceId"), StoredColumn("description", "description"),
            StoredColumn("action_params", "actionParams", .json), StoredColumn("disabled_code", "disabledCode"),
            StoredColumn("migrated_from", "migratedFrom"), StoredColumn("resource_type", "resourceType"),
            StoredColumn("status_details", "statusDetails"), StoredColumn("tenant_id", "tenantId"),
            StoredColumn("user_id", "userId"), StoredColumn("top_level_resource_id", "topLevelResourceId"),
        ] + eventColumns

    private static let auditColumns =
        [
            StoredColumn("task_id", "taskId"), StoredColumn("action", "action"), StoredColumn("path", "path"),
            StoredColumn("old_value", "oldValue", .json), StoredColumn("new_value", "newValue", .json),
            StoredColumn("disabled_code", "disabledCode"), StoredColumn("user_id", "userId"),
            StoredColumn("tenant_id", "tenantId"), StoredColumn("event_kind", "eventKind"),
            StoredColumn("data_digest", "dataDigest"), StoredColumn("position", "position", .integer),
        ] + eventColumns
}
