import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("The worker: lanes with slow handlers that never suspend")
struct WorkerTurnTests {
    private let script = Script { _ in usleep(20_000) }  // sleeps because it is a handler that blocks

    @Test func aStopIsHeardBetweenTwoHandlers() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<500).map { .event("\($0)") })
        let worker = try stage.worker([script.route()]) { $0.drain = .seconds(3_600) }
        let run = Task { try await worker.run() }
        try await eventually("some are done") { script.done.count > 5 }
        worker.stop()
        let summary = try await run.value
        #expect(summary.total.succeeded + 100 < 500, "worked on what had not begun")
        #expect(summary.total.balances)
        #expect(try stage.committed().map(\.offset) == [Int64(summary.total.succeeded)])
    }

    /// What is settled is committed while the rest of its batch is at work: else a crash would repeat all of it.
    @Test func progressIsPublishedWithinABatch() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<500).map { .event("\($0)") })
        let facts = FactLog()
        let worker = try stage.worker([script.route()], facts: facts)
        let run = Task { try await worker.run(until: .end) }
        try await eventually("an offset within the batch is committed") {
            facts.contains { if case .committed(_, let offset) = $0 { offset > 0 && offset < 500 } else { false } }
        }
        worker.stop()
        #expect(try await run.value.total.balances)
    }

    @Test func noPartitionStarves() async throws {
        let stage = try WorkerStage(partitions: 4)
        try stage.produce((0..<1_200).map { .event("\($0)", partition: Int32($0 % 4)) })
        let worker = try stage.worker([script.route()])
        let run = Task { try await worker.run(until: .end) }
        try await eventually("each partition had its turn") {
            Set(script.calls.map(\.partition)).count == 4
        }
        worker.stop()
        #expect(try await run.value.total.succeeded < 1_200)
    }
}
