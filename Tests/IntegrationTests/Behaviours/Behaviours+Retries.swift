import Millrace
import MillraceEngine
import MillraceTesting
import Testing

extension Behaviours {
    /// Four failures: delays within their growing bounds and unlike one another; a rejection has one attempt; being
    /// cancelled at a stop is neither a failure nor a letter.
    static func backoff(on broker: TestBroker) async throws {
        let scene = try Scene("backoff", on: broker)
        let keys = 12
        var records = try (0..<keys).map { number in
            try Scene.event("\(number)", key: "key-\(number)") { $0.failures = 4 }
        }
        records.append(try Scene.event("rejected", key: "r") { $0.rejectCode = "never" })
        records.append(try Scene.event("held", key: "h") { $0.holdUntil = "never" })
        try scene.send(records)
        let bounds: [Double] = [200, 400, 800, 800]
        let worker = try scene.worker {
            $0.drain = .milliseconds(300)
            $0.routes[0].retry.attempts = 5
            $0.routes[0].retry.minimumBackoff = .milliseconds(200)
            $0.routes[0].retry.maximumBackoff = .milliseconds(800)
        }
        try await scene.waitForCommit(Int64(keys + 1))

        var delays: [[Double]] = []
        for offset in 0..<Int64(keys) {
            let entries = scene.journal.entries.filter { $0.offset == offset }
            #expect(entries.filter { $0.step == .started }.map(\.attempt) == [1, 2, 3, 4, 5])
            let failed = entries.filter { $0.step == .failed }
            let again = entries.filter { $0.step == .started }.dropFirst()
            delays.append(zip(failed, again).map { Double($1.nanoseconds - $0.nanoseconds) / 1e6 })
        }
        for one in delays {
            for (delay, bound) in zip(one, bounds) {
                // A scheduler may be late; what was announced, below, is exact.
                #expect(delay >= 0 && delay <= bound + 400, "\(delay) ms with a bound of \(bound) ms")
            }
        }
        for attempt in bounds.indices {
            let rounded = Set(delays.map { Int($0[attempt] / 10) })
            #expect(rounded.count > keys / 3, "delays of different keys differ: \(rounded)")
        }
        let announced = worker.facts.all { fact -> (attempt: Int, delay: UInt64)? in
            if case .retrying(_, _, let attempt, let delay, _) = fact { (attempt, delay) } else { nil }
        }
        #expect(announced.count == 4 * keys)
        let told = worker.facts.all { fact -> (offset: Int64, attempt: Int, delay: Double)? in
            if case .retrying(let record, _, let attempt, let delay, _) = fact {
                (record.offset, attempt, Double(delay) / 1e6)
            } else {
                nil
            }
        }
        for one in told { #expect(delays[Int(one.offset)][one.attempt - 1] >= one.delay, "a timer is never early") }
        #expect(announced.allSatisfy { Double($0.delay) / 1e6 <= bounds[$0.attempt - 1] })
        #expect(scene.journal.starts(Int64(keys)) == 1, "a rejection is not tried again")
        #expect(scene.journal.starts(Int64(keys) + 1) == 1)

        let total = try await worker.stop().total
        #expect(total.succeeded == UInt64(keys) && total.deadLettered == 1 && total.released == 1)
        #expect(scene.journal.entries(.cancelled).map(\.offset) == [Int64(keys) + 1])
        #expect(try scene.letters().map { $0["millrace-reason"] } == ["rejected:never"])
        #expect(try scene.committed() == Int64(keys) + 1)
    }

    /// Retries that are used up end in a letter that says how many there were.
    static func exhausted(on broker: TestBroker) async throws {
        let scene = try Scene("exhausted", on: broker)
        try scene.send([try Scene.event("0", key: "k") { $0.failures = 100 }, try Scene.event("1", key: "k")])
        let worker = try scene.worker { $0.routes[0].retry.attempts = 3 }
        try await scene.waitForCommit(2)
        let letters = try scene.letters()
        #expect(letters.map { $0["millrace-reason"] } == ["retriesExhausted"])
        #expect(letters.first?["millrace-attempts"] == "3")
        #expect(scene.journal.starts(0) == 3)
        let first = try #require(letters.first?["millrace-first-failed-at"])
        let last = try #require(letters.first?["millrace-failed-at"])
        #expect(first < last, "times of one format compare as text")
        try await worker.stop()
    }

    /// A1 A2 B1, A1 fails twice and then succeeds, or fails for good: A2 never starts before A1 has ended; B1 does not
    /// wait, unless order is by partition.
    static func orderUnderRetry(on broker: TestBroker, _ order: RouteOrder, isForGood: Bool) async throws {
        let scene = try Scene("order", on: broker)
        try scene.send([
            try Scene.event("A1", key: "A") { $0.failures = isForGood ? 100 : 2 }, try Scene.event("A2", key: "A"),
            try Scene.event("B1", key: "B"),
        ])
        let worker = try scene.worker {
            $0.routes[0].order = order
            $0.routes[0].retry.attempts = 3
            $0.routes[0].retry.minimumBackoff = .milliseconds(300)
            $0.routes[0].retry.maximumBackoff = .milliseconds(300)
        }
        try await scene.waitForCommit(3)
        let journal = scene.journal.entries
        func index(_ step: Journal.Step, _ offset: Int64) -> Int {
            journal.firstIndex { $0.step == step && $0.offset == offset } ?? -1
        }
        #expect(scene.journal.starts(0) == 3)
        let ended = journal.lastIndex { $0.step == (isForGood ? .failed : .succeeded) && $0.offset == 0 } ?? -1
        #expect(journal.filter { $0.offset == 0 && $0.step == .failed }.count == (isForGood ? 3 : 2))
        #expect(index(.started, 1) > ended, "A2 starts after A1 has ended")
        if order == .partition {
            #expect(index(.started, 2) > index(.succeeded, 1), "B1 waits for the partition")
        } else {
            #expect(index(.succeeded, 2) < ended, "B1 does not wait for A1")
        }
        #expect(try await worker.stop().total.deadLettered == (isForGood ? 1 : 0))
        let letters = try scene.letters()
        #expect(letters.map { $0["millrace-reason"] } == (isForGood ? ["retriesExhausted"] : []))
    }

    /// What is unavailable spends no attempt: the partition waits, others go on, readiness says so, and it goes on.
    static func unavailable(on broker: TestBroker) async throws {
        let scene = try Scene("unavailable", on: broker, partitions: 2)
        try scene.send([
            try Scene.event("0", key: "k") { $0.unavailableUntil = "back" }, try Scene.event("1", key: "k"),
        ])
        let worker = try scene.worker { $0.routes[0].retry.attempts = 2 }
        try await eventually("several tries were made") { scene.journal.starts(0) > 4 }
        try scene.send([try Scene.event("other", key: "o", partition: 1)])
        try await scene.waitForCommit(1, partition: 1)
        #expect(try scene.committed() ?? 0 == 0)
        let health = worker.readiness
        #expect(!health.isReady && health.text.contains(DirectedProcessor.name), "readiness says so: \(health.text)")
        #expect(scene.journal.entries(.started).filter { $0.offset == 0 }.allSatisfy { $0.attempt == 1 })
        try scene.open("back")
        try await scene.waitForCommit(2)
        try await eventually("the worker is ready again") { worker.readiness.isReady }
        #expect(try await worker.stop().total.succeeded == 3)
        #expect(try scene.letters().isEmpty)
    }
}
