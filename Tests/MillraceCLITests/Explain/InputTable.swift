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
        let explained = try await explain(cases, profile, unrouted)
        let seen = try await run(cases, on: broker, profile, unrouted)
        for (index, item) in cases.enumerated() {
            #expect(seen[Int64(index)] == explained[index], "\(item), \(profile), \(unrouted)")
        }
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

    private static func explain(_ cases: [InputCase], _ profile: String, _ unrouted: String) async throws -> [Ending] {
        let run = try await CommandRun.of(
            ["explain", "--profile", profile, "--unrouted", unrouted], input: cases.flatMap { $0.record.line })
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
        _ cases: [InputCase], on broker: TestBroker, _ profile: String, _ unrouted: String
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
