import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Synchronization
import Testing

@Suite("The worker: de-duplication")
struct WorkerDuplicateTests {
    static let processors = [Scripted.name, ScriptedBlocking.name, ScriptedBatch.name, ScriptedBlockingBatch.name]

    /// Whatever the processor's shape: one effect an event, also where the twins come in one batch and without keys.
    @Test(arguments: processors)
    func eachEventHasOneEffect(_ processor: String) async throws {
        let stage = try WorkerStage()
        let ids = (0..<100).map { "\($0)" }
        try stage.produce(StageRecord.events(ids + ids) + StageRecord.events(ids))
        let facts = FactLog()
        let seen = Mutex<[String]>([])
        @Sendable func handle(_ delivery: Delivery) throws {
            let id = delivery.event.id
            if id.hasSuffix("7"), delivery.attempt == 1 { throw ProcessingError.retry(after: .milliseconds(1)) }
            seen.withLock { $0.append(id) }
        }
        let single = Script { try handle($0) }
        let batched = BatchScript { batch in
            for (index, delivery) in batch.enumerated() {
                do {
                    try handle(delivery)
                } catch {
                    batch.fail(at: index, error)
                }
            }
        }
        let isBatch = processor.hasSuffix("batch")
        let route =
            isBatch
            ? batched.route(processor) { $0.deduplicate = .init() }
            : single.route(processor) { $0.deduplicate = .init() }
        let summary = try await stage.worker([route], facts: facts).run(until: .end)
        #expect(seen.withLock { $0.sorted() } == ids.sorted(), "\(seen.withLock { $0.count }) effects")
        #expect(summary.total.succeeded == 100 && summary.total.skipped == 200)
        #expect(try stage.committed().map(\.offset) == [300])
        #expect(facts.count { if case .duplicate(_, processor) = $0 { true } else { false } } == 200)
        #expect(facts.count { if case .skipped(_, "duplicate", "com.example.a") = $0 { true } else { false } } == 200)
    }

    /// Two of one event at once, on different keys: the second is not handled beside the first, and not after it.
    @Test func theSecondOfTwoAtOnceWaitsForTheFirst() async throws {
        let stage = try WorkerStage()
        try stage.produce([.event("1", key: "a"), .event("1", key: "b"), .event("2", key: "c")])
        let gate = Gate()
        let script = Script { delivery in if delivery.event.id == "1" { await gate.pass() } }
        let worker = try stage.worker([script.route { $0.deduplicate = .init() }])
        let run = Task { try await worker.run(until: .end) }
        try await eventually("another event was handled meanwhile") { script.done == ["2"] }
        #expect(script.calls(of: "1").count == 1)
        gate.open()
        let summary = try await run.value
        #expect(script.calls(of: "1").count == 1)
        #expect(summary.total.succeeded == 2 && summary.total.skipped == 1)
    }

    /// Each route for itself; what is passed over by one is a success where another handled it.
    @Test func eachRouteRemembersForItself() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "1"]))
        let (once, always) = (Script(), Script())
        let worker = try stage.worker([once.route { $0.deduplicate = .init() }, always.route()])
        let total = try await worker.run(until: .end).total
        #expect(once.done == ["1"])
        #expect(always.done == ["1", "1"])
        #expect(total.succeeded == 2 && total.skipped == 0)
    }

    @Test func withoutTheOptionNothingIsPassedOver() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "1"]))
        let facts = FactLog()
        let script = Script()
        try await stage.worker([script.route()], facts: facts).run(until: .end)
        #expect(script.done == ["1", "1"])
        #expect(!facts.contains { if case .deduplicationStarts = $0 { true } else { false } })
    }

    /// An event that uses an id again says so to its processor, and is copied out while it waits for another attempt.
    @Test func aReusedIDIsToldToTheProcessorAndCountedOnce() async throws {
        let stage = try WorkerStage()
        try stage.produce([.event("1", data: "1"), .event("1", data: "2"), .event("1", data: "1")])
        let facts = FactLog()
        let flags = Mutex<[[String]]>([])
        let script = Script { delivery in
            let codes = delivery.event.tolerated.codes
            flags.withLock { $0.append(codes) }
            if delivery.offset == 1, delivery.attempt == 1 { throw ProcessingError.retry(after: .milliseconds(1)) }
        }
        let total = try await stage.worker(
            [
                script.route {
                    $0.deduplicate = .init()
                    $0.order = .partition
                }
            ], facts: facts
        ).run(until: .end).total
        #expect(flags.withLock { $0 } == [[], ["idReuse"], ["idReuse"]])
        #expect(total.succeeded == 2 && total.skipped == 1)
        var counted = 0
        for case .tolerated(_, "idReuse", let count) in facts.facts { counted += count }
        #expect(counted == 1)
    }

    /// The window's bounds hold: what was pushed out, or is too old, is handled again.
    @Test func theWindowIsBounded() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "2", "3", "1", "3"]))
        let script = Script()
        let total = try await stage.worker([
            script.route {
                $0.order = .partition
                $0.deduplicate = .init()
                $0.deduplicate?.count = 2
            }
        ]).run(until: .end).total
        #expect(script.done == ["1", "2", "3", "1"])
        #expect(total.skipped == 1)
    }

    /// No data, empty data, null and text are four contents; and a type is part of what an event says.
    @Test func contentsAreToldApart() throws {
        func digest(_ json: String) throws -> EventDigest { EventDigest(try CloudEvent(json: Array(json.utf8))) }
        func event(_ rest: String, type: String = "t", id: String = "1", source: String = "/s") -> String {
            #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"\#(type)"\#(rest)}"#
        }
        let all = [
            event(""), event(#","data":null"#), event(#","data":"","datacontenttype":"text/plain""#),
            event(#","data":"""#), event(#","data":1"#), event(#","data":1"#, type: "u"),
        ]
        let digests = try all.map(digest)
        #expect(Set(digests.map(\.identity)).count == 1)
        #expect(Set(digests.map(\.content)).count == all.count)
        #expect(try digest(all[4]) == digests[4], "the same event has the same")
        // The boundary between source and id is part of the identity.
        #expect(
            try digest(event("", id: "ab", source: "/s")).identity != digest(event("", id: "b", source: "/sa")).identity
        )
        // Base64 says the same as the bytes that it stands for, whatever the mode.
        let headers = [("ce_specversion", "1.0"), ("ce_id", "1"), ("ce_source", "/s"), ("ce_type", "t")]
        let binary = try #require(
            try CloudEvent.read(
                KafkaMessage(
                    headers: headers.map { .init(name: $0.0, value: Array($0.1.utf8)) }, value: [1, 2, 3])))
        #expect(try EventDigest(binary) == digest(event(#","data_base64":"AQID""#)))
    }
}
