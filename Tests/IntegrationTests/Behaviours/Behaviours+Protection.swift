import Millrace
import MillraceEngine
import MillraceTesting
import Testing

extension Behaviours {
    /// A processor rejects everything: its circuit opens before the dead-letter topic fills, one record at a time is tried,
    /// no attempt is spent, nothing is committed past what waits; mended, it goes on by itself.
    static func circuitBreaker(on broker: TestBroker) async throws {
        let scene = try Scene("circuit", on: broker)
        let count = 100
        try scene.send(
            try (0..<count).map { number in
                try Scene.event("\(number)", key: "k\(number)") { $0.rejectUntil = "mended" }
            })
        let worker = try scene.worker {
            $0.routes[0].circuitBreaker = CircuitBreakerConfiguration()
            $0.routes[0].circuitBreaker?.minimum = 10
            $0.routes[0].circuitBreaker?.minimumPause = .milliseconds(20)
            $0.routes[0].circuitBreaker?.maximumPause = .milliseconds(200)
        }
        func failedProbes() -> Int { worker.facts.all { if case .circuitProbeFailed = $0 { true } else { nil } }.count }
        func attempts() -> Int { scene.journal.entries(.started).count }
        try await eventually("probes fail") { failedProbes() >= 3 }
        #expect(!worker.readiness.isReady && worker.readiness.text.contains("circuitOpen"))
        #expect(worker.liveness.isLive)
        try await eventually("it is told why the partition is not read") { worker.isHeld(scene.name(), .circuit) }
        #expect(worker.metrics.contains(#"millrace_circuit_open{processor="directed"} 1"#))
        let (before, probesBefore) = (attempts(), failedProbes())
        try await eventually("more probes fail") { failedProbes() >= probesBefore + 5 }
        let probes = failedProbes() - probesBefore
        #expect(attempts() - before <= probes + 2, "one record is tried at a time, with pauses")
        let lettered = try scene.letters().compactMap { $0["millrace-origin-offset"].flatMap { Int64($0) } }
        #expect(lettered.count < 10, "only what failed before it opened")
        #expect((try scene.committed() ?? 0) <= Int64(lettered.count), "nothing is passed")

        try scene.open("mended")
        try await scene.waitForCommit(Int64(count))
        let done = scene.journal.entries(.succeeded)
        #expect(Set(done.map(\.offset)).union(lettered) == Set(0..<Int64(count)), "everything went on")
        #expect(done.count == count - lettered.count)
        #expect(done.allSatisfy { $0.attempt == 1 }, "what failed while it was open spent no attempt")
        #expect(try scene.letters().count == lettered.count)
        try await eventually("nothing is wrong any more") { worker.readiness.isReady }
        #expect(worker.metrics.contains(#"millrace_circuit_openings_total{processor="directed"} 1"#))
        let total = try await worker.stop().total
        #expect(Int(total.succeeded) == done.count && Int(total.deadLettered) == lettered.count && total.balances)
    }

    /// Too many records of a partition become letters: it stops, in this process for good, and the other goes on. A start
    /// after the cause was mended loses nothing.
    static func letterGuard(on broker: TestBroker) async throws {
        let scene = try Scene("guard", on: broker, partitions: 2)
        let count = 50
        for partition: Int32 in 0...1 {
            try scene.send(
                try (0..<count).map { number in
                    try Scene.event("\(partition)-\(number)", partition: partition) {
                        if partition == 0 { $0.rejectUntil = "mended" }
                    }
                })
        }
        func start() throws -> RunningWorker {
            try scene.worker {
                $0.routes[0].order = .partition
                $0.deadLetter.letterGuard = LetterGuardConfiguration()
                $0.deadLetter.letterGuard?.records = 20
            }
        }
        let worker = try start()
        try await scene.waitForCommit(Int64(count), partition: 1)
        // More than half of 20.
        try await scene.waitForCommit(11, partition: 0)
        try await eventually("it is told why the partition is not read") { worker.isHeld(scene.name(), .letterGuard) }
        try await eventually("an operator is told") { worker.readiness.text.contains("deadLetterGuard") }
        #expect(worker.log.contains { $0.contains("partition stopped") })
        #expect(try scene.letters().map { $0["millrace-origin-offset"] } == (0..<11).map { "\($0)" })

        // Whatever comes, and though the cause is mended: somebody must look.
        try scene.open("mended")
        try scene.send([try Scene.event("0-more", partition: 0), try Scene.event("1-more", partition: 1)])
        try await scene.waitForCommit(Int64(count) + 1, partition: 1)
        try await worker.waitForTurns(20)
        #expect(try scene.committed(0) == 11)
        #expect(scene.journal.entries(.started).count { $0.partition == 0 } == 11)
        let total = try await worker.stop().total
        #expect(total.deadLettered == 11 && Int(total.succeeded) == count + 1 && total.balances)

        let next = try start()
        try await scene.waitForCommit(Int64(count) + 1, partition: 0)
        let rest = try await next.stop().total
        #expect(Int(rest.succeeded) == count + 1 - 11 && rest.deadLettered == 0)
        #expect(try scene.letters().count == 11)
        let done = scene.journal.entries(.succeeded).filter { $0.partition == 0 }.map(\.offset)
        #expect(done == Array(11...Int64(count)))
    }
}
