import Foundation
import Millrace
import MillraceConnectors
import MillraceEngine
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct JSONLinesProcessorTests {
    private let folder: TemporaryFolder
    private let registry = ProcessorRegistry().adding(JSONLinesProcessor.self)

    init() throws { folder = try TemporaryFolder() }

    @Test func everyRecordIsALineByteForByte() async throws {
        let plumbing = try Plumbing(topics: ["in"])
        var records = (0..<700).map { Plumbing.Record.event("\($0)", key: "k\($0 % 7)", value: "{\"n\":\($0)}") }
        records[1].key = nil
        records[2].key = []
        records[3].key = [0xFF, 0x00]
        records[4].value = nil
        records[5].value = []
        records[6].value = [0xDE, 0xAD]
        records[7].headers += [("trace", nil), ("trace", []), ("trace", [0xFF]), ("é\n", Array("\"".utf8))]
        records[8].timestamp = 1
        try plumbing.produce(records, to: "in")
        try folder.write("{\"topic\":\"torn", to: "events.jsonl")
        let entries = Mutex<[LogEntry]>([])
        let counts = try await plumbing.run(
            "jsonl", options: ["path": .init(folder.file("events.jsonl"))], over: "in", registry: registry,
            log: Log(sink: { entry in entries.withLock { $0.append(entry) } }))
        #expect(counts.succeeded == 700)
        let lines = try folder.text("events.jsonl").split(separator: "\n")
        var expected: Set<Substring> = []
        for (offset, record) in records.enumerated() {
            let line = RecordLine(
                topic: "in", partition: 0, offset: Int64(offset), timestamp: record.timestamp, key: record.key,
                headers: record.headers.map { RecordLine.Header(name: Array($0.utf8), value: $1) },
                value: record.value
            ).line
            expected.insert(Substring(decoding: line.dropLast(), as: UTF8.self))
        }
        #expect(lines.count == 700)
        #expect(Set(lines) == expected)
        #expect(
            entries.withLock { $0 }.first { $0.level == .warning }?.metadata == [
                .processor: "jsonl", .path: .text(folder.file("events.jsonl")), .bytes: 14,
            ])
    }

    @Test func aFileThatCannotBeWrittenHoldsThePartitionAndLosesNothing() async throws {
        let plumbing = try Plumbing(topics: ["in"])
        try plumbing.produce((0..<50).map { .event("\($0)", value: "1") }, to: "in")
        let inner = folder.file("inner")
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        // The folder goes when the partition is assigned, and is back once the processor has said so.
        let facts = FactList { fact in
            switch fact {
            case .assigned(let starts) where !starts.isEmpty: try? FileManager.default.removeItem(atPath: inner)
            case .unavailable:
                try? FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
            default: break
            }
        }
        let counts = try await plumbing.run(
            "jsonl", options: ["path": .init("\(inner)/events.jsonl")], over: "in", registry: registry,
            observers: [facts])
        #expect(counts.succeeded == 50)
        #expect(counts.deadLettered == 0)
        #expect(facts.count { if case .unavailable(processor: "jsonl", _, _) = $0 { true } else { false } } == 1)
        #expect(facts.count { if case .available = $0 { true } else { false } } == 1)
        #expect(facts.count { if case .retrying = $0 { true } else { false } } == 0)
        #expect(Set(try folder.text("inner/events.jsonl").split(separator: "\n")).count == 50)
    }

    @Test func aFileOfAnotherKindKeepsTheWorkerFromStarting() async throws {
        let plumbing = try Plumbing(topics: ["in"])
        try folder.write("notes", to: "notes.txt")
        let error = await #expect(throws: WorkerError.self) {
            try await plumbing.run(
                "jsonl", options: ["path": .init(folder.file("notes.txt"))], over: "in", registry: registry)
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("notes.txt' has no end and is no record line") == true)
        let missing = await #expect(throws: WorkerError.self) {
            try await plumbing.run("jsonl", over: "in", registry: registry)
        }
        #expect(missing?.message.contains("path") == true)
    }
}
