import Foundation
import Millrace
import MillraceTesting
import Testing

/// Where brokers are that want TLS, and who signed their certificates.
private enum TLSBrokers {
    static let authority = ProcessInfo.processInfo.environment["KAFKA_TLS_AUTHORITY"]
    static let servers = ProcessInfo.processInfo.environment["KAFKA_TLS_BOOTSTRAP_SERVERS"] ?? ""
}

/// A worker's process against brokers that want TLS and a password, with a certificate that was made for this run.
@Suite(
    "A process against a real broker over TLS", .serialized,
    .enabled(
        if: TLSBrokers.authority != nil && TestBroker.real != nil, "needs KAFKA_TLS_AUTHORITY, which Scripts/kafka sets"
    ),
    .timeLimit(.minutes(5)))
struct RealBrokerTLSTests {
    private let broker: TestBroker

    init() throws { broker = try TestBroker.required() }

    private func properties(
        servers: String = TLSBrokers.servers, authority: String? = TLSBrokers.authority,
        password: String = "millrace-secret"
    ) -> [String: String] {
        var properties = [
            "bootstrap.servers": servers, "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN",
            "sasl.username": "millrace", "sasl.password": password, "broker.address.family": "v4",
        ]
        properties["ssl.ca.location"] = authority
        return properties
    }

    @Test(
        "Records are read, letters written and offsets committed, with the rights that the documentation names",
        .enabled(if: Programs.kafkaTool("kafka-acls.sh") != nil, "needs kafka-acls.sh, from KAFKA_HOME"))
    func works() async throws {
        let scene = try Scene("tls", on: broker)
        try broker.allow("Read", "Describe", to: ["--topic", scene.topic, "--group", scene.group])
        try broker.allow("Write", "Describe", to: ["--topic", scene.letterTopic])
        try scene.send([
            try Scene.event("0", key: "k"), RecordLine(key: Array("k".utf8), value: [0xDE, 0xAD]),
            try Scene.event("2", key: "k"),
        ])
        let process = try scene.process(properties: properties(), arguments: ["--until-end"])
        #expect(try await process.end() == 0, "\(process.errors)")
        #expect(scene.journal.entries(.succeeded).map(\.offset) == [0, 2])
        #expect(try scene.committed() == 3)
        let letters = try scene.letters()
        try #require(letters.count == 1)
        #expect(letters[0].carries(try scene.records()[1]))
        #expect(!process.errors.contains("millrace-secret"))
    }

    @Test("A wrong password is 77, with the cause")
    func wrongPassword() async throws {
        let scene = try Scene("tls", on: broker)
        let process = try scene.process(properties: properties(password: "not-the-secret"))
        #expect(try await process.end() == 77, "\(process.errors)")
        #expect(process.errors.contains("Authentication failed"), "\(process.errors)")
        #expect(!process.errors.contains("not-the-secret"))
    }

    @Test(
        "A topic that may not be read is 77, with its name",
        .enabled(if: Programs.kafkaTool("kafka-acls.sh") != nil, "needs kafka-acls.sh, from KAFKA_HOME"))
    func topicDenied() async throws {
        let scene = try Scene("tls-denied", on: broker)
        try scene.send([try Scene.event("0")])
        try broker.deny("Read", "--topic", scene.topic)
        let process = try scene.process(properties: properties())
        #expect(try await process.end() == 77, "\(process.errors)")
        #expect(process.errors.contains(scene.topic) && process.errors.contains("TOPIC_AUTHORIZATION_FAILED"))
        #expect(scene.journal.entries.isEmpty)
    }

    @Test(
        "A right that others have and nobody gave this user is 77, with what it is missing on",
        .enabled(if: Programs.kafkaTool("kafka-acls.sh") != nil, "needs kafka-acls.sh, from KAFKA_HOME"),
        arguments: Resource.allCases)
    func rightMissing(_ resource: Resource) async throws {
        let scene = try Scene("tls-missing", on: broker)
        // A record that no processor takes, so that a letter is to be written.
        try scene.send([RecordLine(key: Array("k".utf8), value: [0xDE, 0xAD])])
        let (kind, name, code) =
            switch resource {
            case .source: ("--topic", scene.topic, "TOPIC_AUTHORIZATION_FAILED")
            case .group: ("--group", scene.group, "GROUP_AUTHORIZATION_FAILED")
            case .letters: ("--topic", scene.letterTopic, "TOPIC_AUTHORIZATION_FAILED")
            }
        try broker.allow("All", to: [kind, name], user: "another")
        let process = try scene.process(properties: properties())
        #expect(try await process.end() == 77, "\(process.errors)")
        #expect(process.errors.contains(name) && process.errors.contains(code), "\(process.errors)")
        // Nothing is lost: what could not be read or kept is not committed.
        #expect(try scene.committed() ?? 0 <= 0)
    }

    enum Resource: CaseIterable { case source, group, letters }

    @Test("A certificate that nobody here trusts is 78 at once, with what to set", arguments: [["run"], ["produce"]])
    func untrusted(_ command: [String]) async throws {
        try await expectDistrust(command, properties(authority: nil))
    }

    @Test("A certificate for another name is 78 at once, with what to set", arguments: [["run"], ["produce"]])
    func wrongName(_ command: [String]) async throws {
        let port = try #require(TLSBrokers.servers.split(separator: ",").first?.split(separator: ":").last)
        try await expectDistrust(command, properties(servers: "localhost:\(port)"))
    }

    @Test("A port that speaks no TLS is 69 after --connect-timeout, with what was met there")
    func noTLS() async throws {
        let scene = try Scene("tls", on: broker)
        let process = try scene.process(
            properties: properties(servers: broker.bootstrapServers), arguments: ["--connect-timeout", "2s"])
        #expect(try await process.end() == 69, "\(process.errors)")
        #expect(process.errors.contains("no broker answers at \(broker.bootstrapServers)"), "\(process.errors)")
        #expect(process.errors.contains("SSL handshake failed"), "\(process.errors)")
    }

    private func expectDistrust(_ command: [String], _ properties: [String: String]) async throws {
        let scene = try Scene("tls-distrust", on: broker)
        let yaml = scene.yaml(folder: scene.folder, concurrency: 1, properties: properties)
        try scene.folder.write(Array(yaml.utf8), to: "millrace.yaml")
        let arguments = command + ["--config", scene.folder.path("millrace.yaml")]
        let began = ContinuousClock.now
        let process = try ChildProcess(
            try Programs.built("MillraceDirectedWorker"),
            arguments + (command == ["produce"] ? ["--topic", scene.topic, "--timeout", "5s"] : []),
            input: Array("{}\n".utf8))
        try process.closeInput()
        #expect(try await process.end() == 78, "\(process.errors)")
        #expect(ContinuousClock.now - began < .seconds(25), "it does not wait for what does not come")
        for words in [
            "certificate verify failed", "ssl.ca.location", "bootstrap.servers", properties["bootstrap.servers"],
        ] {
            #expect(process.errors.contains(try #require(words)), "\(process.errors)")
        }
        #expect(!process.errors.contains("millrace-secret"))
    }
}
