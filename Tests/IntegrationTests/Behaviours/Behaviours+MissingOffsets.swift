import Millrace
import MillraceEngine
import MillraceKafka
import MillraceTesting
import Testing

extension Behaviours {
    /// A group has committed 3 of a partition of which the log has 8 to 13 only.
    private static func behindTheLog(_ broker: TestBroker) async throws -> Scene {
        let scene = try Scene("missing", on: broker, partitions: 2)
        func events(_ offsets: Range<Int>) throws -> [RecordLine] {
            try offsets.map { offset in
                try Scene.event("\(offset)", key: "k") { if offset >= 8 { $0.holdUntil = "go" } }
            }
        }
        try scene.send(try events(0..<3) + [try Scene.event("other", partition: 1)])
        let worker = try scene.worker()
        try await scene.waitForCommit(3)
        try await scene.waitForCommit(1, partition: 1)
        try await worker.stop()
        try scene.send(try events(3..<13))
        let admin = try KafkaAdmin(broker.properties)
        defer { admin.destroy() }
        try admin.deleteRecords(TopicPartition(topic: scene.topic, partition: 0), before: 8)
        #expect(try broker.range(of: scene.topic) == 8..<13)
        return scene
    }

    /// A committed offset below the log's start with the policies that go on: what was passed over is logged and counted,
    /// the lag is what is really there, and other partitions do not mind.
    static func missingOffset(on broker: TestBroker, _ policy: MissingOffsetPolicy) async throws {
        let scene = try await behindTheLog(broker)
        let resumed: Int64 = policy == .earliest ? 8 : 13
        let worker = try scene.worker { $0.sources[0].onMissingOffset = policy }
        try await eventually("it goes on elsewhere") {
            worker.facts.all { if case .offsetMissing(_, _, let resumed) = $0 { resumed } else { nil } } == [resumed]
        }
        let line = try #require(worker.log.first { $0.contains("committed offset is no longer in the log") })
        for words in [
            " warning ", "topic=\(scene.topic)", "partition=0", "committed=3", "resumedAt=\(resumed)",
            "count=\(resumed - 3)",
        ] { #expect(line.contains(words), "\(line)") }
        #expect(worker.series("millrace_offsets_missing_total", ofTopic: scene.topic) == 1)
        #expect(worker.series("millrace_offsets_missing_records_total", ofTopic: scene.topic) == resumed - 3)
        // Nothing of it is done yet: the lag is what the log has, not what the offsets differ by.
        try await eventually("the lag is \(13 - resumed)") {
            worker.series("millrace_lag_records", of: scene.name()) == 13 - resumed
        }
        try scene.send([try Scene.event("13", key: "k"), try Scene.event("other-1", partition: 1)])
        try scene.open("go")
        try await scene.waitForCommit(14)
        try await scene.waitForCommit(2, partition: 1)
        #expect(
            scene.journal.places(.succeeded).filter { $0.partition == 0 }.map(\.offset) == [0, 1, 2] + (resumed...13))
        #expect(scene.journal.places(.succeeded).filter { $0.partition == 1 }.map(\.offset) == [0, 1])
        try await eventually("the lag is 0") { worker.series("millrace_lag_records", of: scene.name()) == 0 }
        let commits = try broker.commits(of: scene.group, scene.topic)[0] ?? []
        #expect(commits == commits.sorted(), "\(commits)")
        #expect(try await worker.stop().total.balances)
        // The next start has nothing to say of it.
        let next = try scene.worker { $0.sources[0].onMissingOffset = .fail }
        try scene.send([try Scene.event("14", key: "k")])
        try await scene.waitForCommit(15)
        try await next.stop()
        #expect(try scene.letters().isEmpty)
    }

    /// The policy is `fail` unless somebody wrote another: the process ends, says what there is, and changes nothing.
    static func missingOffsetFails(on broker: TestBroker) async throws {
        let scene = try await behindTheLog(broker)
        let process = try scene.process()
        #expect(try await process.end() == 65, "\(process.errors)")
        for words in [
            "\(scene.topic)[0]: offset 3 is committed, but the log has 8 to 13", "onMissingOffset",
            "committed offset is no longer in the log: the worker stops topic=\(scene.topic) partition=0 committed=3",
        ] { #expect(process.errors.contains(words), "\(process.errors)") }
        #expect(try scene.committed() == 3)
        #expect(scene.journal.entries(.started).allSatisfy { $0.partition == 1 || $0.offset < 3 })
        #expect(try scene.letters().isEmpty)
        // In one process, for the metric.
        let worker = try scene.worker()
        await #expect(throws: WorkerError.self) { try await worker.end() }
        #expect(worker.series("millrace_offsets_missing_total", ofTopic: scene.topic) == 1)
        #expect(worker.series("millrace_offsets_missing_records_total", ofTopic: scene.topic) == 0)
    }
}
