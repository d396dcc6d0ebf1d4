import CloudEvents
import Testing

@testable import Millrace

/// A configuration that a program makes is judged by the same tables as a file.
@Suite struct ConfigurationFaultsTests {
    struct Audit: Processor {
        static let name = "audit"
        static let types: [TypePattern] = ["com.example.*"]
        init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
        func process(_ delivery: Delivery) async throws {}
    }

    struct Anything: Processor {
        static let name = "anything"
        static let types: [TypePattern] = []
        init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
        func process(_ delivery: Delivery) async throws {}
    }

    struct Blocks: Processor {
        static let name = "blocks"
        static let types: [TypePattern] = ["com.example.*"]
        static let execution = Execution.blocking
        init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
        func process(_ delivery: Delivery) async throws {}
    }

    private let processors = ProcessorRegistry().adding(Audit.self).adding(Anything.self).adding(Blocks.self)

    private var right: Configuration {
        var configuration = Configuration()
        configuration.kafka = ["bootstrap.servers": "127.0.0.1:9092"]
        configuration.group = "group"
        configuration.sources = [SourceConfiguration(topic: "orders")]
        configuration.routes = [RouteConfiguration(processor: "audit")]
        return configuration
    }

    private func faults(_ change: (inout Configuration) -> Void) -> [String] {
        var configuration = right
        change(&configuration)
        return configuration.faults(processors: processors).map { "\($0.path) \($0.code.rawValue)" }
    }

    @Test func aRightOneHasNone() throws {
        #expect(faults { _ in } == [])
        try right.validate(processors: processors)
    }

    @Test func anEmptyOneIsToldWhatItNeeds() {
        let faults = Configuration().faults(processors: processors).map(\.path.description)
        #expect(faults == ["worker.group", "kafka.bootstrap.servers", "sources", "routes"])
    }

