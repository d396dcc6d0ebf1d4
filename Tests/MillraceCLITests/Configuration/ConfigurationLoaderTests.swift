import CloudEvents
import Testing

@testable import Millrace
@testable import MillraceCLI

@Suite struct ConfigurationLoaderTests {
    private static let complete = """
        kafka:                                # any librdkafka property, passed through; misspelt ones fail at start
          bootstrap.servers: ${KAFKA:-127.0.0.1:9092}
        worker: {group: qlik-tasks, admin: 127.0.0.1:8080, memory: 256MiB, drain: 10s}
        sources:
          - {topic: qlik.tasks, profile: qlik, start: earliest, onMissingOffset: fail}
        deadLetter: {topic: "{topic}.dead-letter"}
        unrouted: deadLetter                  # or skip
        routes:
          - processor: sink                   # types: its own, unless named here
            options: {path: tasks.db}
            retry: {attempts: 5, backoff: 100ms..30s}
            timeout: 30s                      # cancels; the key stays blocked until the handler returned
          - processor: every
            types: [com.qlik.scheduling.task.*]
            order: key
            concurrency: 64
        """

    private func load(
        _ text: String, environment: [String: String] = [:], flags: [(String, String)] = []
    ) -> LoadedConfiguration {
        var loader = ConfigurationLoader(environment: environment, processors: .forTests)
        loader.readFile(Array(text.utf8), name: "f.yaml")
        for (key, text) in flags { loader.set(key, text, flag: "--set") }
        return loader.load()
    }

    @Test func theCompleteExampleIsRight() throws {
        let loaded = load(Self.complete)
        #expect(loaded.faults.map(\.description) == [])
        let configuration = loaded.configuration
        #expect(configuration.kafka == ["bootstrap.servers": "127.0.0.1:9092"])
        #expect(configuration.group == "qlik-tasks")
        #expect(configuration.admin == "127.0.0.1:8080")
        #expect(configuration.memory == 256 << 20)
        #expect(configuration.drain == .seconds(10))
        #expect(configuration.sources.map(\.topic) == ["qlik.tasks"])
        #expect(configuration.deadLetter.topic(for: "qlik.tasks") == "qlik.tasks.dead-letter")
        #expect(configuration.routes.map(\.processor) == ["sink", "every"])
        #expect(configuration.routes[0].retry.attempts == 5)
        #expect(configuration.routes[0].retry.maximumBackoff == .seconds(30))
        #expect(configuration.routes[0].types == nil)
        #expect(configuration.routes[1].types == ["com.qlik.scheduling.task.*"])
        #expect(configuration.routes[0].timeout == .seconds(30))
        #expect(configuration.routes[0].options["path"]?.inlineText == "tasks.db")
    }

    /// Head and tail of a file whose faults are elsewhere.
    private static let head = "kafka: {bootstrap.servers: a}\n"
    private static let worker = "worker: {group: g}\n"
    private static let sources = "sources: [{topic: t}]\n"
    private static let routes = "routes: [{processor: sink, options: {path: p}}]\n"

