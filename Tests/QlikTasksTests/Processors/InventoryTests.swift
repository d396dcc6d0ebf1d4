import CloudEvents
import MillraceEngine
import MillraceSQLite
import Testing

@testable import QlikTasks

/// The rules of the table `tasks`.
@Suite struct InventoryTests {
    private let database: TestDatabase

    init() throws { database = try TestDatabase() }

    private func name(_ name: String) -> TaskData { .required.with("name", "\"\(name)\"") }

    /// Writes each by itself, and answers the name and last event of the only task.
    private func afterwards(_ entries: [TaskEntry]) throws -> [String?] {
        let store = try database.store(InventoryTable.self)
        for entry in entries { try store.write([entry]) }
        let rows = try database.rows("SELECT name, last_event FROM tasks")
        try #require(rows.count == 1)
        return rows[0]
    }

    @Test func everyMemberHasItsColumn() throws {
        let data = TaskData(
            members: TaskMember.allCases.map { member in
                switch member {
                case .enabled: (member.name, "true")
                case .actionParams: (member.name, #"["a b", "\"é"]"#)
                case .updates: (member.name, "[]")
                default: (member.name, "\"\(member.name)-\\u00e9\"")
                }
            })
        let entry = try TaskEntry.make(
            .updated, data, id: "e", time: "2026-01-02T03:04:05.678901234+01:00", topic: "topic", partition: 3,
            offset: 9,
            attributes: #","tenantid":"ten","userid":"use","toplevelresourceid":"top""#)
        try database.store(InventoryTable.self).write([entry])
        let columns = try database.rows("SELECT name FROM pragma_table_info('tasks')").compactMap(\.[0])
        let row = try database.rows("SELECT * FROM tasks")[0]
        let found = Dictionary(uniqueKeysWithValues: zip(columns, row))
        var expected: [String: String?] = [
            "last_event": "updated", "enabled": "1", "action_params": #"["a b","\"é"]"#, "tenant_id": "ten",
            "user_id": "use", "top_level_resource_id": "top", "event_source": "/s", "event_id": "e",
            "event_time": "2026-01-02T03:04:05.678901234+01:00", "time_seconds": "1767319445",
            "time_nanoseconds": "678901234", "record_topic": "topic", "record_partition": "3", "record_offset": "9",
        ]
        for member in TaskMember.allCases where ![.enabled, .actionParams, .updates].contains(member) {
            let column = member.name.reduce(into: "") { column, letter in
                column += letter.isUppercase ? "_\(letter.lowercased())" : "\(letter)"
            }
            expected[column] = "\(member.name)-é"
        }
        #expect(found == expected)
    }

    @Test func whatIsNotSaidIsNullAndWhatIsEmptyIsEmpty() throws {
        let store = try database.store(InventoryTable.self)
        try store.write([try .make(.created, .required.with("spaceId", #""""#).with("description", "null"))])
        let columns = "space_id, description, enabled, action_params, tenant_id, user_id, event_time, time_seconds"
        #expect(try database.rows("SELECT \(columns) FROM tasks") == [["", nil, nil, nil, nil, nil, nil, "-1"]])
        #expect(try database.rows("SELECT time_nanoseconds FROM tasks") == [["999000000"]])
    }

    @Test func theLastEventByTimeSaysHowATaskIs() throws {
        let first = try TaskEntry.make(.created, name("first"), time: "2026-01-01T00:00:00Z", partition: 9, offset: 9)
        let last = try TaskEntry.make(.updated, name("last"), time: "2026-01-01T00:00:00.000000001Z", offset: 1)
        #expect(try afterwards([first, last]) == ["last", "updated"])
        #expect(try afterwards([first]) == ["last", "updated"])
        #expect(try afterwards([last, last]) == ["last", "updated"])
    }

    @Test func aLateOlderEventChangesNothing() throws {
        let first = try TaskEntry.make(.created, name("first"), time: "2026-01-01T01:00:00+02:00", partition: 9)
        let last = try TaskEntry.make(.updated, name("last"), time: "2026-01-01T00:00:00Z")
        #expect(try afterwards([last, first]) == ["last", "updated"])
        let before = try database.rows("SELECT * FROM tasks")
        #expect(try afterwards([first, last, first]) == ["last", "updated"])
        #expect(try database.rows("SELECT * FROM tasks") == before)
    }

    @Test func ofOneTimePartitionOffsetAndTopicDecide() throws {
        func entry(_ name: String, _ partition: Int32, _ offset: Int64, _ topic: String = "t") throws -> TaskEntry {
            try .make(
                .updated, self.name(name), time: "2026-01-01T00:00:00Z", topic: topic, partition: partition,
                offset: offset)
        }
        #expect(try afterwards([entry("b", 1, 1), entry("a", 0, 9)]) == ["b", "updated"])
        #expect(try afterwards([entry("c", 1, 2), entry("b", 1, 1)]) == ["c", "updated"])
        #expect(try afterwards([entry("d", 1, 2, "u"), entry("c", 1, 2)]) == ["d", "updated"])
        #expect(try afterwards([entry("e", 10, 0)]) == ["e", "updated"])
    }

    @Test func withoutATimeTheRecordsTimeCounts() throws {
        let record = try TaskEntry.make(.created, name("record"), partition: 5, recordMilliseconds: 1_767_225_600_500)
        let later = try TaskEntry.make(.updated, name("later"), time: "2026-01-01T00:00:00.501Z")
        let earlier = try TaskEntry.make(.updated, name("earlier"), time: "2026-01-01T00:00:00.499Z")
        #expect(try afterwards([record, earlier]) == ["record", "created"])
        #expect(try afterwards([later, record]) == ["later", "updated"])
    }

    @Test func aDeletionIsKeptAsOne() throws {
        let created = try TaskEntry.make(.created, name("a"), time: "2026-01-01T00:00:00Z")
        let deleted = try TaskEntry.make(
            .deleted, name("b").with("enabled", "true"), time: "2026-01-03T00:00:00Z", offset: 2)
        let late = try TaskEntry.make(.updated, name("c"), time: "2026-01-02T00:00:00Z", offset: 3)
        #expect(try afterwards([created, deleted, late, created]) == ["b", "deleted"])
        #expect(try database.rows("SELECT enabled FROM tasks") == [["1"]])
    }

    @Test func idsAreComparedByteByByteAndTenantsAreNoPartOfThem() throws {
        let store = try database.store(InventoryTable.self)
        func entry(_ id: String, _ tenant: String, _ offset: Int64) throws -> TaskEntry {
            try .make(
                .updated, .required.with("id", "\"\(id)\""), offset: offset,
                attributes: tenant.isEmpty ? "" : #","tenantid":"\#(tenant)""#)
        }
        try store.write([
            try entry("caf\u{e9}", "", 1), try entry("cafe\u{301}", "", 2), try entry("", "", 3),
            try entry("A", "x", 4),
            try entry("a", "x", 5), try entry("A", "", 6),
        ])
        #expect(
            try database.rows("SELECT hex(id), tenant_id FROM tasks ORDER BY record_offset") == [
                ["636166C3A9", nil], ["63616665CC81", nil], ["", nil], ["61", "x"], ["41", nil],
            ])
    }

    @Test func anyOrderAndAnyRepetitionEndsInTheSameRows() throws {
        var entries: [TaskEntry] = []
        for number in 0..<24 {
            let data = name("n\(number)").with("id", "\"task-\(number % 3)\"").with(
                "enabled", number % 2 == 0 ? "true" : "false")
            entries.append(
                try .make(
                    TaskEventKind.allCases[number % 5 % 3], data, id: "\(number)",
                    // Pairs of one time, and some without.
                    time: number % 7 == 0 ? nil : "2026-01-01T00:00:\(10 + number / 6)Z", partition: Int32(number % 4),
                    offset: Int64(number), recordMilliseconds: 1_767_225_600_000 + Int64(number) * 1000))
        }
        var generator = RandomSource(seed: 1)
        var seen: Set<[[String?]]> = []
        for _ in 0..<40 {
            let store = try database.store(InventoryTable.self)
            let shuffled = (entries + entries.prefix(Int.random(in: 0...24, using: &generator)))
                .shuffled(using: &generator)
            var rest = shuffled[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...7, using: &generator)
                try store.write(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            seen.insert(try database.rows("SELECT * FROM tasks ORDER BY id"))
            store.close()
            let connection = try SQLiteConnection(path: database.path, access: .write)
            try connection.execute("DELETE FROM tasks")
        }
        #expect(seen.count == 1)
        #expect(seen.first?.count == 3)
    }
}
