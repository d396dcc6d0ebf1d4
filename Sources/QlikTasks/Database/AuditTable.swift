import CloudEvents
import Millrace
import MillraceSQLite

/// The table `task_audit`: rows are only ever added, once for each event.
///
/// An event is known by its source and id, by the digest of its data, since Qlik Cloud's documentation has one id for
/// several events, and by its kind, since the documented creation and deletion have the same data too.
struct AuditTable: TaskTable, ~Copyable {
    private var insert: SQLiteStatement

    init(_ connection: borrowing SQLiteConnection) throws(SQLiteError) {
        insert = try connection.prepare(
            """
            INSERT INTO task_audit (
              action, task_id, path, old_value, new_value, disabled_code, user_id, tenant_id, event_source, event_id,
              event_kind, data_digest, position, event_time, time_seconds, time_nanoseconds, record_topic,
              record_partition, record_offset)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (event_source, event_id, data_digest, event_kind, position) DO NOTHING
            """)
    }

    mutating func write(_ entry: TaskEntry, _ connection: borrowing SQLiteConnection) throws(SQLiteError) {
        let event = entry.event
        let digest = event.withDataBytes { Digest.sha256Hexadecimal($0) }
        for (position, row) in AuditRow.rows(entry.kind, entry.state).enumerated() {
            try insert.bind(row.action.rawValue)
            try insert.bind(entry.state.id)
            try insert.bind(row.path)
            try insert.bind(row.oldValue)
            try insert.bind(row.newValue)
            try insert.bind(row.disabledCode)
            try insert.bind(event["userid"])
            try insert.bind(event["tenantid"])
            try insert.bind(event.source)
            try insert.bind(event.id)
            try insert.bind(entry.kind.rawValue)
            try insert.bind(digest)
            try insert.bind(Int64(position))
            try insert.bind(event.time)
            try insert.bind(entry.time.seconds)
            try insert.bind(Int64(entry.time.nanoseconds))
            try insert.bind(entry.topic)
            try insert.bind(Int64(entry.partition))
            try insert.bind(entry.offset)
            try insert.run()
            // The first row is there already: so are the others.
            if connection.changes == 0 { return }
        }
    }
}
