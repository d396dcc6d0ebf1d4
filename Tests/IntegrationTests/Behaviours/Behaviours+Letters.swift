import Foundation
import Millrace
import MillraceEngine
import MillraceTesting
import Testing

extension Behaviours {
    /// The dead-letter topic does not take letters: the partition waits and says so, others go on; afterwards there is
    /// exactly one letter.
    ///
    /// Topics have two partitions. `refuse` and `allow` make the dead-letter topic refuse and take letters.
    static func lettersUnavailable(
        _ scene: Scene, for outage: Duration, refuse: () async throws -> Void, allow: () async throws -> Void
    ) async throws {
        let worker = try scene.worker()
        try await worker.waitForAssignment(of: 2)
        try await refuse()
        try scene.send([
            try Scene.event("0"), RecordLine(key: Array("k".utf8), value: [0xDE, 0xAD]), try Scene.event("2"),
        ])
        try await eventually("the partition is held for its letter") {
            worker.facts.all { if case .lettersHeld(let name, _) = $0 { name } else { nil } } == [scene.name()]
        }
        let health = worker.readiness
        #expect(
            !health.isReady && health.text.contains("deadLettersRefused") && health.text.contains(scene.topic),
            "readiness says so: \(health.text)")
        // Other partitions go on for as long as it lasts.
        let end = ContinuousClock.now + outage
        var sent: Int64 = 0
        repeat {
            try scene.send([try Scene.event("other-\(sent)", partition: 1)])
            sent += 1
            try await scene.waitForCommit(sent, partition: 1)
            #expect(try scene.committed() == 1, "the offset does not pass the failed record")
            #expect(worker.readiness.text.contains("deadLettersRefused"), "not ready meanwhile")
            #expect(worker.isHeld(scene.name(), .letters), "the partition is not read")
        } while ContinuousClock.now < end
        // What waits behind it is not read: no attempt at more letters.
        let more = (0..<50).map { _ in RecordLine(key: Array("k".utf8), value: [0xDE, 0xAD]) }
        try scene.send(more)

        try await allow()
        try await scene.waitForCommit(Int64(3 + more.count))
        try await eventually("the worker is ready again") { worker.readiness.isReady }
        let letters = try scene.letters().filter { $0.partition == 0 }
        let origins = letters.compactMap { $0["millrace-origin-offset"].flatMap { Int64($0) } }
        #expect(origins.sorted() == [1] + (3..<Int64(3 + more.count)), "exactly one letter each")
        let total = try await worker.stop().total
        #expect(total.deadLettered == UInt64(1 + more.count))
        #expect(total.succeeded == UInt64(2 + sent))
    }

    /// A long reason is cut to the budget of the headers; the record itself stays whole.
    static func longReason(on broker: TestBroker) async throws {
        let scene = try Scene("long", on: broker)
        try scene.send([
            try Scene.event("0", key: "k") {
                $0.rejectCode = String(repeating: "c", count: 3000)
                $0.reasonLength = 100_000
            }
        ])
        let worker = try scene.worker()
        try await scene.waitForCommit(1)
        let letters = try scene.letters()
        let origin = try #require(try scene.records().first)
        try #require(letters.count == 1)
        #expect(letters[0].carries(origin))
        let own = letters[0].headers.filter { $0.name.hasPrefix("millrace-") }
        let bytes = own.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.utf8.count ?? 0) }
        #expect(bytes <= 4096, "all millrace-* headers together")
        #expect(letters[0]["millrace-cut"]?.contains("millrace-detail") == true)
        #expect(letters[0]["millrace-detail"]?.unicodeScalars.contains("\u{FFFD}") != true, "cut at a character")
        #expect(letters[0]["millrace-reason"]?.hasPrefix("rejected:c") == true)
        #expect(letters[0]["millrace-origin-offset"] == "0")
        try await worker.stop()
    }

    /// A letter that the topic takes in no form becomes a pointer to its record; there is no loop.
    static func tooLargeLetter(on broker: TestBroker) async throws {
        let limit = 20_000
        let scene = try Scene(
            "large", on: broker, topicConfiguration: ["max.message.bytes": "\(limit)"],
            letterConfiguration: ["max.message.bytes": "\(limit)"])
        let value = [UInt8](repeating: 0x61, count: limit - 500)
        let record = RecordLine(
            timestamp: 1_700_000_000_000, key: Array("key".utf8), headers: [RecordLine.Header("trace", "1")],
            value: value)
        try scene.send([record, try Scene.event("1")])
        let worker = try scene.worker()
        try await scene.waitForCommit(2)
        let letters = try scene.letters()
        try #require(letters.count == 1)
        let pointer = letters[0]
        #expect(pointer["content-type"] == "application/vnd.millrace.pointer+json")
        #expect(pointer["trace"] == nil, "the original headers are left out")
        #expect(pointer["millrace-reason"] == "notACloudEvent")
        #expect(pointer["millrace-origin-offset"] == "0")
        let body = try #require(pointer.value)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
        #expect(document["topic"] as? String == scene.topic)
        #expect(document["partition"] as? Int == 0)
        #expect(document["offset"] as? Int == 0)
        #expect(document["valueBytes"] as? Int == value.count)
        #expect(document["valueSHA256"] as? String == (try sha256(value)))
        #expect(document["keySHA256"] as? String == (try sha256(Array("key".utf8))))
        #expect(scene.journal.entries(.succeeded).map(\.offset) == [1])
        let kinds = worker.facts.all { if case .deadLettered(_, _, _, let kind) = $0 { kind } else { nil } }
        #expect(kinds == [.pointer])
        #expect(try await worker.stop().total.deadLettered == 1)
    }

    /// By a program that is not Millrace.
    private static func sha256(_ bytes: [UInt8]) throws -> String {
        let output = try ChildProcess.run(try Programs.installed("sha256sum"), [], input: bytes)
        return String(String(decoding: output, as: UTF8.self).prefix(64))
    }
}
