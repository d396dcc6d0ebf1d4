import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Testing

@Suite("The worker: order, also under retry")
struct WorkerOrderTests {
    /// Retries one event until the others are done, so that the test ends only if they do not wait for it.
    @Test func aRetryHoldsItsKeyAndNoOther() async throws {
        let stage = try WorkerStage()
        try stage.produce([.event("A1", key: "A"), .event("A2", key: "A"), .event("B1", key: "B")])
        let isB1Done = Flag()
        let script = Script { delivery in
            if delivery.event.id == "A1", !isB1Done.isSet || delivery.attempt < 3 {
                throw ProcessingError.retry(after: .milliseconds(2), "not yet")
            }
            if delivery.event.id == "B1" { isB1Done.set() }
        }
        let summary = try await stage.worker([script.route { $0.retry.attempts = 60_000 }]).run(until: .end)
        #expect(summary.total.succeeded == 3)
        #expect(script.done == ["B1", "A1", "A2"])
        let last = try #require(script.calls(of: "A1").last)
        #expect(script.calls(of: "A1").map(\.attempt) == Array(1...last.attempt))
        #expect(try #require(script.calls(of: "A2").first?.began) > (last.ended ?? .max))
    }

    @Test func inPartitionOrderEverythingBehindARetryWaits() async throws {
        let stage = try WorkerStage()
        try stage.produce([.event("A1", key: "A"), .event("A2", key: "A"), .event("B1", key: "B"), .event("C1")])
        let script = Script { delivery in
            if delivery.event.id == "A1", delivery.attempt < 4 { throw ProcessingError.retry(after: .milliseconds(5)) }
        }
        let summary = try await stage.worker([script.route { $0.order = .partition }]).run(until: .end)
        #expect(summary.total.succeeded == 4)
        #expect(script.calls.map(\.id) == ["A1", "A1", "A1", "A1", "A2", "B1", "C1"])
    }

    @Test func withoutOrderNothingWaits() async throws {
        let stage = try WorkerStage()
        try stage.produce([.event("A1", key: "A"), .event("A2", key: "A"), .event("A3", key: "A")])
        let others = Gate()
        let script = Script { delivery in
            if delivery.event.id == "A1" { await others.pass() }
            if delivery.event.id == "A3" { others.open() }
        }
        let summary = try await stage.worker([script.route { $0.order = .unordered }]).run(until: .end)
        #expect(summary.total.succeeded == 3)
        #expect(script.done.last == "A1")
    }

    @Test func recordsWithoutAKeyDoNotWait() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "2", "3"]))
        let others = Gate()
        let script = Script { delivery in
            if delivery.event.id == "1" { await others.pass() }
            if delivery.event.id == "3" { others.open() }
        }
        let summary = try await stage.worker([script.route()]).run(until: .end)
        #expect(summary.total.succeeded == 3)
        #expect(script.done.last == "1")
    }

    /// A letter ends a record as well as a success: only then does the next of its key begin.
    @Test func theNextOfAKeyWaitsForTheLetter() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "2", "3"], key: "k"))
        let facts = FactLog()
        let script = Script { delivery in
            let letters = facts.count { if case .deadLettered = $0 { true } else { false } }
            if delivery.event.id == "1" { throw ProcessingError.reject("no", "told so") }
            // The fact follows the settlement, which lets the next begin: at most one is on its way.
            if letters > 1 { throw ProcessingError.reject("early") }
        }
        let summary = try await stage.worker([script.route()], facts: facts).run(until: .end)
        #expect(summary.total.succeeded == 2)
        #expect(summary.total.deadLettered == 1)
        #expect(script.calls.map(\.id) == ["1", "2", "3"])
        #expect(try stage.letters().map { $0["millrace-reason"] } == ["rejected:no"])
    }

    @Test(arguments: [1, 2])
    func orderHoldsOnLanesWithFailuresAndSuspensions(lanes: Int) async throws {
        let stage = try WorkerStage(partitions: 4)
        var records: [StageRecord] = []
        for number in 0..<600 {
            records.append(.event("\(number)", key: "k\(number % 13)", partition: Int32(number % 4)))
        }
        try stage.produce(records)
        let script = Script { delivery in
            let number = Int(delivery.event.id) ?? 0
            if number % 7 == 0 { try await delivery.clock.sleep(for: .milliseconds(number % 5)) }
            if number % 11 == 0, delivery.attempt < 3 { throw ProcessingError.retry(after: .milliseconds(1)) }
        }
        let summary = try await stage.worker([script.route()]) { $0.lanes = lanes }.run(until: .end)
        #expect(summary.total.succeeded == 600)
        #expect(summary.total.balances)
        for partition in Int32(0)..<4 {
            let calls = script.calls.filter { $0.partition == partition }
            for key in 0..<13 {
                let ofKey = calls.filter { (Int($0.id) ?? 0) % 13 == key }
                #expect(ofKey.map(\.offset) == ofKey.map(\.offset).sorted())
                for (one, next) in zip(ofKey, ofKey.dropFirst()) {
                    #expect((one.ended ?? .max) < next.began, "two of one key at once")
                }
            }
        }
        #expect(try stage.committed().map(\.offset) == [150, 150, 150, 150])
    }
}