    @Test func valuesBeyondTheirBounds() {
        #expect(faults { $0.memory = 16 << 20 } == [])
        #expect(faults { $0.memory = (16 << 20) - 1 }.contains("worker.memory outOfRange"))
        #expect(faults { $0.drain = .seconds(-1) } == ["worker.drain invalidValue"])
        #expect(faults { $0.lanes = 0 } == ["worker.lanes outOfRange"])
        #expect(faults { $0.admin = "8080" } == ["worker.admin invalidValue"])
        #expect(faults { $0.sources[0].topic = "a b" } == ["sources[0].topic invalidValue"])
        #expect(faults { $0.deadLetter.topic = "{topic}.{id}" } == ["deadLetter.topic invalidValue"])
        #expect(faults { $0.deadLetter.redriveTopics = ["ok", "/"] } == ["deadLetter.redriveTopics[1] invalidValue"])
        #expect(faults { $0.routes[0].concurrency = 0 } == ["routes[0].concurrency outOfRange"])
        #expect(faults { $0.routes[0].timeout = .zero } == ["routes[0].timeout outOfRange"])
        #expect(faults { $0.routes[0].retry.attempts = 0 } == ["routes[0].retry.attempts outOfRange"])
        #expect(
            faults { $0.routes[0].retry.maximumBackoff = .milliseconds(1) } == ["routes[0].retry.backoff outOfRange"])
        #expect(faults { $0.routes[0].types = ["a*b"] } == ["routes[0].types[0] invalidValue"])
    }

    @Test func howFarARouteLooksBackIsBounded() {
        func faults(_ change: (inout DeduplicationConfiguration) -> Void) -> [String] {
            self.faults {
                var deduplication = DeduplicationConfiguration()
                change(&deduplication)
                $0.routes[0].deduplicate = deduplication
            }
        }
        #expect(faults { _ in } == [])
        #expect(faults { $0.window = .milliseconds(999) } == ["routes[0].deduplicate.window outOfRange"])
        #expect(faults { $0.window = .seconds(7 * 86_400 + 1) } == ["routes[0].deduplicate.window outOfRange"])
        #expect(faults { $0.count = 0 } == ["routes[0].deduplicate.count outOfRange"])
        #expect(faults { $0.count = 1_000_001 } == ["routes[0].deduplicate.count outOfRange"])
    }

    @Test func whatStopsARouteOrAPartitionIsBounded() {
        func faults(_ change: (inout CircuitBreakerConfiguration) -> Void) -> [String] {
            self.faults {
                var breaker = CircuitBreakerConfiguration()
                change(&breaker)
                $0.routes[0].circuitBreaker = breaker
            }
        }
        let place = "routes[0].circuitBreaker"
        #expect(faults { _ in } == [])
        #expect(faults { $0.share = 0 } == ["\(place).share outOfRange"])
        #expect(faults { $0.share = 1.01 } == ["\(place).share outOfRange"])
        #expect(faults { $0.minimum = 0 } == ["\(place).minimum outOfRange"])
        #expect(faults { $0.window = .milliseconds(999) } == ["\(place).window outOfRange"])
        #expect(faults { $0.minimumPause = .seconds(61) } == ["\(place).pause outOfRange"])
        #expect(faults { $0.minimumPause = .milliseconds(9) } == ["\(place).pause outOfRange"])
        func guardFaults(_ share: Double, _ records: Int) -> [String] {
            self.faults {
                var letterGuard = LetterGuardConfiguration()
                letterGuard.share = share
                letterGuard.records = records
                $0.deadLetter.letterGuard = letterGuard
            }
        }
        #expect(guardFaults(0.99, 10) == [])
        #expect(guardFaults(1, 10) == ["deadLetter.guard.share outOfRange"])
        #expect(guardFaults(0.5, 9) == ["deadLetter.guard.records outOfRange"])
    }

    /// A map that may be absent: absent, empty and filled are three things, and are written as they were read.
    @Test func deDuplicationIsOnWhereItsMapStands() {
        func read(_ value: OptionValue?) -> (route: RouteConfiguration, faults: [String]) {
            var values: OptionValues = ["processor": "audit"]
            if let value { values["deduplicate"] = value }
            var route = RouteConfiguration(processor: "")
            let faults = OptionTable.read(values, RouteConfiguration.keys, into: &route)
            return (route, faults.map { "\($0.path) \($0.code.rawValue)" })
        }
        func written(_ route: RouteConfiguration) -> String? {
            OptionTable.write(route, RouteConfiguration.keys)["deduplicate"]?.inlineText
        }
        #expect(read(nil).route.deduplicate == nil)
        #expect(written(read(nil).route) == nil)
        #expect(read(OptionValue(.map(OptionValues()))).route.deduplicate?.count == 10_000)
        let some = read(["window": "30s", "count": "5"])
        #expect(some.faults == [])
        #expect(written(some.route) == "{window: 30s, count: 5}")
        #expect(read(["windows": "30s"]).faults == ["deduplicate.windows unknownKey"])
        #expect(read("true").faults == ["deduplicate wrongKind"])
    }

    @Test(arguments: ["127.0.0.1:8080", "[::1]:8080", "localhost:0", "0.0.0.0:65535"])
    func addresses(text: String) {
        #expect(faults { $0.admin = text } == [])
    }

    @Test(arguments: [
        "", ":8080", "host", "host:", "host:65536", "host:-1", "host:+1", "::1:80", "http://host:80", "[]:1",
    ])
    func whatIsNoAddress(text: String) {
        #expect(faults { $0.admin = text } == ["worker.admin invalidValue"])
    }

    @Test func placesThatDoNotGoTogether() {
        #expect(faults { $0.maximumEventBytes = 512 << 20 } == ["worker.maximumEventBytes conflict"])
        #expect(faults { $0.sources.append(SourceConfiguration(topic: "orders")) } == ["sources[1].topic conflict"])
        #expect(faults { $0.routes[0].processor = "audti" } == ["routes[0].processor unknownProcessor"])
        #expect(faults { $0.routes[0].processor = "anything" } == ["routes[0].types missingKey"])
        #expect(
            faults {
                $0.routes[0].processor = "anything"
                $0.routes[0].types = ["*"]
            } == [])
        #expect(
            faults { $0.routes = Array(repeating: RouteConfiguration(processor: "audit"), count: 64) }
                == ["routes outOfRange"])
        #expect(faults { $0.routes = Array(repeating: RouteConfiguration(processor: "audit"), count: 63) } == [])
    }

    @Test func aTimeoutForWhatNothingCanCancel() throws {
        #expect(faults { $0.routes[0].timeout = .seconds(30) } == [])
        #expect(faults { $0.routes[0].processor = "blocks" } == [])
        var configuration = right
        configuration.routes.append(RouteConfiguration(processor: "blocks"))
        configuration.routes[1].timeout = .seconds(90)
        let faults = configuration.faults(processors: processors)
        #expect(
            faults.map(\.description) == [
                "routes[1].timeout: 'blocks' blocks a thread of its own, where no handler can be cancelled, found 1m30s; "
                    + "allowed: no timeout; what such a processor waits for it has to limit itself"
            ])
        #expect(faults.map(\.code) == [.conflict])
        // One mistake is said once.
        configuration.routes[1].timeout = .zero
        #expect(configuration.faults(processors: processors).map(\.code) == [.outOfRange])
    }

    @Test func aDeadLetterTopicIsNoSourceUnlessItIsSaid() {
        #expect(
            faults { $0.sources.append(SourceConfiguration(topic: "orders.dead-letter")) }
                == ["sources[1].topic conflict"])
        #expect(
            faults {
                var letters = SourceConfiguration(topic: "orders.dead-letter")
                letters.isDeadLetterTopic = true
                $0.sources.append(letters)
            } == [])
        // Its own letters would come back for ever.
        #expect(faults { $0.deadLetter.topic = "{topic}" } == ["sources[0].topic conflict"])
        #expect(faults { $0.deadLetter.topic = "orders" } == ["sources[0].topic conflict"])
    }

    @Test func theLetterTopicOfALongNameIsTooLong() {
        let name = String(repeating: "a", count: 240)
        #expect(faults { $0.sources[0].topic = name } == ["sources[0].topic conflict"])
    }

    @Test func propertiesThatLibrdkafkaRefuses() throws {
        #expect(faults { $0.kafka["sasl.pasword"] = "x" } == ["kafka.sasl.pasword unknownKey"])
        #expect(faults { $0.kafka["session.timeout.ms"] = "x" } == ["kafka.session.timeout.ms invalidValue"])
        #expect(faults { $0.kafka["group.id"] = "x" } == ["kafka.group.id conflict"])
        #expect(faults { $0.kafka["enable.auto.commit"] = "true" } == ["kafka.enable.auto.commit invalidValue"])
        #expect(faults { $0.kafka["acks"] = "1" } == ["kafka.acks invalidValue"])
        #expect(faults { $0.kafka["client.rack"] = "a" } == [])
        #expect(
            faults {
                $0.kafka["bootstrap.servers"] = nil
                $0.kafka["metadata.broker.list"] = "127.0.0.1:9092"
            } == [])
        var configuration = right
        configuration.kafka["sasl.pasword"] = "hunter2"
        func message() throws -> String { try #require(configuration.faults(processors: processors).first).message }
        #expect(
            try message().hasPrefix(
                "No such configuration property: \"sasl.pasword\"; did you mean 'sasl.password'? allowed: a property of"
            ))
        configuration.kafka["sasl.pasword"] = nil
        configuration.kafka["session.timeout.ms"] = "soon"
        #expect(
            try message()
                == "Invalid value for configuration property \"session.timeout.ms\", found 'soon'; allowed: 1 .. 3600000"
        )
    }

    @Test func noFaultShowsASecret() {
        var configuration = right
        for name in ["sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "sasl.pasword"] {
            configuration.kafka[name] = "hunter2"
        }
        let faults = configuration.faults(processors: processors)
        #expect(!faults.isEmpty)
        #expect(!"\(faults)".contains("hunter2"))
    }

    @Test(arguments: [
        (Profile.qlik, "qlik"), (.strict, "strict"), (.qlik.setting(.bom, false), "{base: qlik, bom: false}"),
        (.strict.setting(.typeAlias, true), "{base: strict, typeAlias: true}"),
    ])
    func aProfileComesBackFromItsText(profile: Profile, text: String) {
        let value = OptionType<Profile>.profile.write(profile)
        #expect(value.inlineText == text)
        var reading = OptionReading()
        #expect(OptionType<Profile>.profile.read(value, &reading) == profile)
    }

    @Test func validateThrowsEveryFault() throws {
        var configuration = right
        configuration.group = ""
        configuration.lanes = 0
        let error = try #require(throws: OptionFaults.self) { try configuration.validate(processors: processors) }
        #expect(error.faults.count == 2)
    }
}
