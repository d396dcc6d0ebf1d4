import Millrace
import MillraceEngine
import MillraceTesting
import Testing

extension Behaviours {
    private static let lag = "millrace_lag_records"

    /// What is revoked has no series; what waits has its true lag; what does not return is not live, what is unavailable
    /// only not ready, and what is idle neither.
    static func lagAndHealth(on broker: TestBroker) async throws {
        try await revokedSeries(on: broker)
        try await pausedLag(on: broker)
        try await stalledHandler(on: broker)
        try await idleTopic(on: broker)
    }

    /// Waits until the worker's next measurements of lag are in.
    private static func waitForMeasurements(_ worker: RunningWorker, _ count: Int) async throws {
        func measured() -> Int { worker.facts.all { if case .lag = $0 { true } else { nil } }.count }
        let before = measured()
        try await eventually("\(count) measurements of lag") { measured() >= before + count }
    }

    /// The series of a partition that another worker takes over are gone with the first scrape, and stay away.
    private static func revokedSeries(on broker: TestBroker) async throws {
        let scene = try Scene("revoked", on: broker, partitions: 2)
        for partition: Int32 in 0...1 {
            try scene.send(try (0..<5).map { try Scene.event("\(partition)-\($0)", partition: partition) })
        }
        let first = try scene.worker()
        try await eventually("both partitions have a lag") {
            (0...1).allSatisfy { first.series(lag, of: scene.name(Int32($0))) == 0 }
        }
        let second = try scene.worker()
        try await second.waitForAssignment()
        let moved = try #require(second.assigned.first)
        let kept = scene.name(1 - moved.partition)
        try await eventually("the first worker has lost it") { first.assigned == [kept] }
        let names = [lag, "millrace_watermark_offset", "millrace_committed_offset", "millrace_records_in_flight"]
        for name in names { #expect(first.series(name, of: moved) == nil, "the next scrape has no \(name)") }
        // New records come to the partition: a late measurement must not bring the series back.
        try scene.send(try (0..<5).map { try Scene.event("more-\($0)", partition: moved.partition) })
        try await waitForMeasurements(first, 3)
        for name in names { #expect(first.series(name, of: moved) == nil, "it stays away: \(name)") }
        #expect(first.series(lag, of: kept) == 0)
        try await eventually("its new owner has it") { second.series(lag, of: moved) == 0 }
        try await first.stop()
        try await second.stop()
    }

    /// A partition that is not read, since its processor is unavailable: its lag grows with what comes in, and is what the
    /// broker says. Only readiness fails, however long it lasts.
    private static func pausedLag(on broker: TestBroker) async throws {
        let scene = try Scene("paused", on: broker, partitions: 2)
        let worker = try scene.worker { $0.stuckAfter = .seconds(1) }
        try await worker.waitForAssignment(of: 2)
        try scene.send([try Scene.event("0", key: "k") { $0.unavailableUntil = "back" }])
        try await eventually("readiness says so") { worker.readiness.text.contains("processorUnavailable") }
        for count in [10, 25, 40] {
            let end = try broker.range(of: scene.topic).upperBound
            try scene.send(try (end..<Int64(count)).map { try Scene.event("\($0)", key: "k") })
            try await eventually("the lag is \(count), and that of the other partition 0") {
                worker.series(lag, of: scene.name()) == Int64(count) && worker.series(lag, of: scene.name(1)) == 0
            }
        }
        #expect(try scene.committed() ?? 0 == 0)
        // Three times and more of what makes a handler that does not return a reason to restart.
        try await worker.waitForTurns(30)
        #expect(worker.liveness.isLive, "\(worker.liveness.text)")
        #expect(worker.readiness.text.contains("processorUnavailable"))
        try scene.open("back")
        try await scene.waitForCommit(40)
        try await eventually("the lag is gone") { worker.series(lag, of: scene.name()) == 0 }
        #expect(worker.readiness.isReady, "\(worker.readiness.text)")
        try await worker.stop()
    }

    /// A handler that does not return: first readiness, then liveness, and lag all the while; both when it returns.
    private static func stalledHandler(on broker: TestBroker) async throws {
        let scene = try Scene("stalled", on: broker)
        let worker = try scene.worker { $0.stuckAfter = .seconds(1) }
        try await worker.waitForAssignment()
        #expect(worker.liveness.isLive)
        try scene.send([try Scene.event("0", key: "k") { $0.blockUntil = "return" }])
        try await eventually("it is called") { scene.journal.starts(0) == 1 }
        let began = ContinuousClock.now
        try await eventually("readiness says so") { worker.readiness.text.contains("handlerStuck") }
        #expect(ContinuousClock.now - began >= .milliseconds(900))
        try await eventually("liveness says so") { worker.liveness.text.contains("handlerStuck") }
        let took = ContinuousClock.now - began
        #expect(took >= .milliseconds(2_900), "not before three times the time")
        // Control looks four times a second.
        #expect(took < .seconds(6), "within the threshold")
        #expect(worker.liveness.text.contains("processor=directed"), "it names who")
        #expect(worker.liveness.text.contains("topic=\(scene.topic) partition=0 offset=0"), "and what")
        try scene.send(try (1..<8).map { try Scene.event("\($0)", key: "k") })
        try await eventually("lag is measured all the same") { worker.series(lag, of: scene.name()) == 8 }
        try scene.open("return")
        try await scene.waitForCommit(8)
        try await eventually("both are well again") { worker.liveness.isLive && worker.readiness.isReady }
        try await worker.stop()
    }

    /// A topic in which nothing comes: neither fails, for longer than would make a handler stuck.
    private static func idleTopic(on broker: TestBroker) async throws {
        let scene = try Scene("idle", on: broker)
        let worker = try scene.worker { $0.stuckAfter = .seconds(1) }
        try await worker.waitForAssignment()
        try await eventually("ready") { worker.readiness.isReady }
        for _ in 0..<10 {
            try await worker.waitForTurns(3)
            #expect(worker.readiness.isReady, "\(worker.readiness.text)")
            #expect(worker.liveness.isLive, "\(worker.liveness.text)")
        }
        #expect(worker.series(lag, of: scene.name()) == 0)
        try await worker.stop()
    }
}
