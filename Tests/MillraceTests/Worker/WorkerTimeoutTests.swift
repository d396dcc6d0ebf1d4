import CloudEvents
import Millrace
import MillraceEngine
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("The worker: timeouts")
struct WorkerTimeoutTests {
    @Test func aTimeoutCancelsAndTheKeyWaitsUntilTheHandlerReturned() async throws {
        let stage = try WorkerStage()
        try stage.produce([.event("1", key: "k"), .event("2", key: "k"), .event("3", key: "other")])
        let (gate, isCancelled) = (Gate(), Flag())
        let script = Script { delivery in
            guard delivery.event.id == "1" else { return }
            try await withTaskCancellationHandler {
                await gate.pass()
                try Task.checkCancellation()
            } onCancel: {
                isCancelled.set()
            }
        }
        let worker = try stage.worker([
            script.route {
                $0.timeout = .milliseconds(200)
                $0.retry.attempts = 1
            }
        ])
        let run = Task { try await worker.run(until: .end) }
        try await eventually("the handler was cancelled") { isCancelled.isSet }
        try await eventually("the other key went on") { script.done == ["3"] }
        #expect(script.calls(of: "2").isEmpty, "the next of the key began before the handler returned")
        gate.open()
        let summary = try await run.value
        #expect(summary.total.succeeded == 2)
        #expect(summary.total.deadLettered == 1)
        #expect(script.done == ["3", "2"])
        let letters = try stage.letters()
        #expect(letters.map { $0["millrace-reason"] } == ["timedOut"])
        #expect(letters.map { $0["millrace-attempts"] } == ["1"])
    }

    @Test func aHandlerThatFinishesAfterItsTimeSucceeded() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"], key: "k"))
        let script = Script { delivery in
            // Goes on in spite of the cancellation.
            try? await delivery.clock.sleep(for: .seconds(3_600))
        }
        let summary = try await stage.worker([script.route { $0.timeout = .milliseconds(50) }]).run(until: .end)
        #expect(summary.total.succeeded == 1)
        #expect(script.calls.count == 1)
    }

    /// A runner that a timer woke takes the next record by itself: that one's time counts too.
    @Test func whatAWokenRunnerTakesNextIsTimedToo() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "2", "3"], key: "k"))
        let script = Script { delivery in
            try await delivery.clock.sleep(for: delivery.event.id == "2" ? .seconds(3_600) : .milliseconds(20))
        }
        let worker = try stage.worker([
            script.route {
                $0.timeout = .milliseconds(400)
                $0.retry.attempts = 1
            }
        ])
        let run = Task { try await worker.run(until: .end) }
        try await eventually("all three ended") { script.calls.count { $0.ended != nil } == 3 }
        let summary = try await run.value
        #expect(summary.total.succeeded == 2)
        #expect(try stage.letters().map(\.origin) == ["0/1"])
    }

    /// Time that a handler's predecessors spent on the lane's thread is not its own.
    @Test func aBusyLaneCutsNobodysTimeShort() async throws {
        let stage = try WorkerStage()
        try stage.produce([.event("blocks", key: "a"), .event("sleeps", key: "b")])
        let script = Script { delivery in
            if delivery.event.id == "blocks" {
                usleep(1_200_000)  // sleeps because it is a handler that blocks
            } else {
                try await delivery.clock.sleep(for: .milliseconds(50))
            }
        }
        let summary = try await stage.worker([
            script.route {
                $0.timeout = .seconds(1)
                $0.retry.attempts = 1
            }
        ]).run(until: .end)
        #expect(summary.total.succeeded == 2)
    }

    @Test func theAttemptAfterATimeoutRunsOnANewRunner() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "2"], key: "k"))
        let script = Script { delivery in
            if delivery.event.id == "1", delivery.attempt == 1 {
                try await delivery.clock.sleep(for: .seconds(3_600))
            }
            // Cancellation sticks to a task: it must not reach whoever comes next.
            try Task.checkCancellation()
        }
        let summary = try await stage.worker([
            script.route {
                $0.timeout = .milliseconds(100)
                $0.retry.minimumBackoff = .milliseconds(1)
            }
        ]).run(until: .end)
        #expect(summary.total.succeeded == 2)
        #expect(script.calls.map(\.attempt) == [1, 2, 1])
    }
}
