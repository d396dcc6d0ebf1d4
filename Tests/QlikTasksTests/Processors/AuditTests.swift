import CloudEvents
import MillraceSQLite
import Testing

@testable import QlikTasks

/// The rules of the table `task_audit`.
@Suite struct AuditTests {
    private let database: TestDatabase
    private let store: TaskStore<AuditTable>

    init() throws {
        database = try TestDatabase()
        store = try database.store(AuditTable.self)
    }

    private func updates(_ json: String) -> TaskData { .required.with("_updates", json) }

    private func rows(_ columns: String) throws -> [[String?]] {
        try database.rows("SELECT \(columns) FROM task_audit ORDER BY number")
    }

    @Test func whoChangedWhatFromWhatToWhat() throws {
        let entry = try TaskEntry.make(
            .updated,
            updates(
                #"[{"path":"$.name","oldValue":"a","newValue":"b \"c\""},{"path":"x","oldValue":null,"newValue":[1, 2]},{}]"#
            ),
            id: "e", time: "2026-01-02T03:04:05Z", topic: "top", partition: 2, offset: 7,
            attributes: #","userid":"u","tenantid":"ten""#)
        try store.write([entry])
        #expect(
            try rows("action, task_id, path, old_value, new_value, position, disabled_code, user_id, tenant_id") == [
                ["changed", "t1", "/name", #""a""#, #""b \"c\"""#, "0", nil, "u", "ten"],
                ["changed", "t1", "/x", "null", "[1,2]", "1", nil, "u", "ten"],
                ["changed", "t1", nil, nil, nil, "2", nil, "u", "ten"],
            ])
        let place = "event_source, event_id, event_kind, event_time, time_seconds, time_nanoseconds, record_topic, "
        #expect(
            try rows(place + "record_partition, record_offset")[0]
                == ["/s", "e", "updated", "2026-01-02T03:04:05Z", "1767323045", "0", "top", "2", "7"])
    }

    @Test func theDigestIsThatOfTheDatasBytes() throws {
        try store.write([try .make(.created)])
        // As sha256sum says of the text.
        #expect(try rows("data_digest") == [["60a60282a82ba6596243d033a576121ffeebdbccc96ae7388bc885132a396b65"]])
    }

    @Test func createdDeletedAndUnknownUpdates() throws {
        try store.write([
            try .make(.created, updates("[{\"path\":\"a\"}]")), try .make(.updated), try .make(.updated, updates("[]")),
            try .make(.deleted),
        ])
        #expect(
            try rows("action, path, user_id, tenant_id") == [
                ["created", nil, nil, nil], ["updated", nil, nil, nil], ["updated", nil, nil, nil],
                ["deleted", nil, nil, nil],
            ])
    }

    @Test(arguments: [
        ("false", "disabled"), (#""false""#, "disabled"), (#""False""#, "disabled"), ("true", "changed"),
        (#""true""#, "changed"), ("null", "changed"), ("0", "changed"),
    ])
    func disabled(value: String, action: String) throws {
        let data = updates(#"[{"path":"enabled","newValue":\#(value),"oldValue":"true"}]"#)
            .with("disabledCode", #""CONSECUTIVE-FAILURES""#)
        try store.write([try .make(.updated, data)])
        #expect(
            try rows("action, disabled_code, new_value")
                == [[action, action == "disabled" ? "CONSECUTIVE-FAILURES" : nil, value]])
    }

    @Test func aSecondDeliveryAddsNothing() throws {
        let data = updates(#"[{"path":"a","newValue":"1"},{"path":"b","newValue":"2"}]"#)
        try store.write([try .make(.updated, data), try .make(.updated, data, partition: 3, offset: 9)])
        try store.write([try .make(.updated, data, topic: "other", offset: 10)])
        #expect(try rows("path, record_offset") == [["/a", "0"], ["/b", "0"]])
    }

    @Test func otherBytesOrAnotherKindUnderTheSameIDAreKept() throws {
        try store.write([
            try .make(.created), try .make(.deleted), try .make(.created, .required.with("name", #""other""#)),
            try .make(.created, id: "2"),
        ])
        #expect(try rows("action, event_id").count == 4)
        #expect(try rows("DISTINCT data_digest").count == 2)
    }
}
