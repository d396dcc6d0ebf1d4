import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Synchronization
import Testing

@Suite("The worker: stopping")
struct WorkerStopTests {
    @Test func whatIsInHandlersIsFinishedAndCommitted() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<10).map { .event("\($0)") })
        let gate = Gate()
        let facts = FactLog()
        let script = Script { _ in await gate.pass() }
        let worker = try stage.worker([script.route()], facts: facts)
        let run = Task { try await worker.run() }
        try await eventually("all are in handlers") { gate.waitingCount == 10 }
        worker.stop()
        try await eventually("the stop was heard") { facts.report()?.held == .draining }
        gate.open()
        let summary = try await run.value
        #expect(summary.total.succeeded == 10)
        #expect(summary.total.released == 0)
        #expect(try stage.committed().map(\.offset) == [10])
        #expect(script.closings == 1)
    }

    @Test func whatIsNotFinishedInTimeIsReleased() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<6).map { .event("\($0)", key: "\($0)") })
        let gate = Gate()
        let script = Script { delivery in
            if delivery.event.id == "2" { await gate.pass() }
        }
        let worker = try stage.worker([script.route()]) { $0.drain = .milliseconds(300) }
        let run = Task { try await worker.run() }
        try await eventually("all others are done") { script.done.count == 5 && gate.waitingCount == 1 }
        worker.stop()
        let summary = try await run.value
        #expect(summary.total.received == 6)
        #expect(summary.total.succeeded == 5)
        #expect(summary.total.released == 1)
        #expect(summary.total.balances)
        #expect(try stage.committed().map(\.offset) == [2])
        gate.open()
        // The next owner gets it; what is behind it was done.
        let next = Script()
        let after = try await stage.worker([next.route()]).run(until: .end)
        #expect(after.total.succeeded == 1 && after.total.alreadyDone == 3)
        #expect(next.calls.map(\.offset) == [2])
    }

    @Test func aHandlerIsCancelledOnceItsTimeToDrainIsOver() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"]))
        let script = Script { try await $0.clock.sleep(for: .seconds(3_600)) }
        let worker = try stage.worker([script.route()]) { $0.drain = .milliseconds(200) }
        let run = Task { try await worker.run() }
        try await eventually("it is in its handler") { script.calls.count == 1 }
        worker.stop()
        let summary = try await run.value
        #expect(summary.total.released == 1)
        #expect(script.calls.first?.ending == .threw)
        #expect(try stage.letters().isEmpty, "a stop is no failure")
        #expect(try stage.committed().map(\.offset).compactMap { $0 }.allSatisfy { $0 == 0 })
    }

    @Test(arguments: ["retry", "unavailable"])
    func aRecordThatWaitsIsReleasedAtOnce(_ what: String) async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "2"], key: "k"))
        let script = Script { _ in
            throw what == "retry" ? ProcessingError.retry(after: .seconds(3_600)) : ProcessingError.unavailable("away")
        }
        let facts = FactLog()
        let worker = try stage.worker([script.route()], facts: facts) { $0.drain = .seconds(3_600) }
        let run = Task { try await worker.run() }
        try await eventually("it waits") { script.calls.first?.ending == .threw }
        worker.stop()
        let summary = try await run.value
        #expect(summary.total.released == 2)
        #expect(summary.total.balances)
        #expect(try stage.letters().isEmpty)
        #expect(script.calls(of: "2").isEmpty)
    }

    /// Attempts that were spent stay spent: the next owner goes on counting.
    @Test func attemptsOutliveTheWorker() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"]))
        var attempts: [Int] = []
        for _ in 1...2 {
            let facts = FactLog()
            let script = Script { _ in throw ProcessingError.retry(after: .seconds(3_600)) }
            let worker = try stage.worker([script.route { $0.retry.attempts = 3 }], facts: facts)
            let run = Task { try await worker.run() }
            try await eventually("an attempt failed") { script.calls.first?.ending == .threw }
            worker.stop()
            _ = try await run.value
            attempts += script.calls.map(\.attempt)
        }
        let last = Script { _ in throw ProcessingError.retry(after: .seconds(3_600)) }
        let summary = try await stage.worker([last.route { $0.retry.attempts = 3 }]).run(until: .end)
        #expect(attempts + last.calls.map(\.attempt) == [1, 2, 3])
        #expect(summary.total.deadLettered == 1)
        #expect(try stage.letters().map { $0["millrace-attempts"] } == ["3"])
    }

    /// One time to drain is all that a lane gets that is stuck in a handler.
    @Test func aHandlerThatBlocksItsThreadCostsOneDrain() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce([.event("stuck"), .event("fine", partition: 1)])
        let latch = Latch()
        let isIn = Flag()
        let facts = FactLog()
        let script = Script { delivery in
            guard delivery.event.id == "stuck" else { return }
            isIn.set()
            latch.block()
        }
        let worker = try stage.worker([script.route()], facts: facts) {
            $0.lanes = 2
            $0.drain = .seconds(15)
        }
        let run = Task { try await worker.run() }
        let took: Duration
        do {
            defer { latch.open() }
            try await eventually("one lane is stuck, the other one is done") {
                isIn.isSet && script.done == ["fine"]
            }
            let began = ContinuousClock.now
            worker.stop()
            let summary = try await run.value
            took = ContinuousClock.now - began
            #expect(summary.total.succeeded == 1)
            #expect(summary.total.balances)
        }
        #expect(took < .seconds(28), "waited twice for the same handler")
        #expect(try stage.committed().map(\.offset) == [0, 1])
        // The lane comes back, finds that nothing is its own any more, and ends.
        try await eventually("the handler returned") { script.done.count == 2 }
        #expect(try stage.committed().map(\.offset) == [0, 1])
    }

    @Test func stoppingBeforeABrokerAnswersDoesNotWaitForOne() async throws {
        let stage = try WorkerStage()
        let facts = FactLog()
        let worker = try stage.worker([Script().route()], facts: facts) {
            // Nothing listens on the discard port.
            $0.kafka["bootstrap.servers"] = "127.0.0.1:9"
            $0.connectTimeout = .seconds(3_600)
        }
        let run = Task { try await worker.run() }
        try await eventually("it waits for a broker") {
            facts.contains { if case .broker(_, "waitingForBroker", _) = $0 { true } else { false } }
        }
        worker.stop()
        await #expect { try await run.value } throws: { ($0 as? WorkerError)?.code == .unavailable }
        #expect(facts.contains { if case .phase(.stopped) = $0 { true } else { false } })
    }

    @Test func stoppingWhileTheBrokerIsAwayEnds() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<5).map { .event("\($0)") })
        let script = Script()
        let worker = try stage.worker([script.route()])
        let run = Task { try await worker.run() }
        try await eventually("all are done") { script.done.count == 5 }
        try stage.broker.setDown()
        worker.stop()
        let summary = try await run.value
        #expect(summary.total.succeeded == 5)
    }

    @Test func cancellingTheTaskIsAStop() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"]))
        let script = Script()
        let worker = try stage.worker([script.route()])
        let run = Task { try await worker.run() }
        try await eventually("it is done") { script.done == ["1"] }
        run.cancel()
        let summary = try await run.value
        #expect(summary.total.succeeded == 1)
        #expect(try stage.committed().map(\.offset) == [1])
    }

    @Test func stoppingAgainAndAfterwardsIsHarmless() async throws {
        let stage = try WorkerStage()
        let worker = try stage.worker([Script().route()])
        worker.stop()
        worker.stop()
        _ = try? await worker.run()
        worker.stop()
        await #expect(throws: WorkerError.self) { try await worker.run() }
    }
}
