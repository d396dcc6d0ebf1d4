import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import MillraceTesting
import Testing

/// Behaviour 25: lag and health tell the truth, also of what is revoked, held, or stuck.
@Suite("25: the worker's health and metrics", .timeLimit(.minutes(5)))
struct WorkerHealthTests {
    private let health = HealthObserver(stuckAfter: .seconds(1))
    private let metrics = MetricsObserver()

    /// By a clock that only the test moves: however busy the machine is, no time passes in between.
    @Test func aHandlerThatBlocksItsLaneIsUnreadyThenDeadUntilItReturns() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "2"]))
        let clock = ManualClock()
        let health = HealthObserver(stuckAfter: .seconds(1), now: { clock.now() })
        let latch = Latch()
        let script = Script { delivery in if delivery.event.id == "1" { latch.block() } }
        var configuration = stage.configuration([script.route()])
        configuration.stuckAfter = .seconds(1)
        let worker = try Worker(configuration, processors: .scripted, observers: [health], clock: clock)
        let run = Task { try await worker.run(until: .end) }
        try await eventually("the handler blocks") { script.calls(of: "1").count == 1 }
        try await eventually("ready") { health.readiness().isEmpty }
        clock.advance(by: .seconds(2))
        try await eventually("not ready") { problem(health.readiness())?.code == .handlerStuck }
        #expect(health.liveness().isEmpty)
        clock.advance(by: .seconds(1))
        try await eventually("not live") { problem(health.liveness())?.code == .handlerStuck }
        let found = try #require(problem(health.liveness()))
        #expect(found.processor == "scripted")
        #expect(found.topic == "in")
        #expect(found.partition == 0)
        #expect(found.offset == 0)
        #expect(found.seconds == 3)
        latch.open()
        #expect(try await run.value.total.succeeded == 2)
        #expect(health.liveness().isEmpty)
    }

    @Test func aHandlerThatSuspendsForEverIsUnreadyThenDeadUntilItReturns() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"], key: "a") + StageRecord.events(["2"], key: "b"))
        let gate = Gate()
        let script = Script { delivery in if delivery.event.id == "1" { await gate.pass() } }
        let worker = try worker(stage, script)
        let run = Task { try await worker.run(until: .end) }
        try await eventually("not ready") { problem(health.readiness())?.code == .handlerStuck }
        try await eventually("not live") { problem(health.liveness())?.code == .handlerStuck }
        #expect(health.liveness().map(\.offset) == [0])
        // The lane is free for other keys all the while.
        #expect(script.done == ["2"])
        gate.open()
        #expect(try await run.value.total.succeeded == 2)
        #expect(health.liveness().isEmpty)
    }

    @Test func anUnavailableProcessorIsUnreadyAndNeverDead() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce((0..<20).map { .event("\($0)", partition: Int32($0 % 2)) })
        let isBack = Flag()
        let script = Script { delivery in
            if delivery.partition == 0, !isBack.isSet { throw ProcessingError.unavailable("the database is locked") }
        }
        let worker = try worker(stage, script)
        let run = Task { try await worker.run(until: .end) }
        // Longer than a handler may take to count as dead, and though it answers for the other partition.
        try await eventually("unavailable for long") {
            #expect(health.liveness().isEmpty)
            guard let problem = problem(health.readiness()), problem.code == .processorUnavailable else { return false }
            return problem.seconds > 4
        }
        #expect(problem(health.readiness())?.cause == "the database is locked")
        #expect(try value("millrace_processor_unavailable", ["processor": "scripted"]) == 1)
        #expect(
            try value("millrace_partition_held", ["topic": "in", "partition": "0", "reason": "unavailable"]) == 1)
        #expect(try value("millrace_oldest_unsettled_age_seconds", ["topic": "in", "partition": "0"]) ?? 0 > 4)
        #expect(try value("millrace_oldest_unsettled_age_seconds", ["topic": "in", "partition": "1"]) == 0)
        // What is held and grows behind is lag all the same.
        try stage.produce((20..<25).map { .event("\($0)", partition: 0) })
        try await eventually("lag grew") {
            try value("millrace_lag_records", ["topic": "in", "partition": "0"]) == 15
        }
        isBack.set()
        #expect(try await run.value.total.succeeded >= 20)
        #expect(try value("millrace_processor_unavailable", ["processor": "scripted"]) == 0)
    }

    @Test func refusedLettersAreUnreadyUntilTheyAreTaken() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce([.garbage(partition: 0)] + StageRecord.events(["1", "2"], partition: 1))
        let notEnoughReplicas: Int32 = 19
        stage.broker.fail(.produce, with: Array(repeating: notEnoughReplicas, count: 100_000))
        let script = Script()
        let worker = try worker(stage, script)
        let run = Task { try await worker.run(until: .end) }
        try await eventually("not ready") { problem(health.readiness())?.code == .deadLettersRefused }
        let found = try #require(problem(health.readiness()))
        #expect(found.topic == "in")
        #expect(found.partition == 0)
        #expect(!found.cause.isEmpty)
        #expect(health.liveness().isEmpty)
        try await eventually("the other partition was done") { script.done.count == 2 }
        #expect(try value("millrace_partition_held", ["topic": "in", "partition": "0", "reason": "letters"]) == 1)
        #expect(try MetricsText(metrics.prometheusText()).series("millrace_dead_letters_total").isEmpty)
        stage.broker.clearFaults(of: .produce)
        try await eventually("ready again") {
            !health.readiness().contains { $0.code == .deadLettersRefused }
        }
        #expect(try await run.value.total.deadLettered == 1)
        let letters = try stage.letters()
        #expect(letters.count == 1)
        let reason = try #require(letters.first?["millrace-reason"])
        #expect(try value("millrace_dead_letters_total", ["topic": "in", "reason": reason, "processor": ""]) == 1)
    }

    @Test func anIdleWorkerIsLiveAndReadyForLongerThanAHandlerMayTake() async throws {
        let stage = try WorkerStage()
        let worker = try worker(stage, Script())
        let run = Task { try await worker.run() }
        try await eventually("ready") { health.readiness().isEmpty }
        let end = ContinuousClock.now + .seconds(4)
        try await eventually("four seconds have passed") {
            #expect(health.readiness().isEmpty)
            #expect(health.liveness().isEmpty)
            return ContinuousClock.now > end
        }
        worker.stop()
        _ = try await run.value
        #expect(problem(health.readiness())?.code == .stopped)
        #expect(health.liveness().isEmpty)
    }

    @Test func seriesOfARevokedPartitionDisappear() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce((0..<20).map { .event("\($0)", partition: Int32($0 % 2)) })
        let script = Script()
        let first = try worker(stage, script)
        let firstRun = Task { try await first.run() }
        let gauges = [
            "millrace_records_in_flight", "millrace_lag_records", "millrace_oldest_unsettled_age_seconds",
        ]
        try await eventually("both partitions are watched") {
            let page = try MetricsText(metrics.prometheusText())
            return gauges.allSatisfy { page.series($0).count == 2 }
        }
        let second = try Worker(
            stage.configuration([script.route()]), processors: .scripted,
            observers: [HealthObserver(stuckAfter: .seconds(1))])
        let secondRun = Task { try await second.run() }
        try await eventually("one partition is the other worker's") {
            let page = try MetricsText(metrics.prometheusText())
            return gauges.allSatisfy { page.series($0).count == 1 }
        }
        #expect(try MetricsText(metrics.prometheusText()).series("millrace_records_received_total").count == 2)
        second.stop()
        first.stop()
        _ = try await secondRun.value
        _ = try await firstRun.value
        let page = try MetricsText(metrics.prometheusText())
        #expect(gauges.allSatisfy { page.series($0).isEmpty })
        for partition in ["0", "1"] {
            let labels = ["topic": "in", "partition": partition]
            func total(_ term: String) -> Double { page["millrace_records_\(term)_total", labels] ?? -1 }
            #expect(
                total("received") == total("succeeded") + total("dead_lettered") + total("skipped") + total("released"))
            #expect(total("received") >= 10)
        }
    }

    private func worker(_ stage: WorkerStage, _ script: Script) throws -> Worker {
        var configuration = stage.configuration([script.route()])
        configuration.stuckAfter = .seconds(1)
        return try Worker(configuration, processors: .scripted, observers: [health, metrics])
    }

    private func problem(_ problems: [HealthProblem]) -> HealthProblem? { problems.first }

    private func value(_ name: String, _ labels: [String: String]) throws -> Double? {
        try MetricsText(metrics.prometheusText())[name, labels]
    }
}
