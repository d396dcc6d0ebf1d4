import Foundation
import Millrace
import MillraceKafka
import MillraceTesting
import Testing

@testable import MillraceCLI

@Suite struct ProduceCommandTests {
    private let broker: EmbeddedBroker

    init() throws {
        broker = try EmbeddedBroker()
        try broker.createTopic("t", partitions: 3)
    }

    private func produce(_ words: [String] = [], _ input: String) async throws -> CommandRun {
        try await CommandRun.of(
            ["produce", "--kafka", broker.bootstrapServers, "--topic", "t"] + words, input: Array(input.utf8))
    }

    /// What is in the topic, without what the broker decided.
    private func records() throws -> [RecordLine] {
        var records: [RecordLine] = []
        try TopicReader(properties: broker.properties, timeout: .seconds(10)).read("t") { records.append($0) }
        return records
    }

    private func lines(_ records: [RecordLine]) -> String {
        String(decoding: records.flatMap(\.line), as: UTF8.self)
    }

    @Test func recordLinesArriveByteForByte() async throws {
        let sent = [
            RecordLine(
                timestamp: 1_700_000_000_123, key: [0xFF, 0x00],
                headers: [.init("a", nil), .init("a", ""), .init(name: Array("b".utf8), value: [0xFE])],
                value: [0x00, 0xC0]),
            RecordLine(timestamp: 5, key: [], value: []), RecordLine(timestamp: 6, key: nil, value: nil),
        ]
        let run = try await produce(["--raw"], lines(sent))
        #expect(run.code == .success)
        #expect(run.messages == "3 records acknowledged by topic 't'\n")
        #expect(run.output.isEmpty)
        var found = try records()
        for index in found.indices {
            found[index].topic = nil
            found[index].partition = nil
            found[index].offset = nil
        }
        #expect(found.sorted { ($0.timestamp ?? 0) > ($1.timestamp ?? 0) } == [sent[0], sent[2], sent[1]])
    }

