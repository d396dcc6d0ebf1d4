import Foundation
import Millrace
import MillraceEngine
import MillraceTesting
import Testing

extension Behaviours {
    /// A compacted topic has gaps: the commit reaches the end all the same, and the lag returns to 0.
    static func compactedTopic(on broker: TestBroker) async throws {
        let (scene, end) = try await compacted(on: broker)
        try await reachesEnd(scene, end: end)
    }

    /// A compacted topic of which the cleaner took records, and the end of its log.
    static func compacted(on broker: TestBroker) async throws -> (Scene, end: Int64) {
        let scene = try Scene(
            "compacted", on: broker,
            topicConfiguration: [
                "cleanup.policy": "compact", "segment.ms": "200", "min.cleanable.dirty.ratio": "0.01",
                "max.compaction.lag.ms": "200", "delete.retention.ms": "0",
            ])
        for round in 0..<5 {
            try scene.send(try (0..<20).map { try Scene.event("\(round)-\($0)", key: "key-\($0)") })
        }
        // The last segment is never compacted: more records close it, until the cleaner was there.
        var rounds = 100
        try await eventually("the topic was compacted", within: .seconds(120)) {
            try scene.send([try Scene.event("filler", key: "filler")])
            rounds += 1
            return try scene.records().count < rounds - 20
        }
        return (scene, Int64(rounds))
    }

    /// Committed and aborted transactions leave control records and aborted batches: none of it is delivered, and
    /// the commit reaches the end.
    static func transactionalTopic(on broker: TestBroker) async throws {
        let (scene, records, end) = try await transactional(on: broker)
        try await reachesEnd(scene, end: end)
        #expect(Set(scene.journal.entries(.succeeded).map(\.offset)) == Set(records.map(\.offset)))
        #expect(scene.journal.entries(.succeeded).count == 44, "each once to each of two groups, and nothing aborted")
    }

    /// A topic with committed and aborted transactions: the records of the former, and the end of its log, which is behind
    /// the last transaction's control record.
    static func transactional(on broker: TestBroker) async throws -> (Scene, records: [KcatRecord], end: Int64) {
        let scene = try Scene("transactional", on: broker)
        try await transact(scene, ids: 0..<10, commits: true)
        try await transact(scene, ids: 100..<110, commits: false)
        try await transact(scene, ids: 10..<20, commits: true)
        try await transact(scene, ids: 110..<120, commits: false)
        try await transact(scene, ids: 20..<22, commits: true)
        let end = try broker.range(of: scene.topic).upperBound
        #expect(end > 40, "control records take offsets")
        let records = try scene.records()
        #expect(records.count == 22)
        return (scene, records, end)
    }

    private static func reachesEnd(_ scene: Scene, end: Int64) async throws {
        let worker = try scene.worker()
        try await scene.waitForCommit(end)
        if let seen = try scene.broker.committedByTool(group: scene.group, scene.topic) { #expect(seen[0] == end) }
        try await eventually("the lag is 0") {
            let lags = worker.facts.all { fact -> Int64? in if case .lag(_, let records) = fact { records } else { nil }
            }
            return lags.last == 0
        }
        // `--until-end` ends on it, too.
        let again = try RunningWorker(scene.configuration { $0.group += ".again" }, until: .end)
        #expect(try await again.end().total.inFlight == 0)
        #expect(try await worker.stop().total.inFlight == 0)
    }

    /// Sends events in one transaction by kcat. Killed in the middle it leaves the transaction open, which the next
    /// producer of the same transactional id aborts.
    static func transact(_ scene: Scene, ids: Range<Int>, commits: Bool) async throws {
        let kcat = commits ? try kcat(scene, try lines(ids)) : try await transaction(scene, ids: ids)
        if commits {
            try kcat.closeInput()
            #expect(try await kcat.end() == 0, "\(kcat.errors)")
        } else {
            kcat.signal(SIGKILL)
            #expect(try await kcat.end() == -SIGKILL)
        }
    }

    /// Events that are in the log, by a kcat that has not ended its transaction yet.
    static func transaction(_ scene: Scene, ids: Range<Int>) async throws -> ChildProcess {
        let before = try scene.broker.range(of: scene.topic).upperBound
        // kcat sends what it has read once its buffer is full.
        let filler = [UInt8](repeating: 0x78, count: 1_000) + Array("\n".utf8)
        let kcat = try kcat(scene, try lines(ids) + (0..<400).flatMap { _ in filler })
        try await eventually("the events are in the log; \(kcat.errors)") {
            try scene.broker.range(of: scene.topic).upperBound >= before + Int64(ids.count)
        }
        return kcat
    }

    private static func lines(_ ids: Range<Int>) throws -> [UInt8] {
        try ids.flatMap { id in
            Array("key-\(id)\t".utf8) + (try #require(try Scene.event("\(id)").value)) + Array("\n".utf8)
        }
    }

    private static func kcat(_ scene: Scene, _ lines: [UInt8]) throws -> ChildProcess {
        try ChildProcess(
            try Programs.installed("kcat"),
            [
                "-P", "-b", scene.broker.bootstrapServers, "-t", scene.topic, "-p", "0", "-K", "\\t",
                "-X", "transactional.id=\(scene.topic)", "-H", "content-type=application/cloudevents+json",
            ], input: lines)
    }
}
