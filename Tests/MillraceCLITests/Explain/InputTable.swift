import CloudEvents
import Foundation
import Millrace
import MillraceEngine
import MillraceKafka
import MillraceTesting
import QlikTasks
import Synchronization
import Testing

@testable import MillraceCLI

/// The table of hard inputs, through `explain` and through a worker that reads a topic.
enum InputTable {
    /// Lets both handle every input, and compares how each ended.
    static func compare(on broker: TestBroker, _ profile: String, _ unrouted: String) async throws {
        let cases = InputCases.all
        let explained = try await explain(cases, ["--profile", profile, "--unrouted", unrouted])
        let seen = try await run(cases, on: broker, profile, unrouted)
        for (index, item) in cases.enumerated() {
            #expect(seen[Int64(index)] == explained[index], "\(item), \(profile), \(unrouted)")
        }
    }

    /// The same where the route de-duplicates, with the cases of row 40, each of which must end as laid down.
    static func compareDeduplicated(on broker: TestBroker, _ profile: String) async throws {
        let cases = InputCases.reusedIDs
        let explained = try await explainDeduplicated(cases, profile)
        let seen = try await run(cases, on: broker, profile, "deadLetter", isDeduplicated: true)
        for (index, item) in cases.enumerated() {
            let ending = try #require(seen[Int64(index)])
            #expect(ending == explained[index], "\(item), \(profile)")
            let expected = try #require(item.deduplicated).typed
            #expect(ending.outcome == expected.outcome.rawValue && ending.reason == expected.reason, "\(item)")
            if expected.outcome == .route { #expect(ending.tolerated == expected.tolerated, "\(item)") }
        }
    }

    private static func explainDeduplicated(_ cases: [InputCase], _ profile: String) async throws -> [Ending] {
        let folder = try TemporaryFolder("explain")
        let file = folder.path("millrace.yaml")
        let text = """
            kafka: {bootstrap.servers: "127.0.0.1:1"}
            worker: {group: g}
            sources: [{topic: cases}]
            routes: [{processor: recorder, deduplicate: {}}]
            """
        try folder.write(Array(text.utf8), to: "millrace.yaml")
        return try await explain(
            cases, ["--config", file, "--profile", profile], ProcessorRegistry().adding(Recorder.self))
    }

    /// What became of one record, in the words of `explain`'s answer.
    struct Ending: Equatable {
        var outcome: String
        var reason: String?
        var detail: String?
        var type: String?
        /// Of routed events: what the processor saw.
        var mode: String?
        var tolerated: [String] = []
        var event: String?
    }

    private static func explain(
        _ cases: [InputCase], _ words: [String], _ processors: ProcessorRegistry = .builtIn
    ) async throws -> [Ending] {
        let run = try await CommandRun.of(
            ["explain"] + words, input: cases.flatMap { $0.record.line }, processors: processors)
        // The event is compared byte for byte: as it stands in the answer.
        return try zip(run.objects, run.text.split(separator: "\n")).map { answer, line in
            let isRouted = answer["outcome"] as? String == "route"
            let event = try #require(line.firstRange(of: #","event":"#)).upperBound
            let typed = line.range(of: #","data":{"typed":"#, options: .backwards)
            let data = isRouted ? try #require(typed).lowerBound : line.endIndex
            return Ending(
                outcome: try #require(answer["outcome"] as? String), reason: answer["reason"] as? String,
                detail: answer["detail"] as? String, type: answer["type"] as? String,
                mode: isRouted ? answer["mode"] as? String : nil,
                tolerated: isRouted ? try #require(answer["tolerated"] as? [String]) : [],
                event: isRouted ? String(line[event..<data]) : nil)
        }
    }

    private static func run(
        _ cases: [InputCase], on broker: TestBroker, _ profile: String, _ unrouted: String,
        isDeduplicated: Bool = false
    ) async throws -> [Int64: Ending] {
        let topic = try broker.makeTopic("cases")
        try broker.makeTopic(named: topic + ".dead-letter")
        let producer = try RecordProducer(topic: topic, properties: broker.properties, timeout: .seconds(10))
        for (index, item) in cases.enumerated() { try producer.send(item.record, token: UInt64(index)) }
        producer.finish()
        producer.close()
        #expect(producer.acknowledged == cases.count)

        var configuration = Configuration()
        configuration.kafka = Dictionary(broker.properties.pairs.map { ($0.name, $0.value) }) { $1 }
        configuration.group = topic
        var source = SourceConfiguration(topic: topic)
        source.profile = try #require(Profile.named(profile))
        configuration.sources = [source]
        configuration.unrouted = try #require(UnroutedPolicy(rawValue: unrouted))
        configuration.routes = [RouteConfiguration(processor: Recorder.name)]
        if isDeduplicated { configuration.routes[0].deduplicate = DeduplicationConfiguration() }
        let endings = Endings()
        let worker = try Worker(
            configuration, processors: ProcessorRegistry().adding(Recorder.self) { _, _ in Recorder(endings) },
            observers: [endings])
        try await worker.run(until: .end)
        try TopicReader(properties: broker.properties, timeout: .seconds(10)).read(topic + ".dead-letter") {
            endings.letter($0, of: cases)
        }
        return endings.all
    }

    /// Takes the three types of the tasks, as `explain` does without a configuration.
    private struct Recorder: Processor {
        static let name = "recorder"
        static let types: [TypePattern] = DemoEvents.types.map { TypePattern($0) }
        let endings: Endings?

        init(_ options: NoOptions, _ context: ProcessorContext) { endings = nil }
        init(_ endings: Endings) { self.endings = endings }

        static func explain(_ event: CloudEvent) -> Explanation? { TaskExplanation.explain(event) }

        func process(_ delivery: Delivery) async throws {
            let event = delivery.event
            var tolerated = event.tolerated.codes
            _ = try AnyTaskEvent.decode(from: event, tolerated: &tolerated)
            endings?.end(
                delivery.offset,
                Ending(
                    outcome: "route", type: event.type, mode: event.mode?.rawValue, tolerated: tolerated,
                    event: String(decoding: event.jsonBytes(), as: UTF8.self)))
        }
    }

    private final class Endings: EngineObserver {
        private let endings = Mutex<[Int64: Ending]>([:])

        var all: [Int64: Ending] { endings.withLock { $0 } }

        func end(_ offset: Int64, _ ending: Ending) {
            // A second ending of the same record would be a fault: it takes the place of the first, and is seen.
            endings.withLock { $0[offset] = $0[offset] == nil ? ending : Ending(outcome: "twice") }
        }

        func observe(_ fact: EngineFact) {
            guard case .skipped(let record, let reason, let type) = fact else { return }
            end(record.offset, Ending(outcome: "skip", reason: reason, type: type))
        }

        func letter(_ letter: RecordLine, of cases: [InputCase]) {
            func text(_ header: LetterHeader) -> String? {
                let found = letter.headers.last { $0.name == Array(header.rawValue.utf8) }
                return found?.value.map { String(decoding: $0, as: UTF8.self) }
            }
            guard let offset = text(.originOffset).flatMap({ Int64($0) }), cases.indices.contains(Int(offset)) else {
                Issue.record("a letter without an origin")
                return
            }
            let record = cases[Int(offset)].record
            #expect(letter.value == record.value && letter.key == record.key, "\(cases[Int(offset)])")
            #expect(Array(letter.headers.prefix(record.headers.count)) == record.headers, "\(cases[Int(offset)])")
            end(
                offset,
                Ending(outcome: "deadLetter", reason: text(.reason), detail: text(.detail), type: text(.type)))
        }
    }
}
