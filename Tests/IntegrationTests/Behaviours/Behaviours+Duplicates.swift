import Millrace
import MillraceEngine
import MillraceTesting
import Testing

extension Behaviours {
    /// The same event twice: handled once, although its first attempt failed; a failure is no reason to pass the next one
    /// over; both offsets are committed; the same id of another source, and other data under the same id, are handled.
    static func duplicates(on broker: TestBroker) async throws {
        let scene = try Scene("duplicates", on: broker)
        func event(_ id: String, source: String = "/tests", _ change: (inout Directive) -> Void = { _ in }) throws
            -> RecordLine
        { try Scene.event(id, source: source, key: "k", change) }
        let worker = try scene.worker { $0.routes[0].deduplicate = DeduplicationConfiguration() }
        // Twice at once, the first attempt fails; and twice where all attempts of the first fail.
        try scene.send([
            try event("a") { $0.failures = 1 }, try event("a") { $0.failures = 1 },
            try event("b") { $0.rejectUntil = "mended" },
        ])
        try await scene.waitForCommit(3)
        #expect(scene.journal.entries(.started).map(\.offset) == [0, 0, 2], "one effect")
        #expect(scene.journal.entries(.succeeded).map(\.offset) == [0])
        #expect(worker.skips == [scene.record(1)], "the second is passed over")
        #expect(worker.letterReasons == ["rejected:early"])

        try scene.open("mended")
        try scene.send([
            // What failed before is handled, and then known.
            try event("b") { $0.rejectUntil = "mended" }, try event("b") { $0.rejectUntil = "mended" },
            // The same id of another source.
            try event("a", source: "/others") { $0.failures = 1 },
            // Other data under the same id.
            try event("a") { $0.sleepMilliseconds = 1 },
            // The first again, long after it was committed.
            try event("a") { $0.failures = 1 },
        ])
        try await scene.waitForCommit(8)
        #expect(scene.journal.entries(.succeeded).map(\.offset) == [0, 3, 5, 6])
        #expect(worker.skips == [1, 4, 7].map { scene.record($0) })
        try await eventually("the reuse of the id is counted, once") {
            worker.metrics.contains(#"millrace_tolerated_total{topic="\#(scene.topic)",code="idReuse"} 1"#)
        }
        #expect(
            worker.metrics.contains(
                #"millrace_skips_total{topic="\#(scene.topic)",reason="duplicate",type="com.qlik.scheduling.task.created"} 3"#
            ))
        #expect(
            worker.metrics.contains(
                #"millrace_duplicates_total{topic="\#(scene.topic)",processor="directed"} 3"#))
        let total = try await worker.stop().total
        #expect(total.succeeded == 4 && total.skipped == 3 && total.deadLettered == 1 && total.balances)
        #expect(try scene.letters().map { $0["millrace-origin-offset"] } == ["2"])
        try await comesBack(on: broker)
    }

    /// What a worker succeeded with it still knows when a partition was elsewhere and comes back; the other worker, and a
    /// replay, begin with nothing.
    private static func comesBack(on broker: TestBroker) async throws {
        let scene = try Scene("handed", on: broker, partitions: 2)
        func send() throws {
            for partition: Int32 in 0...1 { try scene.send([try Scene.event("x", key: "k", partition: partition)]) }
        }
        let first = try scene.worker { $0.routes[0].deduplicate = DeduplicationConfiguration() }
        try send()
        for partition: Int32 in 0...1 { try await scene.waitForCommit(1, partition: partition) }
        #expect(scene.journal.entries(.succeeded).count == 2)

        let second = try scene.worker { $0.routes[0].deduplicate = DeduplicationConfiguration() }
        try await second.waitForAssignment()
        let moved = try #require(second.assigned.first)
        try await eventually("the first has lost it") { !first.assigned.contains(moved) }
        try scene.send([try Scene.event("x", key: "k", partition: moved.partition)])
        try await scene.waitForCommit(2, partition: moved.partition)
        #expect(scene.journal.entries(.succeeded).count == 3, "the second worker did not know it")
        #expect(second.remembered[moved] == 0, "and said so")
        try await second.stop()

        try await eventually("the first has both again") { first.assigned.count == 2 }
        try send()
        try await scene.waitForCommit(3, partition: moved.partition)
        try await scene.waitForCommit(2, partition: 1 - moved.partition)
        #expect(scene.journal.entries(.succeeded).count == 3, "the first knows both")
        #expect(first.remembered[moved] == 1)
        try await first.stop()
    }
}

extension Scene {
    fileprivate func record(_ offset: Int64, partition: Int32 = 0) -> RecordName {
        RecordName(topic: topic, partition: partition, offset: offset)
    }
}

extension RunningWorker {
    /// The records that it passed over as duplicates, in order.
    fileprivate var skips: [RecordName] {
        facts.all { if case .skipped(let record, "duplicate", _) = $0 { record } else { nil } }
    }

    /// What de-duplication knew of each partition at its last assignment.
    fileprivate var remembered: [PartitionName: Int] {
        Dictionary(
            facts.all { if case .deduplicationStarts(let name, _, let count) = $0 { (name, count) } else { nil } },
            uniquingKeysWith: { $1 })
    }
}
