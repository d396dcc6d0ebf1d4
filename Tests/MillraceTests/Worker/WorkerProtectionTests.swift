import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Synchronization
import Testing

@Suite("The worker: circuit breakers and the guard over dead letters")
struct WorkerProtectionTests {
    private static func breaker(_ route: inout RouteConfiguration) {
        route.circuitBreaker = CircuitBreakerConfiguration()
        route.circuitBreaker?.minimum = 10
        route.circuitBreaker?.minimumPause = .milliseconds(20)
        route.circuitBreaker?.maximumPause = .milliseconds(100)
        route.retry.attempts = 2
        route.retry.minimumBackoff = .milliseconds(1)
        route.retry.maximumBackoff = .milliseconds(1)
    }

    /// A processor that refuses everything fills no dead-letter topic: it is asked now and then, and goes on by itself.
    @Test(arguments: WorkerDuplicateTests.processors, ["reject", "retry"])
    func whatFailsOnEverythingIsHeldUntilItWorks(_ processor: String, _ failure: String) async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce((0..<300).map { .event("\($0)", key: "k\($0 % 50)", partition: Int32($0 % 2)) })
        let facts = FactLog()
        let health = HealthObserver(stuckAfter: .seconds(60))
        let isMended = Flag()
        let calls = Atomic<Int>(0)
        @Sendable func handle() throws {
            calls.add(1, ordering: .relaxed)
            if isMended.isSet { return }
            throw failure == "reject" ? ProcessingError.reject("no") : ProcessingError.retry("no")
        }
        let single = Script { _ in try handle() }
        let batched = BatchScript { batch in
            for index in batch.indices {
                do {
                    try handle()
                } catch {
                    batch.fail(at: index, error)
                }
            }
        }
        let route =
            processor.hasSuffix("batch")
            ? batched.route(processor, Self.breaker) : single.route(processor, Self.breaker)
        let worker = try Worker(
            stage.configuration([route]), processors: .scripted, observers: [facts, health])
        let run = Task { try await worker.run(until: .end) }
        func probes() -> Int { facts.count { if case .circuitProbeFailed = $0 { true } else { false } } }
        try await eventually("probes were made") { probes() >= 4 }
        #expect(health.readiness().map(\.code) == [.circuitOpen])
        #expect(health.liveness().isEmpty)
        #expect(facts.report(0)?.held == .circuit || facts.report(1)?.held == .circuit)
        let before = calls.load(ordering: .relaxed)
        let probesBefore = probes()
        try await eventually("more probes were made") { probes() >= probesBefore + 3 }
        // One call a probe, and the one that is under way.
        #expect(calls.load(ordering: .relaxed) - before <= probes() - probesBefore + 2)
        isMended.set()
        let total = try await run.value.total
        #expect(total.deadLettered <= 9, "only what failed before it opened")
        #expect(total.succeeded + total.deadLettered == 300 && total.balances)
        #expect(try stage.letters().count == total.deadLettered)
        #expect(try stage.committed().map(\.offset) == [150, 150])
        #expect(facts.count { if case .circuitOpened(_, _, 0, _, _, _) = $0 { true } else { false } } == 1)
        #expect(facts.count { if case .circuitClosed = $0 { true } else { false } } == 1)
        #expect(facts.report(0)?.held != .circuit && facts.report(1)?.held != .circuit)
    }

    /// Some failures are no reason, and without the option nothing is.
    @Test(arguments: [true, false])
    func withoutAReasonItNeverOpens(_ isOn: Bool) async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<200).map { .event("\($0)") })
        let facts = FactLog()
        let script = Script { delivery in
            if !isOn || (Int(delivery.event.id) ?? 0) % 2 == 0 { throw ProcessingError.reject("no") }
        }
        let total = try await stage.worker(
            [script.route { if isOn { Self.breaker(&$0) } }], facts: facts
        ).run(until: .end).total
        #expect(total.deadLettered == (isOn ? 100 : 200))
        #expect(!facts.contains { if case .circuitOpened = $0 { true } else { false } })
    }

    /// A stop while it is open ends at once and gives the rest back.
    @Test func aStopWhileItIsOpenGivesTheRestBack() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<100).map { .event("\($0)", key: "\($0)") })
        let facts = FactLog()
        let script = Script { _ in throw ProcessingError.reject("no") }
        let worker = try stage.worker([script.route(Scripted.name, Self.breaker)], facts: facts)
        let run = Task { try await worker.run() }
        try await eventually("it opened") {
            facts.contains { if case .circuitProbeFailed = $0 { true } else { false } }
        }
        worker.stop()
        let total = try await run.value.total
        #expect(total.balances && total.released == total.received - total.deadLettered)
        #expect(total.deadLettered == 9)
        #expect(try stage.committed().map(\.offset) == [9])
    }

    /// More letters than the guard allows: the partition stops, others go on, and whoever starts again loses nothing.
    @Test func aPartitionThatBecomesLettersStopsUntilARestart() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce((0..<100).map { .event("\($0)", partition: Int32($0 % 2)) })
        let facts = FactLog()
        let health = HealthObserver(stuckAfter: .seconds(60))
        let script = Script { if $0.partition == 0 { throw ProcessingError.reject("no") } }
        func configuration(_ script: Script) -> Configuration {
            var configuration = stage.configuration([script.route { $0.order = .partition }])
            configuration.deadLetter.letterGuard = LetterGuardConfiguration()
            configuration.deadLetter.letterGuard?.records = 20
            return configuration
        }
        let worker = try Worker(configuration(script), processors: .scripted, observers: [facts, health])
        let run = Task { try await worker.run() }
        try await eventually("it stopped") {
            facts.contains {
                if case .letterGuardStopped(let name, 11, 20) = $0 { name.partition == 0 } else { false }
            }
        }
        try await eventually("the other partition was done") { facts.settled(1) == 50 }
        try await eventually("the letters were committed") { try stage.committed().first?.offset == 11 }
        #expect(health.readiness().map(\.code) == [.deadLetterGuard])
        #expect(health.readiness().first?.partition == 0)
        #expect(facts.report(0)?.held == .letterGuard)
        let calls = script.calls.count
        #expect(calls == 61)
        worker.stop()
        let total = try await run.value.total
        #expect(script.calls.count == calls, "nothing of it was tried again")
        #expect(total.deadLettered == 11 && total.balances)

        let mended = Script()
        let rest = try await Worker(configuration(mended), processors: .scripted).run(until: .end).total
        #expect(rest.succeeded == 39)
        #expect(try stage.letters().count == 11)
        #expect(try stage.committed().map(\.offset) == [50, 50])
    }
}
