import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Testing

private let notEnoughReplicas: Int32 = 19
private let topicAuthorizationFailed: Int32 = 29
private let messageTooLarge: Int32 = 10
private let invalidTimestamp: Int32 = 32

@Suite("The worker: letters")
struct WorkerLetterTests {
    @Test func aRefusingTopicHoldsThePartitionAndOneLetterComesOfIt() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce([.event("before"), .garbage(), .event("after")])
        try stage.produce(StageRecord.events(["a", "b", "c"], partition: 1))
        let facts = FactLog()
        let script = Script()
        stage.broker.fail(.produce, with: Array(repeating: notEnoughReplicas, count: 10_000))
        let worker = try stage.worker([script.route()], facts: facts)
        let run = Task { try await worker.run(until: .end) }
        try await eventually("the hold was told") {
            facts.contains {
                if case .lettersHeld(PartitionName(topic: "in", partition: 0), _) = $0 { true } else { false }
            }
        }
        try await eventually("the report says why") { facts.report(0)?.held == .letters }
        try await eventually("the other partition was done") { facts.settled(1) == 3 }
        #expect(try stage.committed().first?.offset == 1, "passed a record without a letter, or never committed")
        #expect(facts.report(0)?.watermark == 1)
        stage.broker.clearFaults(of: .produce)
        let summary = try await run.value
        #expect(summary.total.deadLettered == 1)
        #expect(try stage.letters().map(\.origin) == ["0/1"])
        #expect(try stage.committed().map(\.offset) == [3, 3])
    }

    /// A refusal that does not pass by itself is asked about now and then, not as fast as the broker answers.
    @Test func aRefusalForGoodIsNotHammered() async throws {
        let stage = try WorkerStage()
        try stage.produce([.garbage()])
        let facts = FactLog()
        stage.broker.fail(.produce, with: Array(repeating: topicAuthorizationFailed, count: 12))
        let summary = try await stage.worker([Script().route()], facts: facts).run(until: .end)
        #expect(summary.total.deadLettered == 1)
        #expect(
            facts.contains { if case .lettersHeld = $0 { true } else { false } },
            "twelve refusals were used up before a second was over")
        #expect(try stage.letters().map(\.origin) == ["0/0"])
    }

    /// A broker refuses a batch as a whole: what it minded may have been any of its letters.
    @Test(arguments: [messageTooLarge, invalidTimestamp])
    func lettersRefusedTogetherAreSentAloneBeforeOneIsChanged(_ refusal: Int32) async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<40).map { .event("\($0)", type: "nobody.takes.it") })
        let facts = FactLog()
        stage.broker.fail(.produce, with: [refusal])
        let summary = try await stage.worker([Script().route()], facts: facts).run(until: .end)
        #expect(summary.total.deadLettered == 40)
        let letters = try stage.letters()
        #expect(Set(letters.map(\.origin)).count == 40 && letters.count == 40)
        #expect(!letters.contains { $0["content-type"] == PointerLetter.mediaType })
        #expect(!facts.contains { if case .letterTimestampRewritten = $0 { true } else { false } })
    }

    /// Where the content mode is fixed headers are not looked at, but for a null value: they say whether it is a fault.
    @Test func aNullValueIsJudgedByItsHeadersAlsoInAFixedContentMode() async throws {
        let stage = try WorkerStage()
        try stage.produce([
            .event("1"), StageRecord(key: "k", value: nil), StageRecord(key: "k", value: nil, isStructured: false),
            .event("2"),
        ])
        let summary = try await stage.worker([Script().route()]) { $0.sources[0].contentMode = .structured }
            .run(until: .end)
        #expect(summary.total.succeeded == 2 && summary.total.skipped == 1 && summary.total.deadLettered == 1)
        let letter = try #require(try stage.letters().first)
        #expect(letter.origin == "0/1" && letter["millrace-reason"] == "emptyValue" && letter.value == nil)
    }

    @Test func everyRouteOfAnEventHasItsOwnFate() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "2"], key: "k"))
        let facts = FactLog()
        let good = Script()
        let again = Script { if $0.attempt < 3 { throw ProcessingError.retry(after: .milliseconds(1)) } }
        let summary = try await stage.worker([good.route(), again.route()], facts: facts).run(until: .end)
        #expect(summary.total.received == 2)
        #expect(summary.total.succeeded == 2)
        #expect(good.calls.map(\.id) == ["1", "2"], "a retry of one route ran the other again")
        #expect(again.calls.map(\.id) == ["1", "1", "1", "2", "2", "2"])
    }

    @Test func twoThatFailWriteTwoLettersOfOneRecord() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"], key: "k"))
        let facts = FactLog()
        let one = Script { _ in throw ProcessingError.reject("one") }
        let good = Script()
        let other = Script { _ in throw ProcessingError.reject("other") }
        let summary = try await stage.worker([one.route(), good.route(), other.route()], facts: facts).run(until: .end)
        #expect(summary.total.received == 1)
        #expect(summary.total.deadLettered == 1)
        #expect(summary.total.succeeded == 0)
        #expect(
            Set(try stage.letters().map { $0["millrace-reason"] ?? "" }) == ["rejected:one", "rejected:other"])
        #expect(facts.count { if case .deadLettered = $0 { true } else { false } } == 2)
    }

    /// A letter lies in the memory that its record was fetched in until it is acknowledged, whatever the record's other
    /// routes do meanwhile.
    @Test func aLetterOnItsWayKeepsItsMemory() async throws {
        let stage = try WorkerStage()
        let records = (0..<60).map { number in
            StageRecord.event(
                "\(number)", key: "\(number)",
                data: "\"\(String(repeating: Character(UnicodeScalar(UInt8(65 + number % 26))), count: 20_000))\"")
        }
        try stage.produce(records)
        stage.broker.fail(.produce, with: Array(repeating: notEnoughReplicas, count: 10_000))
        let facts = FactLog()
        let rejects = Script { _ in throw ProcessingError.reject("no") }
        let suspends = Script { try await $0.clock.sleep(for: .milliseconds(1)) }
        let worker = try stage.worker(
            [rejects.route { $0.concurrency = 1_000 }, suspends.route { $0.concurrency = 4 }], facts: facts)
        let run = Task { try await worker.run(until: .end) }
        try await eventually("the other route was done with all") { suspends.done.count == 60 }
        stage.broker.clearFaults(of: .produce)
        let summary = try await run.value
        #expect(summary.total.deadLettered == 60)
        let letters = try stage.letters()
        #expect(letters.count == 60)
        for letter in letters {
            let offset = try #require(letter["millrace-origin-offset"].flatMap { Int($0) })
            #expect(letter.value == records[offset].value)
        }
    }

    @Test func lettersAreExact() async throws {
        let stage = try WorkerStage()
        try stage.produce([
            StageRecord(key: "k", value: [0xDE, 0xAD], isStructured: false),
            StageRecord(key: "", value: [], isStructured: true),
        ])
        let summary = try await stage.worker([Script().route()]).run(until: .end)
        #expect(summary.total.deadLettered == 2)
        let letters = try stage.letters()
        #expect(letters.map(\.value) == [[0xDE, 0xAD], []])
        #expect(letters.map(\.key) == [Array("k".utf8), []])
        #expect(letters.map { $0.headers.first?.name } == ["millrace-version", "content-type"])
    }
}
