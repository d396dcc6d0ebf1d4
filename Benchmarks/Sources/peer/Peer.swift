import CloudEvents
import Foundation
import Millrace
import MillraceCLI
import MillraceEngine
import QlikTasks
import Synchronization

// Takes part in the shared workload with a worker as a user would make one: nothing is set but what the contract sets.
//
//   peer --brokers B --topic T --group G --count N --mode noop|typed|dlq [--dlq TOPIC]

/// What the handlers count, and when the first of them was called.
enum Tally {
    static let created = Atomic<Int>(0)
    static let updated = Atomic<Int>(0)
    static let deleted = Atomic<Int>(0)
    static let first = Atomic<UInt64>(0)
    /// Bytes of the names of all tasks, and how many tasks are enabled, in mode `typed`.
    static let names = Atomic<Int>(0)
    static let enabled = Atomic<Int>(0)
    static let isTyped = CommandLine.arguments.contains("typed")

    static func count(_ counter: borrowing Atomic<Int>) {
        counter.add(1, ordering: .relaxed)
        if first.load(ordering: .relaxed) == 0 { first.store(now(), ordering: .relaxed) }
    }

    /// Reads the data with every member of it, where the mode wants it.
    static func read<E: TaskEvent>(_ type: E.Type, _ delivery: Delivery) throws {
        guard isTyped else { return }
        let task = try delivery.data(as: type).task
        names.add(task.name.utf8.count, ordering: .relaxed)
        enabled.add(task.enabled == true ? 1 : 0, ordering: .relaxed)
    }

    static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
}

struct Created: Processor {
    static let name = "created"
    static let types: [TypePattern] = ["com.qlik.scheduling.task.created"]
    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws {
        try Tally.read(TaskCreated.self, delivery)
        Tally.count(Tally.created)
    }
}

struct Updated: Processor {
    static let name = "updated"
    static let types: [TypePattern] = ["com.qlik.scheduling.task.updated"]
    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws {
        try Tally.read(TaskUpdated.self, delivery)
        Tally.count(Tally.updated)
    }
}

struct Deleted: Processor {
    static let name = "deleted"
    static let types: [TypePattern] = ["com.qlik.scheduling.task.deleted"]
    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws {
        try Tally.read(TaskDeleted.self, delivery)
        Tally.count(Tally.deleted)
    }
}

/// Notes when the last record was settled: the worker says so in its reports.
final class Settled: EngineObserver {
    private let counts = Mutex<[PartitionName: UInt64]>([:])
    private let reached = Mutex<UInt64?>(nil)
    private let goal: UInt64

    init(goal: UInt64) { self.goal = goal }

    var instant: UInt64? { reached.withLock { $0 } }

    func observe(_ fact: EngineFact) {
        guard case .partition(let report) = fact else { return }
        let total = counts.withLock { counts in
            counts[report.name] = report.counts.succeeded + report.counts.deadLettered + report.counts.skipped
            return counts.values.reduce(0, +)
        }
        if total >= goal { reached.withLock { if $0 == nil { $0 = Tally.now() } } }
    }
}

@main struct Peer {
    static func main() async throws {
        MillraceCommand.tuneAllocator()
        let started = Tally.now()
        let options = arguments()
        let count = Int(options["--count"] ?? "") ?? 0

        var configuration = Configuration()
        configuration.group = options["--group"] ?? "peer"
        configuration.kafka = [
            "bootstrap.servers": options["--brokers"] ?? "127.0.0.1:9092", "fetch.wait.max.ms": "100",
        ]
        var source = SourceConfiguration(topic: options["--topic"] ?? "")
        source.profile = .strict
        configuration.sources = [source]
        configuration.routes = [Created.name, Updated.name, Deleted.name].map { RouteConfiguration(processor: $0) }
        if let letters = options["--dlq"] { configuration.deadLetter.topic = letters }

        let registry = ProcessorRegistry().adding(Created.self).adding(Updated.self).adding(Deleted.self)
        let settled = Settled(goal: UInt64(count))
        let worker = try Worker(configuration, processors: registry, observers: [settled])
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
        let line: [String: Any] = [
            "peer": "millrace", "version": MillraceVersion.current, "mode": options["--mode"] ?? "noop",
            "events": Int(summary.total.succeeded + summary.total.deadLettered), "counts": counts,
            "sum": Tally.names.load(ordering: .relaxed), "enabled": Tally.enabled.load(ordering: .relaxed),
            "seconds": elapsed(Tally.first.load(ordering: .relaxed), settled.instant ?? end),
            "total_seconds": elapsed(started, end), "cpu_seconds": cpu, "max_rss_kb": usage.ru_maxrss,
        ]
        print(String(decoding: try JSONSerialization.data(withJSONObject: line, options: .sortedKeys), as: UTF8.self))
    }

    private static func arguments() -> [String: String] {
        let words = Array(CommandLine.arguments.dropFirst())
        let pairs = stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }
        return Dictionary(pairs) { $1 }
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    private static func elapsed(_ from: UInt64, _ to: UInt64) -> Double { Double(to - min(from, to)) / 1e9 }
}
