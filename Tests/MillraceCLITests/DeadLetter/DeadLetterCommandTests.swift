import Foundation
import Millrace
import MillraceKafka
import MillraceTesting
import Testing

@testable import MillraceCLI

@Suite struct DeadLetterCommandTests {
    private let broker: EmbeddedBroker

    init() throws {
        broker = try EmbeddedBroker()
        try broker.createTopic("t.dead-letter", partitions: 2)
    }

    private func deadletter(_ words: String...) async throws -> CommandRun {
        try await CommandRun.of(["deadletter"] + words + ["--kafka", broker.bootstrapServers])
    }

    private func send(_ records: [RecordLine], to topic: String = "t.dead-letter") throws {
        let producer = try RecordProducer(topic: topic, properties: broker.properties, timeout: .seconds(10))
        defer { producer.close() }
        for (index, record) in records.enumerated() {
            try producer.send(record, partition: record.partition ?? 0, token: UInt64(index))
        }
        producer.finish()
        #expect(producer.acknowledged == records.count)
    }

    private func letter(
        _ record: RecordLine, reason: String = "rejected:x", detail: String = "order 17", processor: String? = "p",
        type: String? = nil, origin offset: Int64 = 0, day: Int = 1, partition: Int32 = 0
    ) throws -> RecordLine {
        let time = try #require(InstantText.milliseconds("2026-01-0\(day)T00:00:00.000Z"))
        let text = LetterText(
            reason: reason, detail: detail, processor: processor, type: type, attempts: 3, firstFailedAt: time,
            failedAt: time)
        let origin = LetterOrigin(
            topic: "t", partition: 3, offset: offset,
            timestamp: RecordTimestamp(milliseconds: record.timestamp ?? -1, kind: .created), group: "g")
        var letter = record
        letter.headers += Letter(text, origin: origin, headerCount: record.headers.count).own.map {
            RecordLine.Header(name: Array($0.name.utf8), value: $0.value)
        }
        letter.partition = partition
        return letter
    }

    private func event(_ id: String, source: String = "/s") -> RecordLine {
        RecordLine(
            timestamp: 1_700_000_000_123, key: Array("k-\(id)".utf8),
            headers: [.init("content-type", "application/cloudevents+json")],
            value: Array(InputRecord.json(["id": "\"\(id)\"", "source": "\"\(source)\""]).utf8))
    }

    /// Five letters: two of one cause, bytes that are no event, one of Spring, one of nobody.
    private func sendFive() throws {
        let poison = RecordLine(
            timestamp: 1_700_000_000_000, key: nil, headers: [.init("a", nil), .init("a", "")],
            value: [0xDE, 0xAD, 0xFF])
        let spring = RecordLine(
            partition: 1, timestamp: 1_700_000_000_001, key: Array("s".utf8),
            headers: [
                .init("kafka_dlt-original-topic", "orders"),
                .init(name: Array("kafka_dlt-original-partition".utf8), value: [0, 0, 0, 2]),
                .init(name: Array("kafka_dlt-original-offset".utf8), value: [0, 0, 0, 0, 0, 0, 0, 45]),
                .init("kafka_dlt-exception-fqcn", "java.lang.Error"),
            ], value: Array("{}".utf8))
        try send([
            try letter(event("1"), detail: "order 17", type: InputRecord.createdType, origin: 10, day: 1),
            try letter(
                event("2", source: "/other"), detail: "order 18", type: InputRecord.createdType, origin: 11, day: 3),
            try letter(poison, reason: "notACloudEvent", detail: "no event", processor: nil, origin: 12, day: 2),
            spring, RecordLine(partition: 1, timestamp: 1_700_000_000_002, value: nil),
        ])
    }

