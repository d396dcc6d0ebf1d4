import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Testing

@Suite("The worker: processors that are unavailable")
struct WorkerUnavailableTests {
    @Test func onlyItsPartitionWaitsAndItGoesOnByItself() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce((0..<50).map { .event("\($0)", partition: Int32($0 % 2)) })
        let isBack = Flag()
        let facts = FactLog()
        let script = Script { delivery in
            if delivery.partition == 0, !isBack.isSet { throw ProcessingError.unavailable("the database is locked") }
        }
        let worker = try stage.worker([script.route()], facts: facts)
        let run = Task { try await worker.run(until: .end) }
        try await eventually("the other partition was done") { facts.settled(1) == 25 }
        try await eventually("the hold was told") { facts.report(0)?.held == .unavailable }
        #expect(script.done.count == 25)
        #expect(facts.settled(0) == 0)
        isBack.set()
        let summary = try await run.value
        #expect(summary.total.succeeded == 50)
        #expect(script.calls.allSatisfy { $0.attempt == 1 }, "an attempt was spent")
        #expect(try stage.letters().isEmpty)
        #expect(facts.contains { if case .unavailable(_, _, "the database is locked") = $0 { true } else { false } })
        #expect(facts.contains { if case .available = $0 { true } else { false } })
        #expect(facts.report(0)?.held != .unavailable)
        #expect(try stage.committed().map(\.offset) == [25, 25])
    }

    /// Whoever answers is there, also where the answer is no.
    @Test(arguments: ["reject", "retry"])
    func anAnswerOfAnyKindEndsIt(_ answer: String) async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"]))
        let facts = FactLog()
        let isAsked = Flag()
        let script = Script { _ in
            guard isAsked.isSet else {
                isAsked.set()
                throw ProcessingError.unavailable("away")
            }
            throw answer == "reject" ? ProcessingError.reject("no") : ProcessingError.retry(after: .zero)
        }
        let summary = try await stage.worker([script.route { $0.retry.attempts = 2 }], facts: facts).run(until: .end)
        #expect(summary.total.deadLettered == 1)
        #expect(facts.contains { if case .available = $0 { true } else { false } })
    }

    @Test func manyAtOnceHoldAndLetGo() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<100).map { .event("\($0)", key: "\($0)") })
        let isBack = Flag()
        let facts = FactLog()
        let script = Script { delivery in
            // Suspends, so that many are in handlers when the first says so.
            try await delivery.clock.sleep(for: .milliseconds(1))
            if !isBack.isSet { throw ProcessingError.unavailable("away") }
        }
        let worker = try stage.worker([script.route()], facts: facts)
        let run = Task { try await worker.run() }
        try await eventually("it was said by several") {
            facts.count { if case .unavailable = $0 { true } else { false } } > 0
                && script.calls.count { $0.ending == .threw } > 10
        }
        isBack.set()
        try await eventually("all were done") { script.done.count == 100 }
        // One more: the partition is read again.
        try stage.produce(StageRecord.events(["last"]))
        try await eventually("the partition was read again") { script.done.contains("last") }
        worker.stop()
        let summary = try await run.value
        #expect(summary.total.succeeded == 101)
        #expect(summary.total.deadLettered == 0)
    }
}
