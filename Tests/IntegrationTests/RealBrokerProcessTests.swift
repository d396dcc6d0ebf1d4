import Foundation
import Millrace
import MillraceTesting
import Testing

/// How a worker's process ends, or does not, when a broker refuses it or is away. The exit codes are those of sysexits.
@Suite(
    "A process against a real broker", .serialized,
    .enabled(if: TestBroker.real != nil, Comment(rawValue: TestBroker.noRealBroker)), .timeLimit(.minutes(5)))
struct RealBrokerProcessTests {
    private let broker: TestBroker

    init() throws { broker = try TestBroker.required() }

    private static let sasl = ProcessInfo.processInfo.environment["KAFKA_SASL_BOOTSTRAP_SERVERS"] ?? ""
    private static let hasSASL: Comment = "needs KAFKA_SASL_BOOTSTRAP_SERVERS, which Scripts/kafka sets"
    private static let hasTools: Comment = "needs kafka-acls.sh, from KAFKA_HOME, and KAFKA_SASL_BOOTSTRAP_SERVERS"

    private func credentials(password: String = "millrace-secret") -> [String: String] {
        [
            "bootstrap.servers": Self.sasl, "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
            "sasl.username": "millrace", "sasl.password": password,
        ]
    }

    @Test("The right password works", .enabled(if: !Self.sasl.isEmpty, Self.hasSASL))
    func rightPassword() async throws {
        let scene = try Scene("sasl", on: broker)
        try scene.send([try Scene.event("0")])
        let process = try scene.process(properties: credentials(), arguments: ["--until-end"])
        #expect(try await process.end() == 0, "\(process.errors)")
        #expect(scene.journal.entries(.succeeded).map(\.offset) == [0])
        #expect(!process.errors.contains("millrace-secret"))
    }

    @Test("A wrong password is 77, with the cause", .enabled(if: !Self.sasl.isEmpty, Self.hasSASL))
    func wrongPassword() async throws {
        let scene = try Scene("sasl", on: broker)
        let process = try scene.process(properties: credentials(password: "not-the-secret"))
        #expect(try await process.end() == 77, "\(process.errors)")
        #expect(process.errors.contains("Authentication failed"), "\(process.errors)")
        #expect(!process.errors.contains("not-the-secret"))
    }

    @Test(
        "A topic that may not be read is 77, with its name",
        .enabled(if: !Self.sasl.isEmpty && Programs.kafkaTool("kafka-acls.sh") != nil, Self.hasTools),
        arguments: ["All", "Read"])
    func topicDenied(_ operation: String) async throws {
        let scene = try Scene("denied", on: broker)
        try scene.send([try Scene.event("0")])
        try broker.deny(operation, "--topic", scene.topic)
        let process = try scene.process(properties: credentials())
        #expect(try await process.end() == 77, "\(process.errors)")
        #expect(process.errors.contains(scene.topic) && process.errors.contains("TOPIC_AUTHORIZATION_FAILED"))
        #expect(scene.journal.entries.isEmpty)
    }

    @Test(
        "A group that may not be joined is 77, with its name",
        .enabled(if: !Self.sasl.isEmpty && Programs.kafkaTool("kafka-acls.sh") != nil, Self.hasTools))
    func groupDenied() async throws {
        let scene = try Scene("denied", on: broker)
        try scene.send([try Scene.event("0")])
        try broker.deny("Read", "--group", scene.group)
        let process = try scene.process(properties: credentials())
        #expect(try await process.end() == 77, "\(process.errors)")
        #expect(process.errors.contains("the group '\(scene.group)' may not be joined"), "\(process.errors)")
        #expect(process.errors.contains("GROUP_AUTHORIZATION_FAILED"))
        #expect(scene.journal.entries.isEmpty)
    }

    @Test(
        "A broker that goes away and comes back costs nothing",
        .enabled(if: ReplicatedCluster.isPossible, "needs a broker of its own, from KAFKA_HOME"))
    func brokerAwayAndBack() async throws {
        let cluster = try await ReplicatedCluster(brokers: 1)
        let scene = try Scene("away", on: cluster.broker)
        func record(_ number: Int) throws -> RecordLine {
            if number % 10 == 9 { return RecordLine(key: Array("k".utf8), value: Array("poison \(number)".utf8)) }
            return try Scene.event("\(number)", key: "\(number % 7)") { $0.sleepMilliseconds = 5 }
        }
        try scene.send(try (0..<400).map(record))
        let process = try scene.process(concurrency: 4)
        try await eventually("it works; \(process.errors)") { scene.journal.entries(.succeeded).count > 20 }
        try cluster.kill(1)
        try await eventually("it says so") { process.errors.contains("_TRANSPORT") }
        try cluster.restart()
        try scene.send(try (400..<500).map(record))
        try await scene.waitForCommit(500)
        process.signal(SIGTERM)
        #expect(try await process.end() == 0)
        let bad = (0..<500).filter { $0 % 10 == 9 }.map(Int64.init)
        let done = Set(scene.journal.entries(.succeeded).map(\.offset))
        #expect(done == Set(0..<500).subtracting(bad))
        // What the group could not commit in time comes again.
        let origins = try scene.letters().compactMap { $0["millrace-origin-offset"].flatMap { Int64($0) } }
        #expect(Set(origins) == Set(bad))
        try await cluster.stop()
    }
}
