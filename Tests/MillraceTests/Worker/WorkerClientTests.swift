import CloudEvents
import MillraceEngine
import MillraceKafka
import Synchronization
import Testing

@testable import Millrace

/// A client that is not destroyed keeps its threads and its memory until the process ends.
@Suite("The worker: what is left after it ended")
struct WorkerClientTests {
    private func control(
        _ stage: WorkerStage, _ routes: [RouteConfiguration], facts: FactLog = FactLog(),
        until limit: RunLimit = .never,
        _ change: (inout Configuration) -> Void = { _ in }
    ) async throws -> WorkerControl {
        var configuration = stage.configuration(routes)
        change(&configuration)
        var contexts: [RouteContext] = []
        for (index, route) in routes.enumerated() {
            let factory = try #require(ProcessorRegistry.scripted.factory(named: route.processor))
            let context = ProcessorContext(group: configuration.group, log: Log(), kafka: configuration.kafka)
            contexts.append(
                RouteContext(
                    index: index, configuration: route, patterns: factory.types, execution: factory.execution,
                    handler: try await factory.make(route.options, context)))
        }
        return try WorkerControl(
            configuration: configuration, routes: contexts, observer: facts, clock: SystemClock(), log: Log(),
            limit: limit, createsTopics: false)
    }

    @Test func theClientOfAWorkerThatEndedIsDestroyed() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<50).map { .event("\($0)") })
        let script = Script()
        let control = try await control(stage, [script.route()])
        let run = Task { try await control.run() }
        try await eventually("all are done") { script.done.count == 50 }
        let client = try #require(control.consumer)
        control.stop()
        #expect(try await run.value.total.succeeded == 50)
        #expect(client.destroy(), "somebody holds a message")
    }

    @Test func lettersThatNobodyTookDoNotKeepIt() async throws {
        let stage = try WorkerStage()
        try stage.produce([.garbage(), .event("1"), .garbage()])
        stage.broker.fail(.produce, with: Array(repeating: 19, count: 10_000))
        let script = Script()
        let control = try await control(stage, [script.route()]) { $0.drain = .milliseconds(300) }
        let run = Task { try await control.run() }
        try await eventually("the event is done") { script.done == ["1"] }
        let client = try #require(control.consumer)
        control.stop()
        let summary = try await run.value
        #expect(summary.total.released == 2)
        #expect(client.destroy(), "somebody holds a message")
        #expect(try stage.committed().map(\.offset).compactMap { $0 }.allSatisfy { $0 == 0 })
    }

    @Test(arguments: [Scripted.name, ScriptedBlocking.name])
    func handlersThatAreCancelledDoNotKeepIt(_ processor: String) async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<5).map { .event("\($0)") })
        let script = Script { try await $0.clock.sleep(for: .seconds(3_600)) }
        let control = try await control(stage, [script.route(processor)]) { $0.drain = .milliseconds(300) }
        let run = Task { try await control.run() }
        try await eventually("it sleeps") { !script.calls.isEmpty }
        let client = try #require(control.consumer)
        control.stop()
        #expect(try await run.value.total.released == 5)
        #expect(client.destroy(), "somebody holds a message")
    }

    @Test func aDeliveryThatSomebodyKeepsDoes() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"]))
        let kept = Mutex<[Delivery]>([])
        let script = Script { delivery in kept.withLock { $0.append(delivery) } }
        let control = try await control(stage, [script.route()])
        let run = Task { try await control.run() }
        try await eventually("it is done") { script.done == ["1"] }
        let client = try #require(control.consumer)
        control.stop()
        _ = try await run.value
        #expect(!client.destroy(), "its memory would be gone")
        #expect(kept.withLock { $0.first?.event.id } == "1")
    }

    @Test func lanesThreadsAndBatchesGoWithTheWorker() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<50).map { .event("\($0)") })
        weak var lane: Lane?
        weak var gone: WorkerControl?
        do {
            let control = try await control(stage, [Script().route()])
            let run = Task { try await control.run() }
            try await eventually("a lane runs") { control.board.all.contains { $0.report.counts.succeeded == 50 } }
            control.stop()
            _ = try await run.value
            lane = control.lanes.first
            gone = control
            #expect(lane != nil)
        }
        try await eventually("nobody holds the lane") { lane == nil && gone == nil }
    }
}
