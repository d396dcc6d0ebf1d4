import Foundation
import Millrace
import MillraceEngine
import MillraceKafka
import MillraceTesting
import Testing

/// What the dead-letter topic minds about a record.
enum Refusal: CaseIterable {
    case tooLarge, fromTheFuture, both

    var isTooLarge: Bool { self != .fromTheFuture }
    var isFromTheFuture: Bool { self != .tooLarge }
}

extension Behaviours {
    private static let farFuture: Int64 = 4_102_444_800_000

    /// Of a burst of letters the topic refuses some, and with them, since they came in one batch, others. Only those that
    /// it minds are changed, each only in what it minds; all others are exact.
    /// - Parameter limit: bytes that the dead-letter topic allows for a batch.
    static func refusedAmongOthers(on broker: TestBroker, _ refused: [Int64: Refusal], limit: Int) async throws {
        let scene = try Scene(
            "mixed", on: broker, partitions: 2,
            topicConfiguration: ["message.timestamp.after.max.ms": "\(Int64.max)"],
            letterConfiguration: ["message.timestamp.after.max.ms": "3600000", "max.message.bytes": "\(limit)"])
        let start = Int64(Date().timeIntervalSince1970 * 1000) - 86_400_000
        let count: Int64 = 120
        func record(_ number: Int64, partition: Int32) -> RecordLine {
            let refusal = partition == 0 ? refused[number] : nil
            let size = refusal?.isTooLarge == true ? limit + 1 : 100 + Int(number)
            return RecordLine(
                partition: partition, timestamp: refusal?.isFromTheFuture == true ? farFuture + number : start + number,
                key: Array("key-\(number)".utf8), headers: [RecordLine.Header("number", "\(number)")],
                value: [UInt8](repeating: UInt8(number), count: size))
        }
        for partition: Int32 in 0...1 { try scene.send((0..<count).map { record($0, partition: partition) }) }
        let worker = try scene.worker()
        try await scene.waitForCommit(count, partition: 0)
        // It goes on, with the same producers.
        try scene.send((0..<count).map { record($0, partition: 0) })
        try await scene.waitForCommit(2 * count, partition: 0)
        try await scene.waitForCommit(count, partition: 1)

        let origins = try scene.records()
        let letters = try scene.letters()
        try #require(letters.count == origins.count, "one letter each")
        for (letter, origin) in zip(letters, origins) {
            try #require(letter["millrace-origin-offset"] == "\(origin.offset)")
            try #require(letter["millrace-origin-partition"] == "\(origin.partition)")
            let refusal = origin.partition == 0 ? refused[origin.offset % count] : nil
            guard let refusal else {
                #expect(letter.carries(origin), "letter of \(origin.partition)/\(origin.offset)")
                continue
            }
            #expect(letter["millrace-origin-timestamp"] == "\(origin.timestamp)")
            #expect((letter["content-type"] == PointerLetter.mediaType) == refusal.isTooLarge)
            #expect((letter.value == origin.value) == !refusal.isTooLarge)
            #expect((letter["number"] == origin["number"]) == !refusal.isTooLarge)
            #expect((letter.timestamp == origin.timestamp) == !refusal.isFromTheFuture)
            #expect(letter.key == origin.key)
        }
        let kinds = worker.facts.all { if case .deadLettered(_, _, _, let kind) = $0 { kind } else { nil } }
        #expect(kinds.count { $0 == .pointer } == 2 * refused.values.count(where: \.isTooLarge))
        let rewritten = worker.facts.all { if case .letterTimestampRewritten(let name) = $0 { name } else { nil } }
        #expect(rewritten.count == 2 * refused.values.count(where: \.isFromTheFuture))
        let total = try await worker.stop().total
        #expect(total.deadLettered == UInt64(3 * count))
    }

    /// A letter that the topic takes in no form holds its own partition. Those that were sent beside it arrive, also from
    /// other partitions of the source.
    static func refusedForGoodAmongOthers(on broker: TestBroker) async throws {
        let scene = try Scene("keyless", on: broker, partitions: 2, letterConfiguration: ["cleanup.policy": "compact"])
        let count: Int64 = 40
        let refused: Int64 = 5
        for partition: Int32 in 0...1 {
            try scene.send(
                (0..<count).map { number in
                    let isRefused = partition == 0 && number == refused
                    return RecordLine(
                        partition: partition, key: isRefused ? nil : Array("key-\(partition)-\(number)".utf8),
                        value: [UInt8](repeating: UInt8(number), count: 100))
                })
        }
        // By the client's name, since letters have a client of their own.
        let requests = RequestLog.watch(clientID: scene.topic)
        defer { RequestLog.unwatch(clientID: scene.topic) }
        let worker = try scene.worker { $0.kafka["client.id"] = scene.topic }
        try await scene.waitForCommit(count, partition: 1)
        try await scene.waitForCommit(refused, partition: 0)
        try await eventually("all other letters") { try scene.letters().count == 2 * Int(count) - 1 }
        let origins = try scene.records().filter { $0.partition != 0 || $0.offset != refused }
        for (letter, origin) in zip(try scene.letters(), origins) {
            #expect(letter.carries(origin), "letter of \(origin.partition)/\(origin.offset)")
        }
        #expect(try scene.committed(0) == refused)

        // It is tried again, for an operator may change the topic, but not as fast as the broker answers.
        let before = requests.count(of: RequestLog.produce)
        try await eventually("five more attempts") { requests.count(of: RequestLog.produce) >= before + 5 }
        let attempts = requests.entries.filter { $0.apiKey == RequestLog.produce }[before..<(before + 5)].map(\.instant)
        #expect(zip(attempts, attempts.dropFirst()).allSatisfy { $0.duration(to: $1) > .milliseconds(100) })
        let total = try await worker.stop().total
        #expect(total.deadLettered == UInt64(2 * count - 1))
        #expect(total.released == 1)
    }
}
