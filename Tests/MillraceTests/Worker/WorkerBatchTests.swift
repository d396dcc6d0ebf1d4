import CloudEvents
import Millrace
import MillraceEngine
import Synchronization
import Testing

@Suite("The worker: batches and blocking processors")
struct WorkerBatchTests {
    static let processors = [ScriptedBatch.name, ScriptedBlockingBatch.name]

    @Test(arguments: processors)
    func eachOfABatchHasItsOwnOutcome(_ processor: String) async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<40).map { .event("\($0)") })
        let script = BatchScript { batch in
            for (index, delivery) in batch.enumerated() {
                let number = Int(delivery.event.id) ?? 0
                if number % 10 == 3 { batch.fail(at: index, ProcessingError.reject("three")) }
                if number % 10 == 7, delivery.attempt == 1 {
                    batch.fail(at: index, ProcessingError.retry(after: .milliseconds(1)))
                }
            }
        }
        let summary = try await stage.worker([script.route(processor)]).run(until: .end)
        #expect(summary.total.succeeded == 36)
        #expect(summary.total.deadLettered == 4)
        let seen = script.batches.flatMap { $0 }
        #expect(seen.count == 44, "only what failed was handed over again")
        #expect(script.batches.count < 40, "these were no batches")
        #expect(Set(try stage.letters().map { $0["millrace-reason"] ?? "" }) == ["rejected:three"])
    }

    /// An error for a whole batch says nothing of any one record: each is tried alone.
    @Test(arguments: processors)
    func onePoisonRecordDoesNotTakeItsNeighbours(_ processor: String) async throws {
        struct Broken: Error {}
        let stage = try WorkerStage()
        try stage.produce((0..<30).map { .event("\($0)") })
        let script = BatchScript { batch in
            if batch.contains(where: { $0.event.id == "17" }) { throw Broken() }
        }
        let summary = try await stage.worker([
            script.route(processor) {
                $0.retry.attempts = 2
                $0.retry.minimumBackoff = .milliseconds(1)
            }
        ]).run(until: .end)
        #expect(summary.total.succeeded == 29)
        #expect(summary.total.deadLettered == 1)
        let letters = try stage.letters()
        #expect(letters.map(\.origin) == ["0/17"])
        #expect(letters.map { $0["millrace-attempts"] } == ["2"])
    }

    @Test(arguments: processors)
    func unavailableConcernsAll(_ processor: String) async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<10).map { .event("\($0)") })
        let calls = Atomic<Int>(0)
        let script = BatchScript { _ in
            if calls.add(1, ordering: .relaxed).newValue < 3 { throw ProcessingError.unavailable("away") }
        }
        let summary = try await stage.worker([script.route(processor)]).run(until: .end)
        #expect(summary.total.succeeded == 10)
        #expect(script.batches.allSatisfy { $0.count > 1 }, "tried one by one")
    }

    @Test(arguments: processors)
    func aBatchHasAtMostOneOfEachKeyAndKeepsItsOrder(_ processor: String) async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<200).map { .event("\($0)", key: "\($0 % 5)") })
        let script = BatchScript { _ in }
        let summary = try await stage.worker([script.route(processor)]).run(until: .end)
        #expect(summary.total.succeeded == 200)
        for batch in script.batches {
            #expect(Set(batch.map { (Int($0) ?? 0) % 5 }).count == batch.count)
        }
        for key in 0..<5 {
            let ofKey = script.batches.flatMap { $0 }.compactMap { Int($0) }.filter { $0 % 5 == key }
            #expect(ofKey == ofKey.sorted())
        }
    }

    /// Cancelled by its timeout, a batch is not run again one by one.
    @Test func aCancelledBatchIsNotTakenApart() async throws {
        struct Interrupted: Error {}
        let stage = try WorkerStage()
        try stage.produce((0..<10).map { .event("\($0)") })
        let script = BatchScript { batch in
            guard let first = batch.first, first.attempt == 1 else { return }
            do {
                try await first.clock.sleep(for: .seconds(3_600))
            } catch {
                throw Interrupted()
            }
        }
        let summary = try await stage.worker([
            script.route {
                $0.timeout = .milliseconds(200)
                $0.retry.minimumBackoff = .milliseconds(1)
                $0.retry.maximumBackoff = .milliseconds(1)
            }
        ]).run(until: .end)
        #expect(summary.total.succeeded == 10)
        #expect(script.batches.first?.count == 10)
        #expect(script.batches.flatMap { $0 }.count == 20, "taken apart: \(script.batches)")
    }

    @Test func aBlockingProcessorDoesNotHoldItsLaneUp() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce((0..<20).map { .event("\($0)", key: "\($0)", partition: Int32($0 % 2)) })
        let latch = Latch()
        let isIn = Flag()
        let slow = Script { _ in
            isIn.set()
            latch.block()
        }
        let fast = Script()
        let worker = try stage.worker([slow.route(ScriptedBlocking.name), fast.route()])
        let run = Task { try await worker.run(until: .end) }
        do {
            defer { latch.open() }
            try await eventually("the other processor was done with all") { isIn.isSet && fast.done.count == 20 }
            #expect(slow.done.isEmpty)
        }
        let summary = try await run.value
        #expect(summary.total.succeeded == 20)
        #expect(slow.done.count == 20)
    }

    @Test func aBlockingProcessorSuspendsAndRetriesToo() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<10).map { .event("\($0)", key: "\($0 % 2)") })
        let script = Script { delivery in
            try await delivery.clock.sleep(for: .milliseconds(1))
            if delivery.attempt == 1 { throw ProcessingError.retry(after: .milliseconds(1)) }
        }
        let summary = try await stage.worker([script.route(ScriptedBlocking.name)]).run(until: .end)
        #expect(summary.total.succeeded == 10)
        #expect(script.calls.count == 20)
    }

    @Test func stoppingEndsABlockingProcessorThatSleeps() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"]))
        let script = Script { try await $0.clock.sleep(for: .seconds(3_600)) }
        let worker = try stage.worker([script.route(ScriptedBlocking.name)]) { $0.drain = .milliseconds(300) }
        let run = Task { try await worker.run() }
        try await eventually("it sleeps") { script.calls.count == 1 }
        worker.stop()
        let summary = try await run.value
        #expect(summary.total.released == 1)
        try await eventually("its sleep was ended") { script.calls.first?.ending == .threw }
    }
}
