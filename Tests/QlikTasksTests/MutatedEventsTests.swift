import CloudEvents
import Foundation
import Millrace
import QlikTasks
import Testing

/// Events with one thing changed in each, made by `Scripts/mutate-tasks.py`, which also says where each must end.
@Suite struct MutatedEventsTests {
    /// What must come of one record under one profile.
    struct Expectation: Decodable, EventData {
        struct Data: Decodable {
            var error: Error?
        }
        struct Error: Decodable {
            var reason: String
            var pointer: String?
            var expected: String?
            var actual: String?
        }
        var mutation: String
        var profile: String
        var outcome: String
        var reason: String?
        var tolerated: [String]?
        var data: Data?
    }

    @Test(arguments: [1, 2, 3]) func endsAsExpected(seed: Int) throws {
        let records = try lines("records", seed: seed)
        let expectations = try lines("expect", seed: seed)
        #expect(records.count >= 200)
        try #require(expectations.count == 2 * records.count)
        for (index, line) in records.enumerated() {
            let record = try #require(try RecordLine.parse(line))
            for expectation in expectations[(2 * index)..<(2 * index + 2)] {
                try check(record, expectation)
            }
        }
    }

    private func check(_ record: RecordLine, _ line: [UInt8]) throws {
        let holder = try CloudEvent(id: "1", source: "/s", type: "t", data: .json(line))
        let expected = try holder.data(as: Expectation.self)
        let label: Comment = "\(expected.mutation), \(expected.profile)"
        let message = KafkaMessage(
            headers: record.headers.map { .init(name: String(decoding: $0.name, as: UTF8.self), value: $0.value) },
            value: record.value)
        let event: CloudEvent
        do {
            event = try #require(
                try CloudEvent.read(message, profile: Profile.named(expected.profile) ?? .strict), label)
        } catch let fault as EventFault {
            let reason = expected.reason ?? "routed"
            #expect(reason == "inv*" ? fault.reason.hasPrefix("inv") : fault.reason == reason, label)
            return
        }
        switch TaskExplanation.explain(event) {
        case .typed(let json, let tolerated):
            #expect(expected.outcome == "route", label)
            #expect((event.tolerated.codes + tolerated).sorted() == expected.tolerated, label)
            #expect(try object(Array(json.utf8)) == typed(in: line), label)
        case .fault(let error):
            let wanted = try #require(expected.data?.error, label)
            #expect(error.reason == wanted.reason, label)
            #expect(error.pointer == wanted.pointer, label)
            #expect(wanted.expected == "*" || error.expected == wanted.expected, label)
            #expect(wanted.actual == "*" || error.actual == wanted.actual, label)
        case nil: Issue.record("another type")
        }
    }

    private func object(_ json: [UInt8]) throws -> NSDictionary? {
        try JSONSerialization.jsonObject(with: Data(json)) as? NSDictionary
    }

    private func typed(in line: [UInt8]) throws -> NSDictionary? {
        (try object(line)?["data"] as? NSDictionary)?["typed"] as? NSDictionary
    }

    /// What the script writes, line by line.
    private func lines(_ action: String, seed: Int) throws -> [[UInt8]] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", root.appendingPathComponent("Scripts/mutate-tasks.py").path, action, "--seed", "\(seed)",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
    }
}
