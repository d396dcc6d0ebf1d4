import CloudEvents
import Foundation
import Millrace
import MillraceEngine
import MillraceKafka
import MillraceSQLite
import MillraceTesting
import QlikTasks
import Testing

/// The processors behind a worker, on the embedded broker.
@Suite(.serialized, .timeLimit(.minutes(3))) struct TaskWorkerTests {
    private let broker: TestBroker
    private let topic: String
    private let database: TestDatabase
    private let facts = FactRecorder()

    init() throws {
        broker = try TestBroker(embedded: 1)
        topic = try broker.makeTopic("tasks", partitions: 4)
        try broker.makeTopic(named: topic + ".dead-letter", partitions: 4)
        database = try TestDatabase()
    }

    private func worker(maxSize: Int = 0) throws -> Worker {
        var configuration = Configuration()
        configuration.kafka = ["session.timeout.ms": "6000", "heartbeat.interval.ms": "300"]
        for (name, value) in broker.properties.pairs { configuration.kafka[name] = value }
        configuration.group = topic + ".group"
        configuration.drain = .seconds(5)
        configuration.commitInterval = .milliseconds(50)
        configuration.sources = [SourceConfiguration(topic: topic)]
        configuration.routes = [TaskInventoryProcessor.name, TaskAuditProcessor.name].map { name in
            var route = RouteConfiguration(processor: name)
            route.options = ["path": OptionValue(database.path), "maxSize": OptionValue("\(maxSize)")]
            return route
        }
        let processors = ProcessorRegistry().adding(TaskInventoryProcessor.self).adding(TaskAuditProcessor.self)
        return try Worker(configuration, processors: processors, observers: [facts])
    }

    /// An event about a task: its number says what, when and where.
    private func record(_ number: Int, task: Int) -> RecordLine {
        let kind = TaskEventKind.allCases[number % 9 == 8 ? 2 : number % 9 == 0 ? 0 : 1]
        let data = InputRecord.task([
            "id": "\"task-\(task)\"", "name": "\"n\(number)\"",
            "_updates": kind == .updated ? #"[{"path":"/name","newValue":"n\#(number)","oldValue":null}]"# : nil,
        ])
        let time = "2026-01-01T00:\(10 + number / 60 % 50):\(10 + number % 50)Z"
        let json =
            #"{"specversion":"1.0","id":"e\#(number)","source":"/s","type":"\#(kind.type)","time":"\#(time)","#
            + #""data":\#(data)}"#
        return RecordLine(
            partition: Int32(number % 4), key: Array("\(task)".utf8),
            headers: [RecordLine.Header("content-type", "application/cloudevents+json")], value: Array(json.utf8))
    }

    @Test func aShuffledTopicEndsInTheRightRows() async throws {
        var records = (0..<600).map { record($0, task: $0 % 50) }
        var generator = RandomSource(seed: 7)
        records = (records + records.prefix(200)).shuffled(using: &generator)
        let broken = RecordLine(
            partition: 1, key: nil, headers: record(1, task: 1).headers,
            value: Array(InputRecord.json(["data": InputRecord.task(["name": nil])]).utf8))
        records.insert(broken, at: 400)
        let sent = try broker.send(records, to: topic)
        let counts = try await worker().run(until: .end).total
        #expect(counts.succeeded == 800)
        #expect(counts.deadLettered == 1)
        let letters = facts.all { if case .deadLettered(_, let reason, _, _) = $0 { reason } else { nil } }
        // One of each processor.
        #expect(letters == ["invalidData:/data/name", "invalidData:/data/name"])

        // The last by time, partition and offset; computed from what was sent.
        struct Last { var order: (String, Int32, Int64); var row: [String?] }
        var last: [String: Last] = [:]
        for record in sent where record.value != broken.value {
            let event = try CloudEvent(json: try #require(record.value))
            let task = try event.data(as: AnyTaskEvent.self).task
            let order = (try #require(event.time), try #require(record.partition), try #require(record.offset))
            if let known = last[task.id], known.order > order { continue }
            let kind = String(event.type.split(separator: ".").last ?? "")
            last[task.id] = Last(order: order, row: [task.id, task.name, kind, "\(order.1)", "\(order.2)"])
        }
        let expected = last.keys.sorted().map { last[$0]?.row }
        let columns = "id, name, last_event, record_partition, record_offset"
        #expect(try database.rows("SELECT \(columns) FROM tasks ORDER BY id") == expected)
        #expect(last.count == 50)

        #expect(try database.rows("SELECT count(DISTINCT event_id), count(*) FROM task_audit") == [["600", "600"]])
        let changes = try database.rows(
            "SELECT new_value FROM task_audit WHERE task_id = 'task-7' AND action = 'changed' ORDER BY event_time")
        let updates = stride(from: 7, to: 600, by: 50).filter { $0 % 9 != 0 && $0 % 9 != 8 }
        #expect(changes.count == updates.count)
    }

    @Test func aFileThatAnotherProcessLocksHoldsThePartitionsAndLosesNothing() async throws {
        let running = try worker()
        let run = Task { try await running.run() }
        try await eventually("the partitions are assigned") {
            facts.all { if case .assigned(let starts) = $0 { starts.count } else { nil } }.reduce(0, +) == 4
        }
        let script =
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE'); "
            + "print('held', flush=True); sys.stdin.read()"
        let holder = try ChildProcess(
            try Programs.installed("python3"), ["-c", script, database.path], input: [])
        try await eventually("the other process holds the lock") { holder.output.contains("held") }
        // One a partition: the more fail together, the longer the pause before the next try.
        try broker.send((0..<4).map { record($0, task: $0) }, to: topic)
        let cause = try await eventually("the processor says that it is unavailable", within: .seconds(60)) {
            facts.all { if case .unavailable("task-inventory", _, let cause) = $0 { cause } else { nil } }.first
        }
        #expect(cause.contains("tasks.db' is locked by another process that does not let go of it"))
        let committed = facts.all { if case .committed(_, let offset) = $0, offset > 0 { offset } else { nil } }
        #expect(committed == [])
        try broker.send((4..<200).map { record($0, task: $0 % 20) }, to: topic)
        try holder.closeInput()
        try await eventually("everything is settled") {
            facts.all { if case .committed(_, 50) = $0 { true } else { nil } }.count == 4
        }
        running.stop()
        let counts = try await run.value.total
        #expect(counts.succeeded == 200)
        #expect(counts.deadLettered == 0)
        #expect(facts.all { if case .retrying = $0 { true } else { nil } }.isEmpty)
        #expect(try database.rows("SELECT count(*) FROM tasks") == [["20"]])
        #expect(try database.rows("SELECT count(*) FROM task_audit") == [["200"]])
    }

    @Test func aFullFileHoldsThePartitionsUntilThereIsRoom() async throws {
        try broker.send((0..<2000).map { record($0, task: $0) }, to: topic)
        let full = try worker(maxSize: 200 << 10)
        let run = Task { try await full.run() }
        let cause = try await eventually("a processor says that it is unavailable", within: .seconds(60)) {
            facts.all { if case .unavailable(_, _, let cause) = $0 { cause } else { nil } }.first
        }
        #expect(cause.contains("tasks.db' cannot grow: the disk is full, or the file has its largest size"))
        full.stop()
        let before = try await run.value.total
        #expect(before.deadLettered == 0)
        #expect(before.succeeded < 2000)
        let after = try await worker().run(until: .end).total
        #expect(after.deadLettered == 0)
        #expect(try database.rows("SELECT count(*) FROM tasks") == [["2000"]])
        #expect(try database.rows("SELECT count(*), count(DISTINCT event_id) FROM task_audit") == [["2000", "2000"]])
    }
}
