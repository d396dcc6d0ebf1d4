import CloudEvents
import Foundation
import Millrace
import MillraceEngine
import MillraceKafka
import MillraceTesting
import Testing

@testable import MillraceCLI

/// Its events are counted in a replay, and it is never called.
private struct CountedOnly: Processor {
    static let name = "counted-only"
    static let types: [TypePattern] = ["com.qlik.scheduling.task.deleted"]
    static let replay = ReplayPolicy.suppressed
    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws { Issue.record("a replay must not call it") }
}

/// `millrace replay` against the embedded broker: one topic with two partitions of six records.
@Suite(.serialized) final class ReplayCommandTests {
    private let broker: TestBroker
    private let folder: TemporaryFolder
    private let topic: String
    private let configuration: String

    init() throws {
        broker = try TestBroker(embedded: 1)
        folder = try TemporaryFolder("replay")
        topic = try broker.makeTopic("in", partitions: 2)
        try broker.makeTopic(named: topic + ".dead-letter", partitions: 2)
        let types = ["created", "updated", "deleted", "updated"]
        var records: [RecordLine] = []
        for number in 0..<12 {
            let event =
                #"{"specversion":"1.0","id":"\#(number)","source":"/t","#
                + #""type":"com.qlik.scheduling.task.\#(types[number % 4])","#
                + #""data":{\#(number == 2 ? #""rejectCode":"no""# : "")}}"#
            records.append(
                RecordLine(
                    partition: Int32(number / 6), key: Array("k\(number % 3)".utf8),
                    headers: [RecordLine.Header("content-type", "application/cloudevents+json")],
                    value: Array(number == 7 ? "broken".utf8 : event.utf8)))
        }
        try broker.send(records, to: topic)
        let yaml = """
            kafka: {bootstrap.servers: "\(broker.bootstrapServers)", session.timeout.ms: 3500, heartbeat.interval.ms: 300}
            worker: {group: live, admin: 127.0.0.1:1}
            sources: [{topic: \(topic)}]
            routes:
              - {processor: directed, options: {folder: "\(folder.url.path)"}}
              - {processor: jsonl, types: ['*'], options: {path: "\(folder.path("out.jsonl"))"}}
              - {processor: counted-only}
            """
        try folder.write(Array(yaml.utf8), to: "millrace.yaml")
        configuration = folder.path("millrace.yaml")
    }

    private func replay(_ words: String..., topic: String? = nil) async throws -> CommandRun {
        try await CommandRun.of(
            ["replay", "--config", configuration, "--topic", topic ?? self.topic] + words,
            processors: .builtIn.adding(DirectedProcessor.self).adding(CountedOnly.self))
    }

    private var handled: [String] {
        Journal(path: folder.path("journal")).entries(.succeeded).map { "\($0.partition)/\($0.offset)" }.sorted()
    }

    @Test func aDryRunSaysEverythingAndDoesNothing() async throws {
        let run = try await replay(
            "--from", "earliest", "--processors", "directed,counted-only", "--rate", "4/s", "--dry-run", "--json",
            "--name", "dry")
        #expect(run.code == .success, "\(run.messages)")
        let answer = try #require(try run.objects.first)
        #expect(answer["records"] as? Int == 12)
        #expect(answer["matches"] as? Int == 11)
        #expect(answer["seconds"] as? Int == 3)
        #expect(answer["group"] as? String == "live.replay.dry")
        let types = try #require(answer["types"] as? [String: Int])
        #expect(types["com.qlik.scheduling.task.updated"] == 5)
        #expect(answer["passedOver"] as? [String: Int] == ["notAnEvent": 1])
        let processors = try #require(answer["processors"] as? [[String: Any]])
        #expect(processors.map { $0["processor"] as? String } == ["directed", "counted-only"])
        #expect(processors.map { $0["events"] as? Int } == [11, 3])
        #expect(processors.map { $0["called"] as? Bool } == [true, false])
        #expect(handled.isEmpty)
        #expect(try broker.committed(group: "live.replay.dry", topic) == nil)
        let text = try await replay("--from", "offset:4", "--processors", "directed", "--dry-run", "--key", "k1")
        #expect(text.text.contains("records in the range: 4"))
        #expect(text.text.contains("matches: 2"))
        #expect(text.text.contains("passed over, notSelected: 2"))
    }

