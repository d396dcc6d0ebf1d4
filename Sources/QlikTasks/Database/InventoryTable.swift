import CloudEvents
import Millrace
import MillraceSQLite

/// The table `tasks`: one row a task, as its last event says.
struct InventoryTable: TaskTable, ~Copyable {
    private var upsert: SQLiteStatement

    init(_ connection: borrowing SQLiteConnection) throws(SQLiteError) {
        upsert = try connection.prepare(Self.sql)
    }

    /// In the order in which ``write(_:_:)`` binds them.
    private static let columns = [
        "id", "last_event", "name", "usage", "action", "status", "enabled", "owner_id", "space_id", "duration",
        "created_at", "created_by", "deleted_at", "updated_at", "resource_id", "description", "action_params",
        "disabled_code", "migrated_from", "resource_type", "status_details", "tenant_id", "user_id",
        "top_level_resource_id", "event_source", "event_id", "event_time", "time_seconds", "time_nanoseconds",
        "record_topic", "record_partition", "record_offset",
    ]

    /// The topic is the last word where one file is fed by several of them.
    private static let order = [
        "time_seconds", "time_nanoseconds", "record_partition", "record_offset", "record_topic",
    ]

    private static let sql: String = {
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        let changes = columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        let ours = order.map { "excluded.\($0)" }.joined(separator: ", ")
        let theirs = order.map { "tasks.\($0)" }.joined(separator: ", ")
        return """
            INSERT INTO tasks (\(columns.joined(separator: ", "))) VALUES (\(places))
            ON CONFLICT (id) DO UPDATE SET \(changes) WHERE (\(ours)) > (\(theirs))
            """
    }()

    mutating func write(_ entry: TaskEntry, _ connection: borrowing SQLiteConnection) throws(SQLiteError) {
        let event = entry.event
        try entry.state.withPlaces { text, places throws(SQLiteError) in
            try bind(places[.id], text)
            try upsert.bind(entry.kind.rawValue)
            try bind(places[.name], text)
            try bind(places[.usage], text)
            try bind(places[.action], text)
            try bind(places[.status], text)
            try upsert.bind(places.enabled(in: text))
            try bind(places[.ownerId], text)
            try bind(places[.spaceId], text)
            try bind(places[.duration], text)
            try bind(places[.createdAt], text)
            try bind(places[.createdBy], text)
            try bind(places[.deletedAt], text)
            try bind(places[.updatedAt], text)
            try bind(places[.resourceId], text)
            try bind(places[.description], text)
            try upsert.bind(entry.state.actionParams.map(Self.json))
            try bind(places[.disabledCode], text)
            try bind(places[.migratedFrom], text)
            try bind(places[.resourceType], text)
            try bind(places[.statusDetails], text)
        }
        try upsert.bind(event["tenantid"])
        try upsert.bind(event["userid"])
        try upsert.bind(event["toplevelresourceid"])
        try event.withMemory { envelope throws(SQLiteError) in
            try upsert.bind(utf8: envelope.source.bytes)
            try upsert.bind(utf8: envelope.id.bytes)
        }
        try upsert.bind(event.time)
        try upsert.bind(entry.time.seconds)
        try upsert.bind(Int64(entry.time.nanoseconds))
        try upsert.bind(entry.topic)
        try upsert.bind(Int64(entry.partition))
        try upsert.bind(entry.offset)
        try upsert.run()
    }

    private mutating func bind(_ place: JSONPlace, _ text: ByteView) throws(SQLiteError) {
        guard let string = place.string(in: text) else { return try upsert.bind(nil as Int64?) }
        guard string.hasEscapes else { return try upsert.bind(utf8: string.raw.bytes) }
        try upsert.bind(string.string)
    }

    private static func json(_ texts: [String]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
