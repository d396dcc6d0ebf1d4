import Foundation
import Millrace
import MillraceTesting
import Testing

extension Behaviours {
    /// What an operator does with letters: look at them by cause, look at one, and send the originals again, which then
    /// stand in the topic byte for byte as they did at first.
    static func lettersSeen(on broker: TestBroker) async throws {
        let scene = try Scene("seen", on: broker, partitions: 2)
        var records = [
            RecordLine(
                timestamp: 1_700_000_000_001, key: [0xFF, 0x00],
                headers: [.init("a", nil), .init("a", ""), .init(name: Array("b".utf8), value: [0xFE])],
                value: [0xDE, 0xAD, 0xFF]),
            RecordLine(timestamp: 1_700_000_000_002, key: [], headers: [.init("ce_specversion", "1.0")], value: nil),
        ]
        for number in 0..<20 {
            var event = try Scene.event("\(number)", key: "k\(number)", partition: Int32(number % 2)) {
                $0.rejectCode = "order-\(number % 2)"
                $0.reasonLength = 5
            }
            event.timestamp = 1_700_000_000_100 + Int64(number)
            records.append(event)
        }
        try scene.send(records)
        let worker = try scene.worker()
        for partition: Int32 in 0...1 {
            try await scene.waitForCommit(try broker.range(of: scene.topic, partition).upperBound, partition: partition)
        }
        try await worker.stop()

        let groups = try await deadletter(scene, "groups", "--json")
        let causes = try #require(try JSONSerialization.jsonObject(with: Data(groups.output)) as? [[String: Any]])
        #expect(causes.map { $0["count"] as? Int } == [10, 10, 1, 1])
        #expect(causes.prefix(2).map { $0["reason"] as? String } == ["rejected:order-0", "rejected:order-1"])
        let count = try await deadletter(scene, "count", "--reason", "rejected:order-1", "--origin", "\(scene.topic)/1")
        #expect(count.text == "10\n")
        let page = try await deadletter(scene, "show", "\(scene.letterTopic)/0/0", topic: false)
        #expect(page.text.contains("origin          \(scene.topic)/0/0\n"))

        let export = try await deadletter(scene, "export", "--original")
        #expect(export.messages == "22 letters exported\n")
        let copy = try broker.makeTopic("again", partitions: 2)
        let produce = try ChildProcess.run(
            try Programs.built("millrace"),
            ["produce", "--raw", "--keep-partition", "--kafka", broker.bootstrapServers, "--topic", copy, "--json"],
            input: export.output)
        #expect(String(decoding: produce, as: UTF8.self).contains("\"acknowledged\":22"))
        func sorted(_ records: [KcatRecord]) -> [KcatRecord] {
            records.map {
                var record = $0
                record.offset = 0
                return record
            }.sorted { $0.timestamp < $1.timestamp }
        }
        #expect(sorted(try broker.kcat(copy)) == sorted(try scene.records()))
    }

    /// A compacted dead-letter topic has gaps, also at its end, and is said to be one.
    static func compactedLetters(on broker: TestBroker) async throws {
        let topic = try broker.makeTopic(
            "compacted-letters",
            configuration: [
                "cleanup.policy": "compact", "segment.ms": "200", "min.cleanable.dirty.ratio": "0.01",
                "max.compaction.lag.ms": "200", "delete.retention.ms": "0",
            ])
        let letter = RecordLine(key: Array("k".utf8), headers: [.init("millrace-version", "1")], value: [1])
        // The last segment is never compacted: more letters close it, until the cleaner was there.
        try await eventually("the topic was compacted", within: .seconds(120)) {
            try broker.send(Array(repeating: letter, count: 5), to: topic)
            return Int64(try broker.kcat(topic).count) < (try broker.range(of: topic).upperBound) - 5
        }
        let expected = try broker.kcat(topic).count
        let count = try await run(broker, ["count", "--topic", topic])
        #expect(Int(count.text.dropLast()) ?? 0 <= expected, "it may have been compacted further meanwhile")
        #expect(Int(count.text.dropLast()) ?? 0 > 0)
        #expect(count.messages.contains("topic '\(topic)' is compacted"))
        #expect(count.code == 0)
    }

    /// Control records, aborted letters, and a transaction that is still open: reading ends, and says what it left.
    static func transactionalLetters(on broker: TestBroker) async throws {
        let scene = try Scene("transactional-letters", on: broker)
        try await transact(scene, ids: 0..<10, commits: true)
        try await transact(scene, ids: 100..<110, commits: false)
        try await transact(scene, ids: 10..<13, commits: true)
        let count = try await run(broker, ["count", "--topic", scene.topic])
        #expect(count.text == "13\n" && count.messages.isEmpty, "\(count.messages)")
        let open = try await transaction(scene, ids: 200..<210)
        let again = try await run(broker, ["count", "--topic", scene.topic])
        #expect(again.text == "13\n")
        #expect(again.messages.contains("belong to a transaction that is still open"))
        open.signal(SIGKILL)
        #expect(try await open.end() == -SIGKILL)
    }

    /// A topic that is not there, and a client that is not let in, each have their message and their code.
    static func lettersOutOfReach(on broker: TestBroker) async throws {
        let missing = try await run(broker, ["list", "--topic", "no-such-topic"])
        #expect(missing.code == 69)
        #expect(missing.messages.contains("there is no topic 'no-such-topic'"))
        guard let servers = ProcessInfo.processInfo.environment["KAFKA_SASL_BOOTSTRAP_SERVERS"] else { return }
        let folder = try TemporaryFolder("letters")
        func configuration(password: String) throws -> String {
            let yaml = """
                kafka:
                  bootstrap.servers: \(servers)
                  security.protocol: SASL_PLAINTEXT
                  sasl.mechanism: PLAIN
                  sasl.username: millrace
                  sasl.password: \(password)
                worker: {group: g}
                sources: [{topic: t}]
                deadLetter: {topic: no-such-topic}
                routes: [{processor: jsonl, types: ["*"], options: {path: /dev/null}}]
                """
            try folder.write(Array(yaml.utf8), to: "millrace.yaml")
            return folder.path("millrace.yaml")
        }
        let refused = try await run(
            broker, ["list", "--config", try configuration(password: "wrong"), "--timeout", "5s"], kafka: false)
        #expect(refused.code == 77)
        #expect(!refused.messages.contains("wrong"))
        let letIn = try await run(
            broker, ["list", "--config", try configuration(password: "millrace-secret")], kafka: false)
        #expect(letIn.code == 69 && letIn.messages.contains("there is no topic"), "\(letIn.messages)")
    }

    private struct Run {
        var code: Int32
        var output: [UInt8]
        var messages: String
        var text: String { String(decoding: output, as: UTF8.self) }
    }

    private static func deadletter(_ scene: Scene, _ words: String..., topic: Bool = true) async throws -> Run {
        try await run(scene.broker, words + (topic ? ["--topic", scene.letterTopic] : []))
    }

    private static func run(_ broker: TestBroker, _ words: [String], kafka: Bool = true) async throws -> Run {
        let process = try ChildProcess(
            try Programs.built("millrace"),
            ["deadletter"] + words + (kafka ? ["--kafka", broker.bootstrapServers] : []))
        let code = try await process.end()
        return Run(code: code, output: Array(process.output.utf8), messages: process.errors)
    }
}
