import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Synchronization
import Testing

@Suite("The worker: several of one group")
struct WorkerRebalanceTests {
    /// Workers come and go while handlers are slow, fail and wait: whatever is repeated, nothing is lost, and no worker
    /// handles two of one key at once or out of order.
    @Test func nothingIsLostWhileWorkersComeAndGo() async throws {
        let stage = try WorkerStage(partitions: 6)
        var records: [StageRecord] = []
        for number in 0..<3_000 {
            let isBad = number % 97 == 0
            records.append(
                .event(
                    isBad ? "bad-\(number)" : "\(number)", key: "k\(number % 11)", partition: Int32(number % 6)))
        }
        try stage.produce(records)
        let scripts = Mutex<[Script]>([])
        let waited = Mutex<Set<Int>>([])
        func script() -> Script {
            let script = Script { delivery in
                if delivery.event.id.hasPrefix("bad") { throw ProcessingError.reject("bad") }
                let number = Int(delivery.event.id) ?? 0
                try await delivery.clock.sleep(for: .milliseconds(number % 8))
                if number % 31 == 0, delivery.attempt < 3 { throw ProcessingError.retry(after: .milliseconds(20)) }
                if number % 53 == 0, waited.withLock({ $0.insert(number).inserted }) {
                    throw ProcessingError.unavailable("for a moment")
                }
            }
            scripts.withLock { $0.append(script) }
            return script
        }
        func done() -> Int { Set(scripts.withLock { $0 }.flatMap { $0.done }).count }
        let good = records.count - (records.count + 96) / 97
        var totals: [PartitionCounts] = []
        let lasting = try stage.worker([script().route { $0.concurrency = 16 }]) { $0.drain = .seconds(3) }
        let run = Task { try await lasting.run(until: .end) }
        for round in 0..<3 {
            let facts = FactLog()
            let guest = try stage.worker([script().route { $0.concurrency = 16 }], facts: facts) {
                $0.drain = .milliseconds(round == 1 ? 0 : 2_000)
                $0.lanes = round + 1
            }
            let visit = Task { try await guest.run(until: .end) }
            // Either a member, or everything was done before it could become one.
            try await eventually("it joined") {
                facts.contains {
                    switch $0 {
                    case .phase(.running), .phase(.stopped): true
                    default: false
                    }
                }
            }
            let before = done()
            try await eventually("something moved") { done() > before + 200 || done() == good }
            guest.stop()
            totals.append(try await visit.value.total)
        }
        totals.append(try await run.value.total)
        #expect(totals.allSatisfy { $0.balances })
        #expect(totals.allSatisfy { $0.inFlight == 0 })
        #expect(done() == good, "lost")
        let letters = try stage.letters()
        #expect(Set(letters.map(\.origin)).count == records.count - good)
        let committed = try stage.committed().map(\.offset)
        #expect(committed == Array(repeating: 500, count: 6))
        for script in scripts.withLock({ $0 }) { expectOrder(script) }
    }

    /// Within a worker the calls of a key follow each other, and go back only where the worker began again.
    private func expectOrder(_ script: Script) {
        let calls = Dictionary(grouping: script.calls) { "\($0.partition)/\($0.offset % 11)" }
        for ofKey in calls.values {
            for (one, next) in zip(ofKey, ofKey.dropFirst()) where (one.ended ?? .max) > next.began {
                Issue.record("\(one) and \(next) at once")
            }
        }
    }

    @Test func aPartitionThatIsTakenAwayIsFinishedAndGoesOnElsewhere() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce((0..<2).map { .event("\($0)", partition: Int32($0)) })
        let gate = Gate()
        let first = Script { _ in await gate.pass() }
        let facts = FactLog()
        let one = try stage.worker([first.route()], facts: facts)
        let firstRun = Task { try await one.run() }
        try await eventually("both are in handlers") { gate.waitingCount == 2 }
        let second = Script()
        let other = try stage.worker([second.route()])
        let secondRun = Task { try await other.run() }
        try await eventually("a partition drains") {
            facts.contains { if case .partition(let report) = $0 { report.held == .draining } else { false } }
        }
        gate.open()
        try await eventually("it was given up") { facts.contains { if case .revoked = $0 { true } else { false } } }
        try stage.produce((2..<4).map { .event("\($0)", partition: Int32($0 % 2)) })
        try await eventually("each was done by somebody") {
            Set(first.done + second.done) == ["0", "1", "2", "3"]
        }
        try await eventually("all is committed") { try stage.committed().map(\.offset) == [2, 2] }
        one.stop()
        other.stop()
        let totals = [try await firstRun.value.total, try await secondRun.value.total]
        #expect(totals.allSatisfy { $0.balances })
        #expect(!second.done.isEmpty, "the other one got nothing")
    }
}