    private func ids(_ run: CommandRun) -> [String] {
        run.text.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != " " }) }
    }

    @Test func everyLetterIsListed() async throws {
        try sendFive()
        let run = try await deadletter("list", "--topic", "t.dead-letter")
        #expect(run.code == .success && run.messages.isEmpty, "\(run.messages)")
        let lines = run.text.split(separator: "\n").map(String.init)
        try #require(lines.count == 6)
        #expect(lines[0].hasPrefix("ID") && lines[0].contains("REASON"))
        #expect(ids(run) == (0..<3).map { "t.dead-letter/0/\($0)" } + (0..<2).map { "t.dead-letter/1/\($0)" })
        #expect(lines[1].contains("2026-01-01T00:00:00.000Z") && lines[1].contains("rejected:x"))
        #expect(lines[1].contains("t/3/10") && lines[1].hasSuffix("k-1"))
        #expect(lines[4].contains("java.lang.Error") && lines[4].contains("orders/2/45"))
        #expect(lines[5].contains("2023-11-14T22:13:20.002Z  -"))
        #expect(Set(lines.map { $0.prefix { $0 != " " }.count }).count == 2, "IDs are in a column: \(run.text)")
    }

    @Test(arguments: [
        (["--reason", "rejected"], [0, 1]), (["--reason", "rejected:x"], [0, 1]), (["--reason", "rejected:y"], []),
        (["--reason", "notACloudEvent", "--reason", "java.lang.Error"], [2, 3]), (["--processor", "p"], [0, 1]),
        (["--type", "com.qlik.*"], [0, 1]), (["--type", "com.qlik.*", "--source", "/other"], [1]),
        (["--source", "/*"], [0, 1]), (["--key", "k-2"], [1]), (["--key", "s", "--key", "k-1"], [0, 3]),
        (["--origin", "t"], [0, 1, 2]), (["--origin", "t/3/11-12"], [1, 2]), (["--origin", "t/3/10"], [0]),
        (["--origin", "t/4"], []), (["--origin", "orders/2", "--origin", "t/3/12"], [2, 3]),
        (["--since", "2026-01-02T00:00:00Z"], [1, 2]), (["--until", "2026-01-02T00:00:00Z"], [0, 3, 4]),
        (["--since", "-1d", "--until", "2020-01-01T00:00:00Z"], []),
        (["--id", "t.dead-letter/0/1", "--id", "t.dead-letter/1/0"], [1, 3]), (["--id", "t.dead-letter/0/99"], []),
        (["--id", "t.dead-letter/0/9223372036854775807"], []),
    ])
    func lettersAreSelected(_ conditions: [String], _ expected: [Int]) async throws {
        try sendFive()
        let all = (0..<3).map { "t.dead-letter/0/\($0)" } + (0..<2).map { "t.dead-letter/1/\($0)" }
        let run = try await CommandRun.of(
            ["deadletter", "list", "--topic", "t.dead-letter", "--kafka", broker.bootstrapServers] + conditions)
        #expect(run.code == .success)
        #expect(ids(run) == expected.map { all[$0] })
        let count = try await CommandRun.of(
            ["deadletter", "count", "--topic", "t.dead-letter", "--kafka", broker.bootstrapServers] + conditions)
        #expect(count.text == "\(expected.count)\n")
    }

    @Test func lettersOfOneCauseAreGrouped() async throws {
        try sendFive()
        let run = try await deadletter("groups", "--topic", "t.dead-letter")
        let lines = run.text.split(separator: "\n").map(String.init)
        try #require(lines.count == 5)
        #expect(lines[1].hasPrefix("2      2026-01-01T00:00:00.000Z  2026-01-03T00:00:00.000Z  rejected:x"))
        #expect(lines[1].hasSuffix("order #") && lines[1].contains("t.dead-letter/0/1"))
        let json = try await deadletter("groups", "--topic", "t.dead-letter", "--json", "--reason", "rejected")
        let groups = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output)) as? [[String: Any]])
        #expect(groups.count == 1)
        #expect(groups[0]["count"] as? Int == 2 && groups[0]["detail"] as? String == "order #")
        #expect(groups[0]["last"] as? String == "2026-01-03T00:00:00.000Z")
    }

    @Test func lettersAreCountedByAProperty() async throws {
        try sendFive()
        let run = try await deadletter("count", "--topic", "t.dead-letter", "--by", "dialect")
        #expect(
            run.text
                == "COUNT  DIALECT\n3      Millrace\n1      -\n1      Spring for Apache Kafka\n")
        let json = try await deadletter("count", "--topic", "t.dead-letter", "--by", "source", "--json")
        let object = try #require(try json.objects.first)
        #expect(object["count"] as? Int == 5)
        let counts = try #require(object["counts"] as? [[String: Any]])
        #expect(counts.map { $0["value"] as? String } == [nil, "/other", "/s"])
    }

    // MARK: The way back

    /// What is exported is what stood in the topic; sent again, it stands there again.
    @Test func anExportedLetterIsTheLetter() async throws {
        try sendFive()
        let found = try records("t.dead-letter")
        for words in [["export"], ["list", "--json"]] {
            let run = try await CommandRun.of(
                ["deadletter"] + words + ["--topic", "t.dead-letter", "--kafka", broker.bootstrapServers])
            #expect(run.output == found.flatMap(\.line))
        }
        let run = try await deadletter("export", "--topic", "t.dead-letter")
        #expect(run.messages == "5 letters exported\n")
        try broker.createTopic("again", partitions: 2)
        let sent = try await CommandRun.of(
            ["produce", "--raw", "--keep-partition", "--kafka", broker.bootstrapServers, "--topic", "again"],
            input: run.output)
        #expect(sent.code == .success)
        #expect(
            try records("again")
                == found.map {
                    var copy = $0; copy.topic = "again"; return copy
                })
    }

    @Test func theOriginalIsTheRecordAsItWas() async throws {
        try sendFive()
        let run = try await deadletter(
            "export", "--original", "--topic", "t.dead-letter", "--origin", "t/3/10", "--origin", "t/3/12")
        #expect(run.code == .success)
        try broker.createTopic("again", partitions: 4)
        let sent = try await CommandRun.of(
            ["produce", "--raw", "--keep-partition", "--kafka", broker.bootstrapServers, "--topic", "again"],
            input: run.output)
        #expect(sent.code == .success)
        let found = try records("again")
        try #require(found.count == 2)
        #expect(found.map(\.partition) == [3, 3])
        #expect(found[0].value == event("1").value && found[0].key == event("1").key)
        #expect(found[0].headers == event("1").headers && found[0].timestamp == event("1").timestamp)
        #expect(found[1].value == [0xDE, 0xAD, 0xFF] && found[1].key == nil)
        #expect(found[1].headers == [.init("a", nil), .init("a", "")])
    }

    @Test func aPointerIsShownAsOneAndNotExported() async throws {
        let origin = LetterOrigin(
            topic: "t", partition: 3, offset: 4, timestamp: RecordTimestamp(milliseconds: 5, kind: .created), group: "g"
        )
        let pointer = RecordLine(
            key: nil, headers: [.init("content-type", PointerLetter.mediaType)],
            value: PointerLetter(origin: origin, key: nil, value: nil, headerCount: 2).json)
        try send([try letter(pointer, origin: 4)])
        #expect(try await deadletter("list", "--topic", "t.dead-letter").text.contains("rejected:x (pointer)"))
        let page = try await deadletter("show", "t.dead-letter/0/0")
        #expect(page.text.contains("Pointer: the record was too large"))
        #expect(page.text.contains("\"valueBytes\": null"))
        #expect(!page.text.contains("\nNow\n"))
        let run = try await deadletter("export", "--original", "--topic", "t.dead-letter")
        #expect(run.code == .badData && run.output.isEmpty)
        #expect(run.messages.contains("1 left out"))
        #expect(try await deadletter("export", "--topic", "t.dead-letter").code == .success)
    }

    // MARK: One letter whole

    @Test func aLetterIsShownWhole() async throws {
        try send([
            try letter(
                InputRecord.event(["data": InputRecord.task(["enabled": #""yes""#])]),
                reason: "invalidData:/data/enabled",
                detail: "a boolean\u{1B}[31m", type: InputRecord.createdType, origin: 10)
        ])
        let run = try await deadletter("show", "t.dead-letter/0/0")
        #expect(run.code == .success)
        for line in [
            "Letter t.dead-letter/0/0\n", "written by      Millrace, version 1\n",
            "reason          invalidData:/data/enabled\n",
            "detail          a boolean\\u001b[31m\n", "attempts        3\n",
            "failed          2026-01-01T00:00:00.000Z\n",
            "origin          t/3/10\n", "group           g\n",
            "header          content-type: application/cloudevents+json; charset=UTF-8\n",
            "Event\n  {\n    \"specversion\": \"1.0\",\n", "    \"data\": {\n",
            "outcome         becomes a dead letter: invalidData:/data/enabled\n",
            "data            /data/enabled: expected ",
        ] {
            #expect(run.text.contains(line), "\(line) is not in\n\(run.text)")
        }
        #expect(!run.text.utf8.contains(0x1B), "nothing reaches the terminal's state")
        let json = try await deadletter("show", "t.dead-letter/0/0", "--json")
        #expect(json.output == (try records("t.dead-letter")).flatMap(\.line))
    }

    @Test func whatIsNoEventIsShownAsItIs() async throws {
        try sendFive()
        let run = try await deadletter("show", "t.dead-letter/0/2", "t.dead-letter/1/0", "t.dead-letter/1/1")
        #expect(run.code == .success)
        #expect(run.text.contains("Value, which is no event\n  0xdeadff\n"))
        #expect(run.text.contains("header          a: null\n  header          a: \n"))
        #expect(run.text.contains("written by      Spring for Apache Kafka\n"))
        #expect(run.text.contains("written by      unknown: no headers of a letter\n"))
        #expect(run.text.contains("outcome         is passed over: tombstone\n"))
    }

    // MARK: What is not there

    @Test func anIDThatNamesNothingIsSaid() async throws {
        try sendFive()
        let run = try await deadletter("show", "t.dead-letter/0/0", "t.dead-letter/0/99")
        #expect(run.code == .badData)
        #expect(run.text.contains("Letter t.dead-letter/0/0"))
        #expect(run.messages.contains("there is no letter t.dead-letter/0/99"))
        #expect(try await deadletter("show", "t.dead-letter").code == .usage)
        #expect(try await deadletter("list", "--id", "x").code == .usage)
    }

    @Test func anEmptyTopicIsSaid() async throws {
        for verb in ["list", "groups", "export"] {
            let run = try await deadletter(verb, "--topic", "t.dead-letter")
            #expect(run.code == .success && run.output.isEmpty)
            #expect(run.messages.hasPrefix("topic 't.dead-letter' is empty\n"))
        }
        let count = try await deadletter("count", "--topic", "t.dead-letter")
        #expect(count.text == "0\n")
    }

    @Test func noBrokerEndsWith69() async throws {
        let run = try await CommandRun.of([
            "deadletter", "list", "--topic", "t", "--kafka", "127.0.0.1:1", "--timeout", "1s",
        ])
        #expect(run.code == .unavailable)
        #expect(run.messages.hasPrefix("millrace deadletter list: topic 't' cannot be read: "))
    }

    @Test func aBrokerThatGoesAwayEndsWith69() async throws {
        try sendFive()
        let reader = TopicReader(properties: broker.properties, timeout: .seconds(1))
        let ranges = try #require(try reader.ranges(of: "t.dead-letter"))
        try broker.setDown()
        let error = #expect(throws: CommandError.self) { try reader.read(ranges) { _ in true } }
        #expect(error?.code == .unavailable)
    }

    @Test func somebodyMustSayWhere() async throws {
        let run = try await CommandRun.of(["deadletter", "list", "--topic", "t"])
        #expect(run.code == .usage)
    }

    @Test func theConfigurationNamesTheTopics() async throws {
        try sendFive()
        try broker.createTopic("redriven", partitions: 1)
        try send([try letter(event("9"), processor: nil)], to: "redriven")
        let file = try TemporaryFile(
            """
            kafka: {bootstrap.servers: "\(broker.bootstrapServers)"}
            worker: {group: g}
            sources: [{topic: t}, {topic: redriven, deadLetterTopic: true}]
            deadLetter: {topic: "t.dead-letter"}
            routes: [{processor: every, types: ["com.qlik.*"]}]
            """)
        let run = try await CommandRun.of(
            ["deadletter", "count", "--by", "topic", "--config", file.path], processors: .forTests)
        #expect(run.code == .success, "\(run.messages)")
        #expect(run.text == "COUNT  TOPIC\n5      t.dead-letter\n1      redriven\n")
        let page = try await CommandRun.of(
            ["deadletter", "show", "redriven/0/0", "--config", file.path], processors: .forTests)
        #expect(page.text.contains("outcome         goes to every\n"))
    }

    // MARK: Reading

    /// The reader is nobody's member: it asks for no group, and commits nothing.
    @Test func nothingIsJoinedAndNothingCommitted() async throws {
        try sendFive()
        var properties = broker.properties
        let log = RequestLog.watch(clientID: "looks-at-letters")
        defer { RequestLog.unwatch(clientID: "looks-at-letters") }
        properties["client.id"] = "looks-at-letters"
        var count = 0
        try TopicReader(properties: properties, timeout: .seconds(10)).read("t.dead-letter") { _ in count += 1 }
        #expect(count == 5)
        #expect(log.count(of: 1) > 0, "it fetches")
        for (key, name) in [(8, "commit"), (11, "join"), (12, "heartbeat"), (13, "leave"), (14, "synchronise")] {
            #expect(log.count(of: Int16(key)) == 0, "\(name)")
        }
    }

    @Test func itStopsWhenNoMoreIsWanted() async throws {
        try sendFive()
        let reader = TopicReader(properties: broker.properties, timeout: .seconds(10))
        let ranges = try #require(try reader.ranges(of: "t.dead-letter"))
        var count = 0
        try reader.read(ranges) { _ in
            count += 1
            return count < 2
        }
        #expect(count == 2)
        struct Enough: Error {}
        #expect(throws: Enough.self) { try reader.read(ranges) { _ in throw Enough() } }
    }

    private func records(_ topic: String) throws -> [RecordLine] {
        var records: [RecordLine] = []
        try TopicReader(properties: broker.properties, timeout: .seconds(10)).read(topic) { records.append($0) }
        return records
    }
}
