import CloudEvents
import MillraceEngine
import Testing

@testable import Millrace

private struct Allowed: Processor {
    static let name = "allowed"
    static let types: [TypePattern] = ["com.x.a", "com.x.b"]
    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws {}
}

private struct Suppressed: Processor {
    static let name = "suppressed"
    static let types: [TypePattern] = ["com.x.b", "com.x.c"]
    static let replay = ReplayPolicy.suppressed
    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws {}
}

private struct Refused: Processor {
    static let name = "refused"
    static let types: [TypePattern] = ["*"]
    static let replay = ReplayPolicy.refused
    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws {}
}

@Suite("What a replay makes of a configuration")
struct ReplaySetupTests {
    private let registry = ProcessorRegistry().adding(Allowed.self).adding(Suppressed.self).adding(Refused.self)
    private let job = ReplayJob(of: "live", name: "n")

    private var live: Configuration {
        var configuration = Configuration()
        configuration.kafka = ["bootstrap.servers": "b"]
        configuration.group = "live"
        configuration.admin = "127.0.0.1:1"
        var source = SourceConfiguration(topic: "in")
        source.profile = .strict
        configuration.sources = [source, SourceConfiguration(topic: "other")]
        configuration.routes = ["allowed", "suppressed", "refused"].map { RouteConfiguration(processor: $0) }
        return configuration
    }

    private func setup(_ request: ReplayRequest) throws -> ReplaySetup {
        try ReplaySetup(request, of: live, processors: registry, job: job)
    }

    private func request(_ processors: [String], allowed: [String] = [], topic: String = "in") -> ReplayRequest {
        ReplayRequest(topic: topic, processors: processors, allowedSideEffects: allowed)
    }

    @Test func theLiveGroupAndPortAreLeftAlone() throws {
        let configuration = try setup(request(["allowed"])).configuration
        #expect(configuration.group == "live.replay.n")
        #expect(configuration.admin == nil)
        #expect(configuration.sources.map(\.topic) == ["in"])
        #expect(configuration.sources.map(\.profile) == [.strict])
        #expect(configuration.routes.map(\.processor) == ["allowed"])
        #expect(configuration.deadLetter.topic(for: "in") == "in.dead-letter")
        try configuration.validate(processors: registry)
    }

    @Test func whoRefusesIsCalledByNameOnly() throws {
        let fault = #expect(throws: ReplayFault.self) { try setup(request(["allowed", "refused"])) }
        #expect(fault?.description.contains("--allow-side-effects refused") == true)
        let named = try setup(request(["allowed", "refused"], allowed: ["refused"]))
        #expect(named.configuration.routes.map(\.processor) == ["allowed", "refused"])
    }

    @Test func whoIsSuppressedIsCountedAndNotCalled() throws {
        #expect(throws: ReplayFault.self) { try setup(request(["suppressed"])) }
        let both = try setup(request(["suppressed", "allowed"]))
        #expect(both.configuration.routes.map(\.processor) == ["allowed"])
        #expect(both.targets.map(\.isSuppressed) == [false, true])
        let allowed = try setup(request(["suppressed"], allowed: ["suppressed"]))
        #expect(allowed.configuration.routes.map(\.processor) == ["suppressed"])
    }

    @Test(arguments: [(["allowd"], [String]()), (["allowed"], ["suppresed"]), (["allowed"], ["refused"])])
    func namesThatNobodyHas(_ processors: [String], _ allowed: [String]) {
        #expect(throws: ReplayFault.self) { try setup(request(processors, allowed: allowed)) }
    }

    @Test func aTopicThatIsNoSourceIsSaidWithWhatWasMeant() {
        let fault = #expect(throws: ReplayFault.self) { try setup(request(["allowed"], topic: "othr")) }
        #expect(fault?.description.contains("did you mean 'other'?") == true)
    }

    @Test func lettersAreReadAsTheirSourceAndFailIntoTheirOwnTopic() throws {
        let setup = try setup(request(["allowed"], topic: "in.dead-letter"))
        let source = setup.configuration.sources[0]
        #expect(source.topic == "in.dead-letter")
        #expect(source.profile == .strict)
        #expect(source.isDeadLetterTopic)
        #expect(setup.isOfLetters)
        #expect(setup.configuration.deadLetter.topic(for: source.topic) == "in.dead-letter")
        try setup.configuration.validate(processors: registry)
        let context = SourceContext(source, in: setup.configuration)
        #expect(context.keepsOrigin)
    }

    @Test func aRequestIsOneWordWhateverIsInIt() {
        var request = ReplayRequest(
            topic: "t", types: ["b.*", "a b", "b.*"], keys: [Array("secret".utf8), []], processors: ["p", "o", "p"])
        let text = request.text
        #expect(text.hasPrefix("processors=o,p;types=a%20b,b.*;keys=2:"))
        #expect(!text.contains("secret"))
        let mark = ReplayMark(start: 0, end: 1, request: text)
        #expect(CommitMetadata.replay(in: CommitMetadata.text(of: mark)) == mark)
        request.keys.reverse()
        #expect(request.text == text, "in whatever order")
        request.keys = [Array("secre".utf8), Array("t".utf8)]
        #expect(request.text != text)
        request.types = (0..<200).map { TypePattern("com.example.a-long-name.\($0)") }
        #expect(request.text.utf8.count < 100)
        #expect(request.text.hasPrefix("sha256="))
    }

    @Test func whatIsPassedOverHasItsReason() throws {
        let setup = try setup(
            ReplayRequest(
                topic: "in", types: ["com.x.*"], keys: [Array("k".utf8)], processors: ["allowed", "suppressed"]))
        let judge = RecordJudge(
            router: Router([Allowed.types]), unrouted: .deadLetter, selection: setup.selection)
        func reason(_ type: String, key: String? = "k", value: String? = nil) -> String {
            let text = value ?? #"{"specversion":"1.0","id":"1","source":"/s","type":"\#(type)"}"#
            var envelope = Envelope()
            let verdict = Array(text.utf8).withUnsafeBytes { value in
                Array("content-type".utf8).withUnsafeBytes { name in
                    Array("application/cloudevents+json".utf8).withUnsafeBytes { content in
                        let header = [KafkaHeaderView(name: name, value: content)]
                        return header.withUnsafeBufferPointer { headers in
                            let record = KafkaRecordView(value: value, headers: headers)
                            let reader = EventReader(profile: .strict, limits: Limits(), aliases: .qlik)
                            guard let key else { return judge.judge(record, reader: reader, into: &envelope) }
                            return Array(key.utf8).withUnsafeBytes {
                                judge.judge(record, key: $0, reader: reader, into: &envelope)
                            }
                        }
                    }
                }
            }
            switch verdict {
            case .route: return "route"
            case .skip(let reason): return reason.rawValue
            case .invalid: return "invalid"
            case .unrouted: return "unrouted"
            }
        }
        #expect(reason("com.x.a") == "route")
        #expect(reason("com.x.b") == "route", "one of the two is called")
        #expect(reason("com.x.c") == "suppressed")
        #expect(reason("com.x.d") == "notSelected")
        #expect(reason("org.y") == "notSelected")
        #expect(reason("com.x.a", key: "j") == "notSelected")
        #expect(reason("com.x.a", key: nil) == "notSelected")
        #expect(reason("", value: "broken") == "notAnEvent")
        #expect(reason("", key: "j", value: "broken") == "notSelected", "a key is looked at first")
    }
}
