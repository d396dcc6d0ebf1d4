import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import MillraceTesting
import QlikTasks
import Testing

/// `task-alerts` behind a worker, on the embedded broker.
@Suite(.timeLimit(.minutes(2))) struct AlertWorkerTests {
    private let broker: TestBroker
    private let topic: String
    private let folder: TemporaryFolder

    init() throws {
        broker = try TestBroker(embedded: 1)
        topic = try broker.makeTopic("tasks")
        try broker.makeTopic(named: topic + ".dead-letter")
        folder = try TemporaryFolder("alerts")
    }

    private func run(_ options: OptionValues) async throws -> (succeeded: UInt64, deadLettered: UInt64) {
        var configuration = Configuration()
        configuration.kafka = ["session.timeout.ms": "6000", "heartbeat.interval.ms": "300"]
        for (name, value) in broker.properties.pairs { configuration.kafka[name] = value }
        configuration.group = topic + ".group"
        configuration.sources = [SourceConfiguration(topic: topic)]
        var route = RouteConfiguration(processor: TaskAlertsProcessor.name)
        route.options = options
        configuration.routes = [route]
        configuration.unrouted = .skip
        let worker = try Worker(configuration, processors: ProcessorRegistry().adding(TaskAlertsProcessor.self))
        let total = try await worker.run(until: .end).total
        return (total.succeeded, total.deadLettered)
    }

    private func record(_ kind: TaskEventKind, _ id: String, _ members: KeyValuePairs<String, String?>) -> RecordLine {
        InputRecord.event(["id": "\"\(id)\"", "type": "\"\(kind.type)\"", "data": InputRecord.task(members)])
    }

    /// Four that are told of, each task by itself, three that are not, and one that cannot be read.
    private var records: [RecordLine] {
        [
            record(.created, "0", ["enabled": "true"]),
            record(
                .updated, "1",
                ["id": #""a""#, "enabled": "false", "disabledCode": #""CONSECUTIVE-FAILURES""#, "_updates": "[]"]),
            record(.updated, "2", ["id": #""b""#, "_updates": #"[{"path":"ownerId","oldValue":"p"}]"#]),
            record(.deleted, "3", ["id": #""c""#, "enabled": "true"]),
            record(.deleted, "4", ["id": #""d""#, "enabled": "false"]),
            record(.updated, "5", ["id": #""e""#, "enabled": "1"]),
            record(.deleted, "6", ["id": #""a""#, "enabled": "true"]),
            record(.updated, "7", [:]),
        ]
    }

    private let told = [
        "millrace.task.disabledByFailures a", "millrace.task.ownerTakenOver b", "millrace.task.deletedWhileEnabled c",
        "millrace.task.deletedWhileEnabled a",
    ]

    private func check(_ events: [CloudEvent]) {
        #expect(Set(events.map { "\($0.type) \($0.subject ?? "")" }) == Set(told))
        #expect(events.count == told.count)
        #expect(events.filter { $0.subject == "a" }.first?.type == "millrace.task.disabledByFailures")
    }

    @Test func alertsGoToATopic() async throws {
        let alerts = try broker.makeTopic("alerts")
        try broker.send(records, to: topic)
        let counts = try await run(["topic": OptionValue(alerts)])
        #expect(counts == (6, 1))
        let found = try broker.kcat(alerts)
        check(try found.map { try CloudEvent(json: try #require($0.value)) })
        #expect(Set(found.map { $0.key.map { String(decoding: $0, as: UTF8.self) } }) == ["a", "b", "c"])
        #expect(found.allSatisfy { $0["content-type"] == "application/cloudevents+json" })
    }

    @Test func alertsGoToAFile() async throws {
        try broker.send(records, to: topic)
        let path = folder.path("alerts.jsonl")
        let counts = try await run(["path": OptionValue(path), "source": "urn:me"])
        #expect(counts == (6, 1))
        let lines = folder.text("alerts.jsonl").split(separator: "\n")
        let events = try lines.map { try CloudEvent(json: Array($0.utf8)) }
        check(events)
        #expect(events.allSatisfy { $0.source == "urn:me" })
    }

    @Test func whereTheyGoMustBeSaid() async throws {
        let both: OptionValues = ["path": OptionValue(folder.path("a")), "topic": "alerts"]
        for options in [OptionValues(), both] {
            let error = await #expect(throws: WorkerError.self) { _ = try await run(options) }
            #expect(error?.code == .configuration)
            #expect(
                error?.message == "processor task-alerts: one of the options topic and path is needed, and not both")
        }
        let folderError = await #expect(throws: WorkerError.self) {
            _ = try await run(["path": OptionValue(folder.path("no/alerts.jsonl"))])
        }
        #expect(folderError?.message.contains("No such file or directory") == true)
        let source = await #expect(throws: WorkerError.self) { _ = try await run(["path": "a", "source": "a b"]) }
        #expect(source?.message.contains("a URI-reference such as /millrace/task-alerts") == true)
    }
}
