import CloudEvents
import Foundation
import Millrace
import MillraceCLI
import MillraceEngine
import Synchronization

// Takes part in the shared workload with a worker as a user would make one: nothing is set but what the contract sets,
// and everything listens that listens in `millrace run`.
//
//   peer --brokers B --topic T --group G --count N [--dlq TOPIC] [--concurrency C]
//        --mode noop|noop-fixed|typed|typed-strings|slow|slow-task|dlq|latency

@main struct Peer {
    static func main() async throws {
        MillraceCommand.tuneAllocator()
        let started = Tally.now()
        let options = arguments()
        guard let mode = Mode.current, let count = options["--count"].flatMap({ Int($0) }) else {
            let modes = Mode.allCases.map(\.rawValue).joined(separator: ", ")
            FileHandle.standardError.write(Data("peer: --count and --mode are needed; modes: \(modes)\n".utf8))
            exit(64)
        }
        let configuration = configuration(mode, options)
        let settled = Settled(goal: UInt64(count))
        if mode == .latency { Latencies.reserve(count) }
        let log = Log(sink: Log.Format.text.sink(to: .standardError))
        let worker = try Worker(
            configuration, processors: processors(mode),
            observers: [
                settled, MetricsObserver(), HealthObserver(stuckAfter: configuration.stuckAfter), LogObserver(log),
            ],
            log: log)
        let summary = try await worker.run(until: .events(count), createsTopics: true)

        var usage = rusage()
        // RUSAGE_SELF, which is 0 everywhere and of another type on each system.
        getrusage(.init(0), &usage)
        let cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        let end = Tally.now()
        let counts = [
            "created": Tally.created.load(ordering: .relaxed), "updated": Tally.updated.load(ordering: .relaxed),
            "deleted": Tally.deleted.load(ordering: .relaxed), "deadLettered": Int(summary.total.deadLettered),
        ]
        var line: [String: Any] = [
            "peer": "millrace", "version": MillraceVersion.current, "mode": mode.rawValue,
            "events": Int(summary.total.succeeded + summary.total.deadLettered), "counts": counts,
            "sum": Tally.names.load(ordering: .relaxed), "enabled": Tally.enabled.load(ordering: .relaxed),
            "seconds": elapsed(Tally.first.load(ordering: .relaxed), settled.instant ?? end),
            "total_seconds": elapsed(started, end), "cpu_seconds": cpu, "max_rss_kb": usage.ru_maxrss,
        ]
        if mode == .latency { line["latency_us"] = Latencies.summary() }
        print(String(decoding: try JSONSerialization.data(withJSONObject: line, options: .sortedKeys), as: UTF8.self))
    }

    private static func configuration(_ mode: Mode, _ options: [String: String]) -> Configuration {
        var configuration = Configuration()
        configuration.group = options["--group"] ?? "peer"
        configuration.kafka = [
            "bootstrap.servers": options["--brokers"] ?? "127.0.0.1:9092",
            "fetch.wait.max.ms": mode == .latency ? "10" : "100",
        ]
        var source = SourceConfiguration(topic: options["--topic"] ?? "")
        source.profile = .strict
        if mode == .noopFixed { source.contentMode = .structured }
        if mode == .latency { source.start = .latest }
        configuration.sources = [source]
        let names = mode.isSlow ? [Slow.name] : [Created.name, Updated.name, Deleted.name]
        configuration.routes = names.map { name in
            var route = RouteConfiguration(processor: name)
            if mode.isSlow, let concurrency = options["--concurrency"].flatMap({ Int($0) }) {
                route.concurrency = concurrency
            }
            return route
        }
        if let letters = options["--dlq"] { configuration.deadLetter.topic = letters }
        return configuration
    }

    private static func processors(_ mode: Mode) -> ProcessorRegistry {
        mode.isSlow
            ? ProcessorRegistry().adding(Slow.self)
            : ProcessorRegistry().adding(Created.self).adding(Updated.self).adding(Deleted.self)
    }

    private static func arguments() -> [String: String] {
        let words = Array(CommandLine.arguments.dropFirst())
        let pairs = stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }
        return Dictionary(pairs) { $1 }
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    private static func elapsed(_ from: UInt64, _ to: UInt64) -> Double { Double(to - min(from, to)) / 1e9 }
}
