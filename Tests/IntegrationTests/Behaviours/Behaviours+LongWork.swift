import Millrace
import MillraceEngine
import MillraceTesting
import Testing

extension Behaviours {
    /// Handlers that take three times as long as the group allows between two polls, one that gives way and one that does
    /// not: the member stays, works on what it can, and one sees that it does.
    static func longHandlers(on broker: TestBroker) async throws {
        let scene = try Scene("long-work", on: broker, partitions: 2)
        try scene.send([
            try Scene.event("0-0", key: "k") { $0.holdUntil = "go" },
            try Scene.event("1-0", key: "k", partition: 1) { $0.blockUntil = "go" },
        ])
        let interval = Duration.seconds(4)
        let worker = try scene.worker {
            $0.kafka["session.timeout.ms"] = "4000"
            $0.kafka["max.poll.interval.ms"] = "4000"
            // A partition each: the handler that blocks has a lane to itself.
            $0.lanes = 2
            $0.stuckAfter = .seconds(1)
        }
        try await eventually("both are called") { scene.journal.entries(.started).count == 2 }
        let began = ContinuousClock.now
        let members = try broker.membersByTool(group: scene.group)
        #expect(members?.values.sorted() ?? [2] == [2], "one member has both partitions")
        func age(_ partition: Int32) -> Double { worker.oldestUnsettledAge(of: scene.name(partition)) ?? -1 }

        var others: Int64 = 0
        var ages: [[Double]] = [[], []]
        while ContinuousClock.now - began < interval * 3 {
            others += 1
            try scene.send([try Scene.event("other-\(others)", key: "other")])
            try await eventually("other keys of the first partition go on") {
                scene.journal.entries(.succeeded).contains { $0.partition == 0 && $0.offset == others }
            }
            try await worker.waitForTurns(2)
            for partition: Int32 in 0...1 { ages[Int(partition)].append(age(partition)) }
        }
        #expect(
            ages.allSatisfy { $0 == $0.sorted() && $0.last.map { $0 > 11 } == true }, "one sees how old it is: \(ages)")
        let stuck = worker.facts.all { if case .stuck(_, let record, _) = $0 { record } else { nil } }
        #expect(
            Set(stuck) == Set((0...1).map { RecordName(topic: scene.topic, partition: $0, offset: 0) }),
            "and which records these are")
        #expect(worker.readiness.text.contains("handlerStuck"))
        try await eventually("lag is measured all the while") {
            worker.series("millrace_lag_records", of: scene.name()) == others + 1
                && worker.series("millrace_lag_records", of: scene.name(1)) == 1
        }
        let rebalances = worker.facts.all { fact -> Bool? in
            switch fact {
            case .assigned, .revoked, .lost: true
            default: nil
            }
        }
        #expect(rebalances.count == 1, "there was no rebalance")
        if let members { #expect(try broker.membersByTool(group: scene.group) == members, "it is the same member") }

        try scene.open("go")
        try await scene.waitForCommit(others + 1)
        try await scene.waitForCommit(1, partition: 1)
        for partition: Int32 in 0...1 { #expect(scene.journal.starts(0, partition: partition) == 1) }
        try await eventually("both are well again") { worker.liveness.isLive && worker.readiness.isReady }
        let total = try await worker.stop().total
        #expect(total.succeeded == UInt64(others) + 2 && total.released == 0)
        #expect(try scene.letters().isEmpty)
    }
}