    @Test func itHandsOverWhatWasAskedForAndEndsOnce() async throws {
        let words = ["--processors", "directed", "--type", "com.qlik.scheduling.task.updated", "--json"]
        func call(_ more: [String]) async throws -> CommandRun {
            try await CommandRun.of(
                ["replay", "--config", configuration, "--topic", topic, "--name", "job"] + words + more,
                processors: .builtIn.adding(DirectedProcessor.self).adding(CountedOnly.self))
        }
        let run = try await call(["--from", "offset:1", "--to", "offset:4"])
        #expect(run.code == .success, "\(run.messages)")
        #expect(handled == ["0/1", "0/3", "1/3"])
        let result = try #require(try run.objects.first)
        #expect(result["complete"] as? Bool == true)
        #expect(result["settled"] as? Int == 6)
        let own = try #require(result["thisProcess"] as? [String: Any])
        #expect(own["skipped"] as? [String: Int] == ["notAnEvent": 1, "notSelected": 2])
        #expect(try broker.committed(group: "live", topic) == nil)
        for line in run.messages.split(separator: "\n") {
            _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
        }
        let again = try await call(["--from", "earliest"])
        #expect(again.code == .success)
        #expect(again.messages.contains("complete already"))
        #expect(handled.count == 3)
        // Another request under its name is another replay.
        let other = try await replay("--name", "job", "--processors", "directed")
        #expect(other.code == .usage)
        #expect(other.messages.contains("another --name"))
        let elsewhere = try await replay(
            "--name", "job", "--processors", "directed", "--type", "com.qlik.scheduling.task.updated", "--partitions",
            "1")
        #expect(elsewhere.code == .usage)
    }

    @Test func whatReachesOutsideIsCalledByNameOnly() async throws {
        let refused = try await replay("--from", "earliest", "--processors", "jsonl")
        #expect(refused.code == .usage)
        #expect(refused.messages.contains("--allow-side-effects jsonl"))
        let allowed = try await replay(
            "--from", "earliest", "--to", "offset:1", "--processors", "jsonl", "--allow-side-effects", "jsonl", "--json"
        )
        #expect(allowed.code == .success, "\(allowed.messages)")
        #expect(folder.text("out.jsonl").split(separator: "\n").count == 2)
    }

    @Test(arguments: [
        (["--from", "offset:5", "--to", "offset:2"], ExitCode.usage, "reversed"),
        (["--from", "2026-01-02T00:00:00Z", "--to", "2026-01-01T00:00:00Z"], .usage, "reversed"),
        (["--from", "offset:3", "--to", "offset:3"], .success, "nothing to do: the range is empty"),
        (["--from", "offset:60", "--to", "offset:70"], .success, "offsets 60 to 69 do not exist yet"),
        (["--from", "now"], .usage, "--from"),
        (["--to", "earliest", "--from", "earliest"], .usage, "--to"),
        (["--from", "2026-01-02"], .usage, "2026-01-31T03:00:00Z"),
        ([], .usage, "--from"),
        (["--name", "nobody"], .usage, "no replay 'nobody'"),
        (["--name", "a b", "--from", "earliest"], .usage, "letters, digits"),
        (["--from", "earliest", "--partitions", "2"], .usage, "has no partition 2: it has 0 to 1"),
        (["--from", "earliest", "--rate", "fast"], .usage, "200/s"),
        (["--from", "-2h"], .unavailable, "looks nothing up by time"),
    ])
    func rangesThatAreNone(_ words: [String], _ code: ExitCode, _ text: String) async throws {
        let run = try await CommandRun.of(
            ["replay", "--config", configuration, "--topic", topic, "--processors", "directed"] + words,
            processors: .builtIn.adding(DirectedProcessor.self).adding(CountedOnly.self))
        #expect(run.code == code, "\(run.messages)")
        #expect(run.messages.contains(text), "\(run.messages)")
        #expect(handled.isEmpty)
    }

