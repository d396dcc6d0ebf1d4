import Millrace
import MillraceEngine
import MillraceKafka
import Testing

@Suite("The worker and what an earlier one had done out of order")
struct WorkerOffsetMapTests {
    private let events = StageRecord.events(["0", "1", "2", "3", "4", "5"])

    private func ignored(_ facts: FactLog) -> Bool {
        facts.contains { if case .offsetMapIgnored = $0 { true } else { false } }
    }

    @Test func whatIsDoneIsPassedOverAndCounted() async throws {
        let stage = try WorkerStage()
        try stage.produce(events)
        let map = try #require(OffsetMap(base: 1, runs: [2..<4, 5..<6]))
        try stage.commit(1, metadata: "millrace/1 done=\(map.text)")
        let facts = FactLog()
        let script = Script()
        let summary = try await stage.worker([script.route()], facts: facts).run(until: .end)
        #expect(script.done == ["1", "4"])
        #expect(summary.total.received == 2 && summary.total.alreadyDone == 3 && summary.total.balances)
        #expect(try stage.committed().map(\.offset) == [6])
        #expect(try stage.committed().map(\.metadata) == ["millrace/1"])
        #expect(!ignored(facts))
    }

    /// The topic may have been made anew, or somebody have set the group's offset.
    @Test(arguments: [
        OffsetMap(base: 1, runs: [2..<4, 6..<7]), OffsetMap(base: 1, runs: [2..<1_000]),
        OffsetMap(base: 0, runs: [2..<4]), OffsetMap(base: 2, runs: [3..<4]),
    ])
    func aMapThatCannotBeTrueIsIgnoredAndTold(_ map: OffsetMap?) async throws {
        let stage = try WorkerStage()
        try stage.produce(events)
        try stage.commit(1, metadata: "millrace/1 done=\(try #require(map).text)")
        let facts = FactLog()
        let script = Script()
        let summary = try await stage.worker([script.route()], facts: facts).run(until: .end)
        #expect(script.done == ["1", "2", "3", "4", "5"])
        #expect(summary.total.alreadyDone == 0)
        #expect(ignored(facts))
    }

    /// What was not finished at a stop comes again, and nothing else does.
    @Test func aStopLeavesAMapToTheNextWorker() async throws {
        let stage = try WorkerStage()
        try stage.produce(events)
        let holds = Script { delivery in
            if [0, 3].contains(delivery.offset) { try await delivery.clock.sleep(for: .seconds(3_600)) }
        }
        let worker = try stage.worker([holds.route { $0.order = .unordered }]) { $0.drain = .milliseconds(200) }
        let run = Task { try await worker.run() }
        try await eventually("the others are done") { Set(holds.done) == ["1", "2", "4", "5"] }
        worker.stop()
        #expect(try await run.value.total.released == 2)
        let again = Script()
        let summary = try await stage.worker([again.route()]).run(until: .end)
        #expect(again.done == ["0", "3"])
        #expect(summary.total.alreadyDone == 4)
    }
}