    @Test(arguments: [
        (head + worker + sources, "1 routes missingKey"),
        (head + worker + routes, "1 sources missingKey"),
        (worker + sources + routes, "1 kafka.bootstrap.servers missingKey"),
        (head + sources + routes, "1 worker.group missingKey"),
        (head + "worker:\n  group: ''\n" + sources + routes, "3 worker.group missingKey"),
        (head + "worker:\n  group:\n" + sources + routes, "3 worker.group missingValue"),
        (head + "worker:\n  group: [a]\n" + sources + routes, "3 worker.group wrongKind"),
        (head + "worker: {group: g, memory: 15MiB}\n" + sources + routes, "2 worker.memory outOfRange"),
        (head + "worker: {group: g, drain: 10}\n" + sources + routes, "2 worker.drain invalidValue"),
        (head + "worker: {group: g}\nworker: {group: h}\n" + sources + routes, "3 worker duplicateKey"),
        (head + "worker: {group: ${G}}\n" + sources + routes, "2  syntax"),
        (head + "worker:\n  group: ${G}\n" + sources + routes, "3 worker.group unsetVariable"),
        (head + worker + "sources: t\n" + routes, "3 sources wrongKind"),
        (head + worker + "sources:\n  - topic: a\n  - topic: a\n" + routes, "5 sources[1].topic conflict"),
        (head + worker + "sources: [{profile: qlik}]\n" + routes, "3 sources[0].topic missingKey"),
        (head + worker + "sources: [{topic: '^a'}]\n" + routes, "3 sources[0].topic invalidValue"),
        (head + worker + sources + "routes:\n- processor: snik\n", "5 routes[0].processor unknownProcessor"),
        (head + worker + sources + "routes:\n- {}\n", "5 routes[0].processor missingKey"),
        (head + worker + sources + "routes: [{processor: every}]\n", "4 routes[0].types missingKey"),
        (
            head + worker + sources + "routes: [{processor: every, types: ['a*b']}]\n",
            "4 routes[0].types[0] invalidValue"
        ),
        (head + worker + sources + "routes:\n- processor: sink\n", "5 routes[0].options.path missingKey"),
        (
            head + worker + sources + "routes:\n- processor: sink\n  options:\n    path: p\n    limit: 1000\n",
            "8 routes[0].options.limit outOfRange"
        ),
        (
            head + worker + sources + "routes:\n- processor: sink\n  options:\n    path: p\n    limt: 5\n",
            "8 routes[0].options.limt unknownKey"
        ),
        (
            head + worker + sources + "routes:\n- processor: sink\n  options: p\n",
            "6 routes[0].options wrongKind"
        ),
        (head + worker + sources + routes + "deadLeter: {}\n", "5 deadLeter unknownKey"),
        (head + worker + sources + routes + "deadLetter: {topic: t}\n", "3 sources[0].topic conflict"),
        (
            "kafka: {bootstrap.servers: a, sasl.pasword: x}\n" + worker + sources + routes,
            "1 kafka.sasl.pasword unknownKey"
        ),
        ("kafka: a\n" + worker + sources + routes, "1 kafka wrongKind"),
        ("[]", "1  wrongKind"),
    ])
    func aFaultIsNamedWithLineAndPath(text: String, fault: String) {
        let faults = load(text).faults
        #expect(faults.map { "\($0.origin.line ?? 0) \($0.path) \($0.code.rawValue)" }.first == fault)
        // One mistake is one fault, but for a file that is no map at all.
        #expect(faults.count == 1 || text == "[]", "\(faults)")
    }

    @Test func aDeadLetterTopicMayBeASourceWhereItIsSaid() {
        let text =
            Self.head + Self.worker + "sources: [{topic: t}, {topic: t.dead-letter, deadLetterTopic: true}]\n"
            + Self.routes
        #expect(load(text).faults.isEmpty)
        #expect(load(text).configuration.sources[1].isDeadLetterTopic)
    }

    @Test func flagOverEnvironmentOverFile() throws {
        let environment = ["MILLRACE_WORKER_GROUP": "from-environment", "MILLRACE_WORKER_DRAIN": "3s"]
        let loaded = load(Self.complete, environment: environment, flags: [("worker.group", "from-flag")])
        #expect(loaded.faults.isEmpty)
        #expect(loaded.configuration.group == "from-flag")
        #expect(loaded.configuration.drain == .seconds(3))
        let settings = EffectiveSettings(loaded, processors: .forTests).settings
        func origin(_ path: String) -> String? { settings.first { $0.path.description == path }?.originText }
        #expect(origin("worker.group") == "--set")
        #expect(origin("worker.drain") == "MILLRACE_WORKER_DRAIN")
        #expect(origin("worker.memory") == "f.yaml:3")
        #expect(origin("worker.stuckAfter") == "default")
        #expect(origin("kafka.bootstrap.servers") == "f.yaml:2 ${KAFKA}")
        #expect(origin("routes[0].options.path") == "f.yaml:10")
        #expect(origin("routes[0].options.limit") == "default")
    }

