import CloudEvents
import Millrace
import MillraceConnectors
import MillraceEngine
import MillraceKafka
import Testing

@Suite(.timeLimit(.minutes(2))) struct ForwardProcessorTests {
    private let registry = ProcessorRegistry().adding(ForwardProcessor.self)

    @Test func keyHeadersValueAndTimestampAreKept() async throws {
        let plumbing = try Plumbing(topics: ["in", "out"])
        var records = (0..<500).map { Plumbing.Record.event("\($0)", key: "k\($0 % 7)", value: "{\"n\":\($0)}") }
        records[1].key = nil
        records[2].key = []
        records[4].value = nil
        records[5].value = []
        records[6].value = [0xDE, 0xAD]
        records[7].headers += [("trace", nil), ("millrace-reason", [1]), ("trace", []), ("trace", [0xFF])]
        records[8].timestamp = 1
        try plumbing.produce(records, to: "in")
        let counts = try await plumbing.run("forward", options: ["topic": "out"], over: "in", registry: registry)
        #expect(counts.succeeded == 500)
        let forwarded = try await plumbing.records(of: "out")
        #expect(forwarded.count == 500)
        var byID: [String: Delivery] = [:]
        for delivery in forwarded { byID[delivery.event.id] = delivery }
        for (number, record) in records.enumerated() {
            let delivery = try #require(byID["\(number)"])
            #expect(delivery.key == record.key)
            #expect(delivery.value == record.value)
            #expect(delivery.timestamp == RecordTimestamp(milliseconds: record.timestamp, kind: .created))
            let kept = record.headers.filter { !$0.0.hasPrefix("millrace-") }
            #expect(delivery.headers == kept.map { RecordHeader($0, $1) })
        }
    }

    @Test func theModeIsTheOneAskedFor() async throws {
        let plumbing = try Plumbing(topics: ["in", "structured", "binary"])
        var binary = Plumbing.Record.event("b", key: "k", value: "{\"a\":1}")
        binary.headers += [
            ("trace", Array("x".utf8)), ("Content-Type", Array("application/json".utf8)), ("ce_mine", Array("m".utf8)),
            ("millrace-reason", [1]),
        ]
        let json = #"{"specversion":"1.0","id":"s","source":"/s","type":"com.example.a","mine":"m","data":{"a":1}}"#
        let structured = Plumbing.Record(
            key: [1], value: Array(json.utf8),
            headers: [("CONTENT-TYPE", Array("application/cloudevents+json".utf8)), ("trace", nil)])
        try plumbing.produce([binary, structured], to: "in")
        for mode in ["structured", "binary"] {
            let counts = try await plumbing.run(
                "forward", options: ["topic": .init(mode), "mode": .init(mode)], over: "in", group: mode,
                registry: registry)
            #expect(counts.succeeded == 2)
            let records = try await plumbing.records(of: mode)
            #expect(records.map(\.key) == [Array("k".utf8), [1]])
            #expect(records.map(\.event.id) == ["b", "s"])
            #expect(records.map { $0.event.mode.map { "\($0)" } } == [mode, mode])
            #expect(records.map { $0.event.extensions["mine"]?.description } == ["m", "m"])
            #expect(records.map(\.event.dataString) == ["{\"a\":1}", "{\"a\":1}"])
            #expect(
                records.map { $0.headers.first { $0.name == "trace" } } == [.init("trace", "x"), .init("trace", nil)])
            #expect(records.flatMap(\.headers).filter { $0.name.hasPrefix("millrace-") } == [])
            #expect(records.map { $0.headers.filter { $0.name.lowercased() == "content-type" }.count } == [1, 1])
        }
    }

    @Test func eventsOfAKeyStayInOrder() async throws {
        let plumbing = try Plumbing(topics: ["in", "out"])
        try plumbing.produce((0..<300).map { .event("\($0)", key: "k\($0 % 5)", value: "1") }, to: "in")
        // Leaders move and answers get lost on the way.
        plumbing.broker.fail(.produce, with: [19, 0, 19, EmbeddedBroker.disconnect, 0, 7])
        try await plumbing.run("forward", options: ["topic": "out"], over: "in", registry: registry)
        var last: [[UInt8]: Int] = [:]
        for delivery in try await plumbing.records(of: "out") {
            let key = try #require(delivery.key)
            let number = try #require(Int(delivery.event.id))
            // Sent twice at most: never back behind what came after it.
            #expect(number >= last[key] ?? 0)
            last[key] = number
        }
        #expect(last.count == 5)
        #expect(last.values.min() == 295)
    }

    @Test(arguments: [tooLarge, invalidTimestamp, policyViolation, invalidRecord])
    func aBatchThatIsRefusedForARecordIsSentRecordByRecord(_ refusal: Int32) async throws {
        let plumbing = try Plumbing(topics: ["in", "out"])
        try plumbing.produce((0..<20).map { .event("\($0)", key: "\($0)", value: "1") }, to: "in")
        plumbing.broker.fail(.produce, with: [refusal])
        let counts = try await plumbing.run("forward", options: ["topic": "out"], over: "in", registry: registry)
        #expect(counts.succeeded == 20)
        #expect(Set(try await plumbing.records(of: "out").map(\.event.id)).count == 20)
    }

    @Test(arguments: [
        (tooLarge, "tooLarge"), (invalidTimestamp, "timestampRefused"), (policyViolation, "recordRefused"),
        (invalidRecord, "recordRefused"),
    ])
    func whatIsRefusedByItselfIsDeadLettered(_ refusal: Int32, as code: String) async throws {
        let plumbing = try Plumbing(topics: ["in", "out"])
        try plumbing.produce([.event("1", value: "1")], to: "in")
        plumbing.broker.fail(.produce, with: [refusal, refusal])
        let facts = FactList()
        let counts = try await plumbing.run(
            "forward", options: ["topic": "out"], over: "in", registry: registry, observers: [facts])
        #expect(counts.deadLettered == 1)
        #expect(
            facts.count {
                if case .deadLettered(_, "rejected:\(code)", "forward", _) = $0 { true } else { false }
            } == 1)
        #expect(facts.count { if case .retrying = $0 { true } else { false } } == 0)
    }

    @Test func brokersThatDoNotAcknowledgeMakeItUnavailable() async throws {
        let plumbing = try Plumbing(topics: ["in", "out"])
        try plumbing.produce((0..<20).map { .event("\($0)", value: "1") }, to: "in")
        let broker = plumbing.broker
        broker.fail(.produce, with: Array(repeating: notEnoughReplicas, count: 10_000))
        let facts = FactList { fact in
            if case .unavailable = fact { broker.clearFaults(of: .produce) }
        }
        let counts = try await plumbing.run(
            "forward", options: ["topic": "out", "timeout": "300ms"], over: "in", registry: registry,
            observers: [facts])
        #expect(counts.succeeded == 20)
        #expect(counts.deadLettered == 0)
        #expect(facts.count { if case .unavailable(processor: "forward", _, _) = $0 { true } else { false } } >= 1)
        #expect(facts.count { if case .available = $0 { true } else { false } } >= 1)
        #expect(facts.count { if case .retrying = $0 { true } else { false } } == 0)
        #expect(Set(try await plumbing.records(of: "out").map(\.event.id)).count == 20)
    }

    @Test func aTopicIsNotForwardedToItself() async throws {
        let plumbing = try Plumbing(topics: ["in"])
        try plumbing.produce([.event("1")], to: "in")
        let facts = FactList()
        let counts = try await plumbing.run(
            "forward", options: ["topic": "in"], over: "in", registry: registry, observers: [facts])
        #expect(counts.deadLettered == 1)
        #expect(
            facts.count { if case .deadLettered(_, "rejected:sameTopic", _, _) = $0 { true } else { false } } == 1)
    }

    @Test func aMissingTopicKeepsTheWorkerFromStarting() async throws {
        let plumbing = try Plumbing(topics: ["in"])
        plumbing.broker.setTopicError("nowhere", code: 3)
        let error = await #expect(throws: WorkerError.self) {
            try await plumbing.run("forward", options: ["topic": "nowhere"], over: "in", registry: registry)
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("the topic 'nowhere' does not exist; create it: kafka-topics.sh") == true)
    }

    @Test func aClientThatIsRefusedKeepsTheWorkerFromStarting() async throws {
        let plumbing = try Plumbing(topics: ["in"])
        plumbing.broker.setTopicError("secret", code: 29)
        let error = await #expect(throws: WorkerError.self) {
            try await plumbing.run("forward", options: ["topic": "secret"], over: "in", registry: registry)
        }
        #expect(error?.code == .notPermitted)
    }

    private static let tooLarge: Int32 = 10
    private static let invalidTimestamp: Int32 = 32
    private static let policyViolation: Int32 = 44
    private static let invalidRecord: Int32 = 87
    private let notEnoughReplicas: Int32 = 19
}
