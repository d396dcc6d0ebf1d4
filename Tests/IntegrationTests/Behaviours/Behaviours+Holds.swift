import Millrace
import MillraceEngine
import MillraceKafka
import MillraceTesting
import Testing

extension Behaviours {
    /// A partition is in a retry's backoff and not read when another one comes: all records of that one are handled, and
    /// all of the first one afterwards.
    static func newPartitionDuringBackoff(on broker: TestBroker) async throws {
        let scene = try Scene("grows", on: broker)
        // More than may be in flight: the partition is not read any more.
        let count = LaneEngine.Limits().recordsPerPartition + 100
        try scene.send(
            try (0..<count).map { offset in
                try Scene.event("0-\(offset)", key: "k") { if offset == 0 { $0.failUntil = "back" } }
            })
        let worker = try scene.worker {
            $0.kafka["topic.metadata.refresh.interval.ms"] = "300"
            $0.routes[0].order = .partition
            $0.routes[0].retry.attempts = 1_000
            $0.routes[0].retry.minimumBackoff = .milliseconds(500)
            $0.routes[0].retry.maximumBackoff = .milliseconds(500)
        }
        try await eventually("the first partition is in backoff and not read") {
            worker.isHeld(scene.name(), .concurrency) && scene.journal.entries(.failed).count > 1
        }

        let admin = try KafkaAdmin(broker.properties)
        defer { admin.destroy() }
        try admin.growTopic(scene.topic, toPartitions: 2)
        try await eventually("the second partition is there") {
            try admin.topic(scene.topic, timeoutMilliseconds: 10_000)?.leaders.count == 2
        }
        let added = 700
        try scene.send(try (0..<added).map { try Scene.event("1-\($0)", key: "\($0 % 7)", partition: 1) })
        try await scene.waitForCommit(Int64(added), partition: 1)
        #expect(worker.assigned == [scene.name(0), scene.name(1)])
        func succeeded(_ partition: Int32) -> [Int64] {
            scene.journal.entries(.succeeded).filter { $0.partition == partition }.map(\.offset)
        }
        #expect(succeeded(1).sorted() == (0..<Int64(added)).map { $0 }, "each is handled, and once")
        #expect(try scene.committed() ?? 0 == 0)
        #expect(succeeded(0).isEmpty)
        try await eventually("the first partition is still in backoff and not read") {
            worker.isHeld(scene.name(), .concurrency)
        }

        try scene.open("back")
        try await scene.waitForCommit(Int64(count))
        #expect(succeeded(0) == (0..<Int64(count)).map { $0 }, "none is left out, in order")
        for partition: Int32 in 0...1 { try scene.send([try Scene.event("last-\(partition)", partition: partition)]) }
        try await scene.waitForCommit(Int64(count) + 1)
        try await scene.waitForCommit(Int64(added) + 1, partition: 1)
        let total = try await worker.stop().total
        #expect(total.succeeded == UInt64(count + added + 2) && total.deadLettered == 0)
    }

    /// A held partition goes to another member and comes back: it starts from what is committed, and is held again, for a
    /// reason that is told.
    static func holdSurvivesReassignment(on broker: TestBroker) async throws {
        let handover = try Handover("hold", on: broker, doneBefore: 5) { directive, _ in
            directive.unavailableUntil = "back"
        }
        let scene = handover.scene
        for partition: Int32 in 0...1 {
            try scene.send(
                try (6..<12).map { try Scene.event("\(partition)-\($0)", key: "\($0)", partition: partition) })
        }
        let old = try handover.worker(.old) { $0.drain = .milliseconds(500) }
        func isHeld(_ partition: Int32) throws -> Bool {
            try scene.committed(partition) == 5 && old.isHeld(scene.name(partition), .unavailable)
        }
        for partition: Int32 in 0...1 { try await eventually("\(partition) is held") { try isHeld(partition) } }
        #expect(old.readiness.text.contains("processorUnavailable"), "\(old.readiness.text)")

        let new = try handover.worker(.new) { $0.drain = .milliseconds(500) }
        let moved = try await handover.waitForMove(to: new)
        try await eventually("it is held there too") { new.isHeld(scene.name(moved), .unavailable) }
        #expect(!old.isHeld(scene.name(moved), .unavailable), "what is gone is not held")
        let tried = handover.journal(.old).starts(5, partition: moved)
        try await new.stop()
        try await eventually("it has come back") { old.assigned.count == 2 }
        let start = old.facts.all { fact -> PartitionStart? in
            if case .assigned(let starts) = fact { starts.first { $0.name == scene.name(moved) } } else { nil }
        }.last
        #expect(start?.offset == 5, "from the committed offset on")
        #expect(start.map { $0.epoch > 1 } == true, "it is another assignment")
        for partition: Int32 in 0...1 { try await eventually("\(partition) is held again") { try isHeld(partition) } }
        try await eventually("it is tried again") { handover.journal(.old).starts(5, partition: moved) > tried }
        #expect(old.readiness.text.contains("processorUnavailable"), "\(old.readiness.text)")
        #expect(handover.journal(.old).entries(.started).allSatisfy { $0.attempt == 1 }, "no attempt is spent")

        try handover.open("back", .old)
        for partition: Int32 in 0...1 {
            try await scene.waitForCommit(12, partition: partition)
            let done = handover.journal(.old).entries(.succeeded).filter { $0.partition == partition }.map(\.offset)
            #expect(Set(done) == Set(0..<12), "none is left out")
            #expect(done.count { $0 == 5 } == 1)
            if broker.embedded == nil {
                let commits = try broker.commits(of: scene.group, scene.topic)[partition] ?? []
                #expect(commits == commits.sorted(), "no commit goes back")
            }
        }
        try await eventually("nothing is held") {
            old.readiness.isReady && !(0...1).contains { old.isHeld(scene.name(Int32($0)), .unavailable) }
        }
        #expect(try await old.stop().total.inFlight == 0)
        #expect(try scene.letters().isEmpty)
    }
}