    @Test func theEnvironmentReachesEverySection() {
        let environment = [
            "MILLRACE_KAFKA_BOOTSTRAP_SERVERS": "b:1", "MILLRACE_KAFKA_CLIENT_RACK": "r", "MILLRACE_UNROUTED": "skip",
            "MILLRACE_DEAD_LETTER_TOPIC": "letters", "MILLRACE_DEAD_LETTER_REDRIVE_TOPICS": "x,y",
            "MILLRACE_WORKER_MAXIMUM_EVENT_BYTES": "2MiB", "MILLRACE_VECTORS": "not configuration",
        ]
        let loaded = load(Self.complete, environment: environment)
        #expect(loaded.faults.map(\.description) == [])
        #expect(loaded.configuration.kafka == ["bootstrap.servers": "b:1", "client.rack": "r"])
        #expect(loaded.configuration.unrouted == .skip)
        #expect(loaded.configuration.deadLetter.topic == "letters")
        #expect(loaded.configuration.deadLetter.redriveTopics == ["x", "y"])
        #expect(loaded.configuration.maximumEventBytes == 2 << 20)
    }

    @Test func aFaultOutsideTheFileNamesItsOrigin() {
        let environment = [
            "MILLRACE_WORKER_GRUOP": "x", "MILLRACE_WORKER_DRAIN": "soon", "MILLRACE_SOURCES_0_TOPIC": "t",
        ]
        let loaded = load(Self.complete, environment: environment, flags: [("worker.lanes", "many"), ("a..b", "")])
        let faults = loaded.faults.map(\.description)
        #expect(faults.count == 5)
        #expect(
            faults.contains { $0.hasPrefix("MILLRACE_SOURCES_0_TOPIC: this variable sets nothing; allowed: ${NAME}") })
        #expect(
            faults.contains {
                $0.hasPrefix("MILLRACE_WORKER_GRUOP: this variable sets nothing; did you mean 'MILLRACE_WORKER_GROUP'?")
            })
        #expect(faults.contains { $0.hasPrefix("MILLRACE_WORKER_DRAIN: worker.drain: not valid here, found 'soon'") })
        #expect(faults.contains { $0.hasPrefix("--set: worker.lanes: not valid here, found 'many'") })
        #expect(faults.contains { $0.hasPrefix("--set: not a key's path, found 'a..b'") })
    }

    @Test func everythingMayComeFromFlags() {
        var loader = ConfigurationLoader(environment: [:], processors: .forTests)
        for (key, text) in [
            ("kafka.bootstrap.servers", "a:1"), ("worker.group", "g"), ("sources[0].topic", "t"),
            ("routes[0].processor", "every"), ("routes[0].types", "a,b.*"),
        ] { loader.set(key, text, flag: "--set") }
        let loaded = loader.load()
        #expect(loaded.faults.map(\.description) == [])
        #expect(loaded.configuration.routes.first?.types == ["a", "b.*"])
    }

    @Test func aProfileMayBeChangedSwitchBySwitch() throws {
        let sources = "sources: [{topic: t, profile: {base: strict, liftedExtensions: true, bom: false}}]\n"
        let loaded = load(Self.head + Self.worker + sources + Self.routes)
        #expect(loaded.faults.map(\.description) == [])
        let profile = try #require(loaded.configuration.sources.first?.profile)
        #expect(profile.allows(.liftedExtensions))
        #expect(!profile.allows(.bom))
        #expect(!profile.allows(.typeAlias))
        let wrong = "sources: [{topic: t, profile: {base: strickt, liftedExtension: true, bom: maybe}}]\n"
        let faults = load(Self.head + Self.worker + wrong + Self.routes).faults
        #expect(
            faults.map(\.path.description)
                == ["sources[0].profile.base", "sources[0].profile.liftedExtension", "sources[0].profile.bom"])
    }

    @Test func noSecretIsShown() {
        let text = """
            kafka: {bootstrap.servers: a, sasl.password: hunter2, sasl.pasword: hunter2, ssl.key.pem: hunter2}
            worker: {group: g}
            sources: [{topic: t}]
            routes:
              - {processor: sink, options: {path: p, token: hunter2, tokn: hunter2}}
              - {processor: snik, options: {token: hunter2}}
            """
        let loaded = load(text)
        #expect(!loaded.faults.isEmpty)
        #expect(!"\(loaded.faults)".contains("hunter2"))
        let shown = EffectiveSettings(loaded, processors: .forTests).settings.compactMap(\.value?.inlineText)
        #expect(!"\(shown)".contains("hunter2"))
        #expect(shown.count { $0 == "\"***\"" } == 6)
    }
}