    @Test func aLetterThatFailsAgainIsOneMoreBesideIt() async throws {
        let failed = try await replay("--from", "earliest", "--processors", "directed", "--name", "first", "--json")
        #expect(failed.code == .success, "\(failed.messages)")
        let letters = topic + ".dead-letter"
        let first = try #require(try broker.kcat(letters).first)
        #expect(first["millrace-group"] == "live.replay.first")
        let again = try await replay(
            "--from", "earliest", "--processors", "directed", "--name", "again", "--json", topic: letters)
        #expect(again.code == .success, "\(again.messages)")
        let result = try #require(try again.objects.first?["thisProcess"] as? [String: Any])
        #expect(result["deadLettered"] as? Int == 1)
        let both = try broker.kcat(letters)
        #expect(both.count == 2, "and it ends: the second is behind its end")
        for name in ["topic", "partition", "offset", "timestamp"].map({ "millrace-origin-\($0)" }) + ["millrace-group"]
        {
            #expect(both.map { $0[name] } == [first[name], first[name]], "\(name)")
        }
        #expect(both.map { $0["millrace-attempts"] } == ["1", "2"])
        #expect(both.map(\.value) == [first.value, first.value])
    }

    @Test func whatIsNotThereIsSaid() async throws {
        let processor = try await replay("--from", "earliest", "--processors", "direct")
        #expect(processor.code == .usage)
        #expect(processor.messages.contains("did you mean 'directed'?"))
        let other = try await replay("--from", "earliest", "--processors", "directed", topic: "elsewhere")
        #expect(other.code == .usage)
        #expect(other.messages.contains(topic))
        let list = try await CommandRun.of(
            ["replay", "list", "--config", configuration],
            processors: .builtIn.adding(DirectedProcessor.self).adding(CountedOnly.self))
        #expect(list.code == .unavailable)
    }

    @Test func theCommandThatGoesOnIsOneForAShell() async throws {
        let output = Gathered()
        var parser = CommandParser(ReplayCommand.self)
        try parser.parse([
            "--topic", "t", "--processors", "a,b", "--type", "x.*", "--key", "it's", "--allow-side-effects", "b",
            "--config", "my file.yaml", "--set", "kafka.sasl.password=hush", "--set", "worker.drain=5s", "--rate",
            "7/s",
            "--from", "earliest",
        ])
        let invocation = Invocation(
            command: "replay", arguments: [], processors: .builtIn, environment: [:], output: output.stream,
            messages: output.stream, inputDescriptor: 0, values: try parser.values(),
            table: CommandTable(program: "my-worker", commands: []))
        #expect(
            invocation.resumingReplay("n")
                == #"my-worker replay --topic t --name n --processors a,b --type 'x.*' --key 'it'\''s' --rate 7/s "#
                + "--allow-side-effects b --config 'my file.yaml' --set 'kafka.sasl.password=…' --set worker.drain=5s")
    }

    @Test func paceAndTimeLeft() {
        var pace = ReplayPace()
        var progress = ReplayProgress()
        progress.total = 1_000
        pace.take(progress, now: 0)
        #expect(pace.secondsLeft == nil)
        #expect(pace.text == "0 of 1,000 offsets (0 %), 0/s, waiting")
        for second: UInt64 in 1...30 {
            progress.settled += 10
            pace.take(progress, now: second * 1_000_000_000)
        }
        #expect(pace.text == "300 of 1,000 offsets (30 %), 10/s, 1m10s left")
        progress.settled = 1_000
        pace.take(progress, now: 31_000_000_000)
        #expect(pace.secondsLeft == 0)
    }
}
