import CloudEvents
import MillraceEngine
import Synchronization
import Testing

@testable import Millrace

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("The worker: what handlers may do")
struct WorkerDeliveryTests {
    @Test func aDeliveryThatIsKeptStaysReadable() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<300).map { .event("\($0)", key: "key-\($0)", data: "{\"n\":\($0)}") })
        let kept = Mutex<[Delivery]>([])
        let script = Script { delivery in
            if delivery.offset % 3 == 0 { kept.withLock { $0.append(delivery) } }
        }
        let summary = try await stage.worker([script.route()]).run(until: .end)
        #expect(summary.total.succeeded == 300)
        let deliveries = kept.withLock { $0 }
        #expect(deliveries.count == 100)
        for delivery in deliveries {
            #expect(delivery.event.id == "\(delivery.offset)")
            #expect(delivery.key == Array("key-\(delivery.offset)".utf8))
            #expect(delivery.headers.map(\.name) == ["content-type"])
            let value = try #require(delivery.value)
            #expect(String(decoding: value, as: UTF8.self).contains("{\"n\":\(delivery.offset)}"))
        }
    }

    actor Tally {
        private(set) var total = 0
        func add() -> Int {
            total += 1
            return total
        }
    }

    @Test(arguments: [Scripted.name, ScriptedBlocking.name])
    func aHandlerHopsToAnActorAndComesBack(_ processor: String) async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<200).map { .event("\($0)", key: "\($0 % 9)") })
        let tally = Tally()
        let threads = Mutex<Set<UInt>>([])
        let script = Script { _ in
            threads.withLock { _ = $0.insert(CurrentThread.identity) }
            _ = await tally.add()
            threads.withLock { _ = $0.insert(CurrentThread.identity) }
        }
        let summary = try await stage.worker([script.route(processor)]).run(until: .end)
        #expect(summary.total.succeeded == 200)
        #expect(await tally.total == 200)
        #expect(threads.withLock { $0.count } == 1, "it came back somewhere else")
    }

    @Test func aHandlerHopsToTheMainActorAndComesBack() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<20).map { .event("\($0)", key: "\($0 % 3)") })
        let script = Script { _ in await MainActor.run {} }
        let summary = try await stage.worker([script.route()]).run(until: .end)
        #expect(summary.total.succeeded == 20)
    }

    @Test func aHandlerHasChildTasks() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<20).map { .event("\($0)", key: "\($0 % 3)") })
        let script = Script { delivery in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { try await delivery.clock.sleep(for: .milliseconds(2)) } }
                group.addTask { try await Task.sleep(for: .milliseconds(1)) }  // sleeps because handlers do
                try await group.waitForAll()
            }
        }
        let summary = try await stage.worker([script.route()]).run(until: .end)
        #expect(summary.total.succeeded == 20)
    }

    @Test func aHandlerThatBlocksItsThreadForAWhileHarmsNobody() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce((0..<200).map { .event("\($0)", key: "\($0 % 10)", partition: Int32($0 % 2)) })
        let facts = FactLog()
        let script = Script { delivery in
            if delivery.event.id == "50" { usleep(1_500_000) }  // sleeps because it is a handler that blocks
        }
        let summary = try await stage.worker([script.route()], facts: facts) { $0.stuckAfter = .seconds(1) }
            .run(until: .end)
        #expect(summary.total.succeeded == 200)
        #expect(
            facts.contains { if case .stuck("scripted", let record, _) = $0 { record.offset == 25 } else { false } },
            "control saw it while the lane was in it")
    }

    @Test func aHandlerThatSuspendsForLongIsReportedAndItsReturnToo() async throws {
        let stage = try WorkerStage()
        try stage.produce([.event("1", key: "a"), .event("2", key: "b")])
        let gate = Gate()
        let facts = FactLog()
        let script = Script { if $0.event.id == "1" { await gate.pass() } }
        let worker = try stage.worker([script.route()], facts: facts) { $0.stuckAfter = .seconds(1) }
        let run = Task { try await worker.run(until: .end) }
        try await eventually("it was told") {
            facts.contains { if case .stuck(_, let record, _) = $0 { record.offset == 0 } else { false } }
        }
        #expect(script.done == ["2"])
        gate.open()
        try await eventually("its return was told, or the worker ended") {
            facts.contains {
                switch $0 {
                case .unstuck(_, let record): record.offset == 0
                case .phase(.stopped): true
                default: false
                }
            }
        }
        #expect(try await run.value.total.succeeded == 2)
    }

    /// Who waits for something that only ever ends by cancellation sleeps for as long as there is time.
    @Test func aSleepBeyondTheEndOfTheClockLastsUntilItIsCancelled() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"]))
        let script = Script { try await $0.clock.sleep(for: .seconds(Int64.max)) }
        let summary = try await stage.worker([
            script.route {
                $0.timeout = .milliseconds(300)
                $0.retry.attempts = 1
            }
        ]).run(until: .end)
        #expect(summary.total.deadLettered == 1)
    }

    /// A task that was cancelled by its own handler is no use to the next one.
    @Test func aHandlerThatCancelsItselfHarmsNoOther() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "2", "3"], key: "k"))
        let script = Script { delivery in
            guard delivery.event.id == "1" else { return try Task.checkCancellation() }
            withUnsafeCurrentTask { $0?.cancel() }
            throw ProcessingError.reject("mine")
        }
        let summary = try await stage.worker([script.route { $0.retry.attempts = 1 }]).run(until: .end)
        #expect(summary.total.deadLettered == 1)
        #expect(summary.total.succeeded == 2)
    }

    @Test func cancellationOfItsOwnMakingIsAFailureLikeAnyOther() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"]))
        let script = Script { if $0.attempt == 1 { throw CancellationError() } }
        let summary = try await stage.worker([script.route { $0.retry.minimumBackoff = .milliseconds(1) }])
            .run(until: .end)
        #expect(summary.total.succeeded == 1)
        #expect(script.calls.map(\.attempt) == [1, 2])
    }
}
