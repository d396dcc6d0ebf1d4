import Foundation
import Millrace
import MillraceEngine
import MillraceTesting
import Testing

/// What a worker is at when its process is stopped.
enum Interruption: CaseIterable {
    /// Handling records, while another member waits to join.
    case handling
    /// Draining inside a revocation, since another member joins.
    case draining
}

extension Behaviours {
    /// A process is stopped for longer than its session and its poll interval, with a rebalance pending: what it had goes
    /// to the other member, nothing that it finishes late is committed, and it is a member again.
    static func lostWhileStopped(on broker: TestBroker, _ interruption: Interruption) async throws {
        let handover = try Handover("lost", on: broker, doneBefore: 5) { $0.ignoreUntil = "go-\($1)" }
        let scene = handover.scene
        let limit = Duration.seconds(6)
        let old = try handover.process(
            .old, properties: ["session.timeout.ms": "6000", "max.poll.interval.ms": "6000"],
            arguments: ["--log-level", "debug"])
        try await handover.waitForLast(.old)
        func join() throws -> RunningWorker {
            // Its drain is how long the rebalance lasts by which the stopped one comes back.
            try handover.worker(.new) { $0.drain = .seconds(60) }
        }
        let new: RunningWorker
        let stopped: ContinuousClock.Instant
        switch interruption {
        case .handling:
            stopped = .now
            old.signal(SIGSTOP)
            new = try join()
        case .draining:
            new = try join()
            try await eventually("it drains; \(old.errors)") { old.errors.contains("reason=draining") }
            stopped = .now
            old.signal(SIGSTOP)
        }
        try await new.waitForAssignment(of: 2)
        try await eventually("the poll interval is over") { ContinuousClock.now - stopped > limit }
        for partition: Int32 in 0...1 {
            try await eventually("the record of \(partition) is with the new owner") {
                handover.journal(.new).starts(5, partition: partition) == 1
            }
        }

        // It goes on, and its handlers return at once.
        for partition in 0...1 { try handover.open("go-\(partition)", .old) }
        old.signal(SIGCONT)
        try await eventually("the old owner's handlers have returned") {
            handover.journal(.old).entries(.succeeded).count { $0.offset == 5 } == 2
        }
        for partition in 0...1 { try handover.close("go-\(partition)", .old) }
        try await eventually("it joins again, which the new owner hears of") {
            (0...1).contains { new.isHeld(scene.name(Int32($0)), .draining) }
        }
        // The rebalance waits for the new owner's handlers: nothing can have been given to the old one.
        #expect(new.assigned.count == 2)
        let seen = try broker.commits(of: scene.group, scene.topic)
        for partition: Int32 in 0...1 {
            #expect(try scene.committed(partition) == 5)
            #expect(seen[partition]?.max() == 5, "no commit of what was finished late: \(seen)")
        }

        for partition in 0...1 { try handover.open("go-\(partition)", .new) }
        for partition: Int32 in 0...1 { try await scene.waitForCommit(6, partition: partition) }
        try await eventually("each has a partition") { new.assigned.count == 1 }
        for partition: Int32 in 0...1 {
            try scene.send(
                try (6..<10).map { try Scene.event("\(partition)-\($0)", key: "\($0)", partition: partition) })
            try await scene.waitForCommit(10, partition: partition)
            #expect(handover.journal(.new).starts(5, partition: partition) == 1)
            #expect(handover.journal(.old).starts(5, partition: partition) == 1, "it was not given back")
            let commits = try broker.commits(of: scene.group, scene.topic)[partition] ?? []
            #expect(commits == commits.sorted(), "no commit goes back")
        }
        let kept = try #require(new.assigned.first).partition
        #expect(
            Set(handover.journal(.old).places(.succeeded).filter { $0.offset > 5 })
                == Set((6..<10).map { RecordPlace(partition: 1 - kept, offset: $0) }), "it works again")
        if let members = try broker.membersByTool(group: scene.group) { #expect(members.values.sorted() == [1, 1]) }
        old.signal(SIGTERM)
        #expect(try await old.end() == 0, "\(old.errors)")
        #expect(try await new.stop().total.balances)
        #expect(try scene.letters().isEmpty)
    }
}
