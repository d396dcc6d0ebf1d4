import Foundation
import Millrace
import MillraceEngine
import MillraceKafka
import MillraceTesting
import Testing

extension Behaviours {
    /// 10 to 14 are in flight, 11 to 14 are done, 10 is not, and the process is killed: 10 runs again, 11 to 14 do not,
    /// nothing is lost.
    static func outOfOrderCompletion(on broker: TestBroker) async throws {
        let scene = try Scene("out-of-order", on: broker, partitions: 2)
        var records = try (0..<15).map { offset in
            try Scene.event("\(offset)", key: "\(offset)") { if offset == 10 { $0.holdUntil = "go" } }
        }
        // The other partition's commits are the clock: they go on while this one's stand still.
        records += try (0..<3).map { try Scene.event("clock-\($0)", key: "c", partition: 1) }
        try scene.send(records)

        let first = try scene.process()
        try await eventually("11 to 14 are done") {
            Set(scene.journal.entries(.succeeded).filter { $0.partition == 0 }.map(\.offset)).isSuperset(of: 11...14)
        }
        #expect(scene.journal.starts(10) == 1)
        try await scene.waitForCommit(10)
        try await scene.waitForCommit(3, partition: 1)
        for next in 4...6 {
            try scene.send([try Scene.event("clock-\(next)", key: "c", partition: 1)])
            try await scene.waitForCommit(Int64(next), partition: 1)
            #expect(try scene.committed() == 10, "nothing above 10 is committed while 10 is running")
        }
        try await eventually("what is done above 10 is kept beside it") {
            try scene.metadata()?.contains(" done=10:Ag8") == true
        }
        first.signal(SIGKILL)
        #expect(try await first.end() == -SIGKILL)
        #expect(try scene.committed() == 10)
        if let seen = try broker.committedByTool(group: scene.group, scene.topic) { #expect(seen[0] == 10) }

        let second = try scene.process()
        try await eventually("10 runs again") { scene.journal.starts(10) == 2 }
        try scene.open("go")
        try await scene.waitForCommit(15)
        let done = scene.journal.entries(.succeeded).filter { $0.partition == 0 && $0.process == second.identifier }
        #expect(done.map(\.offset) == [10], "what was not done runs again, and nothing else")
        let again = scene.journal.entries(.started).filter { $0.process == second.identifier && $0.partition == 0 }
        #expect(again.map(\.offset) == [10], "11 to 14 are passed over")
        second.signal(SIGTERM)
        #expect(try await second.end() == 0)
        #expect(try scene.letters().isEmpty)
    }

    /// A record finishes after its partition was taken away: nothing of it is committed any more.
    static func lateCompletion(on broker: TestBroker) async throws {
        let handover = try Handover("late", on: broker, doneBefore: 50) { $0.ignoreUntil = "go-\($1)" }
        let requests = RequestLog()
        let old = try handover.worker(.old) {
            $0.requestLog = requests
            $0.drain = .milliseconds(200)
        }
        try await handover.waitForLast(.old)
        let new = try handover.worker(.new) { $0.drain = .milliseconds(200) }
        let moved = try await handover.waitForMove(to: new)
        try await eventually("the record is with the new owner") {
            handover.journal(.new).starts(50, partition: moved) == 1
        }
        #expect(!old.assigned.contains(handover.scene.name(moved)))
        let revoked = requests.count(of: RequestLog.offsetCommit)

        try handover.open("go-\(moved)", .old)
        try await eventually("the old owner's handler has returned") {
            handover.journal(.old).entries(.succeeded).contains { $0.partition == moved && $0.offset == 50 }
        }
        // Many commit intervals, as the control thread's turns show: the thread that commits.
        try await old.waitForTurns(20)
        #expect(
            requests.count(of: RequestLog.offsetCommit) == revoked, "no commit from the old owner after the revocation")
        #expect(try handover.scene.committed(moved) == 50)

        for side in Handover.Side.allCases { for partition in 0...1 { try handover.open("go-\(partition)", side) } }
        for partition: Int32 in 0...1 { try await handover.scene.waitForCommit(51, partition: partition) }
        let summary = try await old.stop()
        let given = try #require(summary.partitions[handover.scene.name(moved)])
        #expect(given.released == 1 && given.succeeded == 50, "what finished late counts as given back")
        #expect(try await new.stop().partitions[handover.scene.name(moved)]?.succeeded == 1)
        #expect(try handover.scene.letters().isEmpty)
    }

    /// A handler that is not done for long does not hold a rebalance up longer than the 2 s it may drain.
    static func boundedDrain(on broker: TestBroker) async throws {
        let handover = try Handover("drain", on: broker, doneBefore: 5) { directive, _ in
            directive.holdUntil = "go"
        }
        let old = try handover.worker(.old) { $0.drain = .seconds(2) }
        try await handover.waitForLast(.old)
        try handover.open("go", .new)
        let new = try handover.worker(.new)
        let moved = try await handover.waitForMove(to: new)
        let began = old.facts.instant {
            if case .partition(let report) = $0 { report.held == .draining } else { false }
        }
        let ended = old.facts.instant { if case .revoked = $0 { true } else { false } }
        let took = try #require(ended) - (try #require(began))
        #expect(
            took >= .milliseconds(1_900) && took < .milliseconds(3_500), "it waits for the drain, not for the handler")
        let starts = new.facts.all { if case .assigned(let starts) = $0 { starts.first?.offset } else { nil } }
        #expect(starts.first == 5, "completed work was committed")
        try await handover.scene.waitForCommit(6, partition: moved)
        #expect(handover.journal(.old).starts(5, partition: moved) == 1)
        #expect(handover.journal(.new).starts(5, partition: moved) == 1, "the unfinished record runs exactly once more")
        #expect((0...4).allSatisfy { handover.journal(.new).starts($0, partition: moved) == 0 })
        if broker.embedded == nil {
            let commits = try broker.commits(of: handover.scene.group, handover.scene.topic)[moved] ?? []
            #expect(commits == commits.sorted() && commits.contains(5), "\(commits)")
        }
        try handover.open("go", .old)
        try await handover.scene.waitForCommit(6, partition: 1 - moved)
        let summaries = (try await old.stop(), try await new.stop())
        #expect(summaries.0.partitions[handover.scene.name(moved)]?.released == 1)
        #expect(summaries.1.partitions[handover.scene.name(moved)]?.succeeded == 1)
    }
}