    @Test func bareEventsAreSentAsTheyStand() async throws {
        let event = InputRecord.json(["data": #"{"id":"k1" , "n":1.0}"#])
        let run = try await produce(["--key", "/data/id", "--json"], "\(event)\n\n\(event)\n")
        #expect(run.code == .success)
        let summary = try #require(try run.objects.first)
        #expect(summary["topic"] as? String == "t")
        #expect(summary["acknowledged"] as? Int == 2)
        #expect(summary["emptyLines"] as? Int == 1)
        let found = try records()
        #expect(found.map(\.value) == [Array(event.utf8), Array(event.utf8)])
        #expect(found.map(\.key) == [Array("k1".utf8), Array("k1".utf8)])
        #expect(
            found.map(\.headers) == Array(repeating: [.init("content-type", "application/cloudevents+json")], count: 2))
        #expect(Set(found.map(\.partition)).count == 1)
    }

    @Test func binaryModeMovesAttributesIntoHeaders() async throws {
        let event = InputRecord.json(["subject": #""é""#, "note": #""x""#, "data": #"{"id":1}"#])
        let run = try await produce(["--mode", "binary"], event)
        #expect(run.code == .success)
        let record = try #require(try records().first)
        #expect(record.value == Array(#"{"id":1}"#.utf8))
        #expect(record.key == nil)
        let headers = Set(record.headers)
        #expect(
            headers == [
                .init("ce_specversion", "1.0"), .init("ce_id", "1"), .init("ce_source", "/s"),
                .init("ce_type", InputRecord.createdType), .init("ce_subject", "é"), .init("ce_note", "x"),
                .init("content-type", "application/json"),
            ])
    }

    @Test func aFileWithARefusedLineSendsNothing() async throws {
        let good = InputRecord.json()
        let file = try TemporaryFile("\(good)\n{\"specversion\":\"1.0\"}\n{\"value\":1}\n\(good)\n")
        let run = try await CommandRun.of(
            ["produce", "--kafka", broker.bootstrapServers, "--topic", "t", file.path])
        #expect(run.code == .badData)
        #expect(run.messages.contains("2 lines are refused, nothing was sent"))
        #expect(run.messages.contains("\(file.path):2: missingAttribute:id"))
        #expect(run.messages.contains("\(file.path):3: wrongType:value"))
        #expect(try records().isEmpty)
    }

    @Test func fromStdinTheFirstRefusedLineEndsIt() async throws {
        let good = InputRecord.json()
        let run = try await produce([], "\(good)\nnothing\n\(good)\n")
        #expect(run.code == .badData)
        #expect(run.messages.contains("1 record acknowledged"))
        #expect(run.messages.contains("stdin:2 is refused: jsonSyntax"))
        #expect(try records().count == 1)
    }

    @Test func aPipeIsReadOnceAndAllOfItIsSent() async throws {
        let path = FileManager.default.temporaryDirectory.appending(component: "pipe-\(UUID().uuidString)").path()
        try #require(mkfifo(path, 0o600) == 0)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let input = Array((InputRecord.json() + "\n").utf8)
        // Opening waits for the reader.
        let writer = Thread {
            let end = FileHandle(forWritingAtPath: path)
            try? end?.write(contentsOf: Data(input))
            try? end?.close()
        }
        writer.start()
        let run = try await CommandRun.of(["produce", "--kafka", broker.bootstrapServers, "--topic", "t", path])
        #expect(run.code == .success)
        #expect(try records().count == 1)
    }

    @Test func aTimestampThatTheClientCannotSendIsSaid() async throws {
        let run = try await produce(["--raw"], lines([RecordLine(timestamp: 0, value: [1])]))
        #expect(run.messages == "1 record acknowledged by topic 't'; 1 with timestamp 0 got the present time\n")
    }

    @Test func rawSendsWhatIsNoEvent() async throws {
        let run = try await produce(["--raw"], "nothing\n{\"value\":\"x\",\"headers\":[[\"ce_id\",\"1\"]]}\n")
        #expect(run.code == .success)
        #expect(Set(try records().map(\.value)) == [Array("nothing".utf8), Array("x".utf8)])
    }

    @Test func rawCannotSendARecordLineThatCannotBeRead() async throws {
        let run = try await produce(["--raw"], #"{"value":"x","value_base64":""}"#)
        #expect(run.code == .badData)
        #expect(run.messages.contains("stdin:1 is refused: bothTwins:value"))
    }

    @Test func aStrictProfileRefusesMore() async throws {
        let event = InputRecord.json(["specversion": #""1.0.2""#])
        #expect(try await produce(["--profile", "strict"], event).code == .badData)
        #expect(try await produce([], event).code == .success)
    }

    @Test func thePartitionIsKeptWhereAsked() async throws {
        let record = RecordLine(partition: 2, key: Array("k".utf8), value: nil)
        let run = try await produce(["--keep-partition"], lines([record]))
        #expect(run.code == .success)
        #expect(try records().map(\.partition) == [2])
        var other = record
        other.partition = 3
        let refused = try await produce(["--keep-partition"], lines([other]))
        #expect(refused.code == .badData)
        #expect(refused.messages.contains("stdin:1 names partition 3; topic 't' has 3"))
    }

    @Test func keysGoWhereJavaPutsThem() async throws {
        // Murmur2 of Kafka's own client, masked, modulo 3.
        let sent = ["a", "b", "key", "Zürich", ""].map { RecordLine(key: Array($0.utf8), value: Array($0.utf8)) }
        #expect(try await produce(["--raw"], lines(sent)).code == .success)
        for record in try records() {
            let key = try #require(record.key)
            #expect(record.partition == Int32(murmur2(key) & 0x7FFF_FFFF) % 3)
        }
    }

    private func murmur2(_ bytes: [UInt8]) -> UInt32 {
        let multiplier: UInt32 = 0x5BD1_E995
        var hash = 0x9747_B28C ^ UInt32(bytes.count)
        var rest = bytes[...]
        while rest.count >= 4 {
            let word = rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            rest = rest.dropFirst(4)
            var mixed = word &* multiplier
            mixed = (mixed ^ (mixed >> 24)) &* multiplier
            hash = (hash &* multiplier) ^ mixed
        }
        if !rest.isEmpty {
            hash ^= rest.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            hash = hash &* multiplier
        }
        hash = (hash ^ (hash >> 13)) &* multiplier
        return hash ^ (hash >> 15)
    }

    @Test func brokersThatAreAwayAre69() async throws {
        let run = try await CommandRun.of(
            ["produce", "--kafka", "127.0.0.1:1", "--topic", "t", "--timeout", "1s"],
            input: Array(InputRecord.json().utf8))
        #expect(run.code == .unavailable)
        #expect(run.messages.contains("127.0.0.1:1"))
    }

    @Test func aRecordThatTheBrokerRefusesIsNamed() async throws {
        broker.fail(.produce, with: [10])  // MESSAGE_TOO_LARGE
        let run = try await produce([], InputRecord.json())
        #expect(run.code == .badData)
        #expect(run.messages.contains("0 records acknowledged by topic 't'; stdin:1 was not acknowledged"))
        #expect(run.messages.contains("larger than the topic allows"))
    }

    @Test func withoutBrokersItSaysHowToNameThem() async throws {
        let run = try await CommandRun.of(["produce", "--topic", "t"], input: Array(InputRecord.json().utf8))
        #expect(run.code == .usage)
        #expect(run.messages.contains("--kafka BROKERS"))
    }

    @Test func propertiesComeFromTheConfiguration() async throws {
        let file = try TemporaryFile("kafka: {bootstrap.servers: \"\(broker.bootstrapServers)\", no.such.thing: 1}\n")
        let run = try await CommandRun.of(
            ["produce", "--topic", "t", "--config", file.path], input: Array(InputRecord.json().utf8))
        #expect(run.code == .configuration)
        #expect(run.messages.contains("no.such.thing"))
    }

    @Test func theRateIsKept() async throws {
        let event = InputRecord.json()
        let start = ContinuousClock.now
        let run = try await produce(["--rate", "20"], Array(repeating: event, count: 5).joined(separator: "\n"))
        #expect(run.code == .success)
        #expect(ContinuousClock.now - start >= .milliseconds(200))
    }
}
