import Millrace
import MillraceAdmin
import MillraceEngine

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `millrace run`.
struct RunCommand: Command {
    static let name = "run"
    static let summary = "Runs the worker."
    static let details = """
        Reads the sources of the configuration, gives each event to the processors of its
        routes, and writes what fails to the dead-letter topic. Runs until SIGTERM or
        SIGINT; then it finishes what is in flight, as long as worker.drain allows, commits
        and leaves the group. A second signal ends it at once: nothing is lost by that, but
        unfinished records are done again by the next worker.

        Logs go to stderr. With --json the last thing on stdout is one object: the terms
        received, succeeded, deadLettered, skipped and released of each partition.
        """
    static let untilEnd = Flag.toggle(
        "until-end", "Stop once everything is settled that was in the topics at the start.")
    static let maxEvents = Flag.optional(
        "max-events", "N", .integer(in: 1...), "Stop once at least N records are settled.")
    static let createTopics = Flag.toggle("create-topics", "Create missing dead-letter topics, with retention.ms=-1.")
    static let json = Flag.toggle("json", "Log JSON lines, and print the summary as JSON.")
    static let logLevel = Flag.value(
        "log-level", "LEVEL", .choice(Log.Level.self), default: .info, "The least level that is logged.")
    static let flags: [any FlagDefinition] =
        ConfigurationFlags.all + [untilEnd, maxEvents, createTopics, logLevel, json]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let configuration = try invocation.configuration()
        guard !(invocation[untilEnd] && invocation[maxEvents] != nil) else {
            throw CommandError.usage("--until-end and --max-events do not go together")
        }
        let format: Log.Format = invocation[json] ? .json : .text
        let log = Log(level: invocation[logLevel], sink: format.sink(to: .standardError))
        let metrics = MetricsObserver()
        let health = HealthObserver(stuckAfter: configuration.stuckAfter)
        let server = try adminServer(configuration, health: health, metrics: metrics, log: log)
        defer { server?.stop() }
        let worker = try makeWorker(configuration, invocation, [metrics, health, LogObserver(log)], log)
        let limit: RunLimit =
            invocation[untilEnd] ? .end : invocation[maxEvents].map { .events($0) } ?? .never
        let summary = try await withStopSignals(worker, log) {
            do {
                return try await worker.run(until: limit, createsTopics: invocation[createTopics])
            } catch let error as WorkerError {
                throw CommandError(error)
            } catch let error as ProcessingError {
                throw CommandError(.unavailable, "a processor could not be made: \(error)")
            }
        }
        try write(summary, invocation)
        return .success
    }

    static func adminServer(
        _ configuration: Configuration, health: HealthObserver, metrics: MetricsObserver, log: Log
    ) throws -> AdminServer? {
        guard let address = configuration.admin else { return nil }
        do throws(AdminError) {
            return try AdminServer(AdminAddress(address), health: health, metrics: metrics, log: log)
        } catch {
            throw CommandError(.unavailable, "worker.admin: \(error)")
        }
    }

    private static func makeWorker(
        _ configuration: Configuration, _ invocation: Invocation, _ observers: [any EngineObserver], _ log: Log
    ) throws -> Worker {
        do {
            return try Worker(configuration, processors: invocation.processors, observers: observers, log: log)
        } catch let error as WorkerError {
            throw CommandError(error)
        }
    }

    /// The first signal stops the worker, the second ends the process.
    static func withStopSignals(
        _ worker: Worker, _ log: Log, _ body: () async throws -> RunSummary
    ) async throws -> RunSummary {
        let signals = StopSignals()
        let watching = Task {
            guard let first = await signals.next() else { return }
            log.info("stopping", ["signal": "\(first)"])
            worker.stop()
            guard let second = await signals.next() else { return }
            // At once, as asked for: no flush, no farewell. The next worker repeats what was unfinished.
            _exit(128 + second)
        }
        defer { watching.cancel() }
        return try await body()
    }

    private static func write(_ summary: RunSummary, _ invocation: Invocation) throws {
        let partitions = summary.partitions.sorted {
            ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition)
        }
        if invocation[json] {
            var writer = JSONWriter()
            writer.beginObject()
            writer.name("partitions")
            writer.beginArray()
            for (name, counts) in partitions {
                writer.beginObject()
                writer.member("topic", name.topic)
                writer.name("partition")
                writer.integer(Int64(name.partition))
                write(counts, to: &writer)
                writer.endObject()
            }
            writer.endArray()
            writer.name("total")
            writer.beginObject()
            write(summary.total, to: &writer)
            writer.endObject()
            writer.endObject()
            try invocation.output.writeLine(String(decoding: writer.bytes, as: UTF8.self))
        } else {
            let total = summary.total
            invocation.report(
                "received \(total.received) = succeeded \(total.succeeded) + dead-lettered \(total.deadLettered) "
                    + "+ skipped \(total.skipped) + released \(total.released)")
        }
    }

    private static func write(_ counts: PartitionCounts, to writer: inout JSONWriter) {
        let terms: [(String, UInt64)] = [
            ("received", counts.received), ("succeeded", counts.succeeded), ("deadLettered", counts.deadLettered),
            ("skipped", counts.skipped), ("released", counts.released), ("inFlight", counts.inFlight),
        ]
        for (name, count) in terms {
            writer.name(of: name)
            writer.integer(Int64(clamping: count))
        }
        writer.name("balances")
        writer.bool(counts.balances)
    }
}

extension CommandError {
    /// What a worker's error means for the process.
    init(_ error: WorkerError) {
        let code: ExitCode =
            switch error.code {
            case .configuration: .configuration
            case .unavailable: .unavailable
            case .notPermitted: .notPermitted
            case .offsetMissing: .badData
            case .internal: .internal
            }
        self.init(code, error.message)
    }
}
