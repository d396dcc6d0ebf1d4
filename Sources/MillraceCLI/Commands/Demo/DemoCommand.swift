import Millrace
import MillraceKafka

/// `millrace demo`.
struct DemoCommand: Command {
    static let name = "demo"
    static let summary = "Shows two workers sharing a topic of good and broken events, and accounts for every one."
    static let details = """
        Starts the embedded broker, lets two workers join one group, and sends them
        task events as Qlik Cloud documents them and as CloudEvents wants them, a
        tenth of them broken in known ways. At the end it compares what became of
        each record with what had to become of it: exit 0 if they agree, else 70.
        Then it runs what you would type next, and shows it: the inventory of tasks, the
        dead letters by cause, a replay into a second processor.

        With --kafka it uses a cluster of yours instead, and two topics there whose
        names begin with millrace-demo-; they are left for you to look at.
        """

    static let events = Flag.value(
        "events", letter: "n", "N", .integer(in: 1...100_000), default: 4_000, "How many records.")
    static let logLevel = Flag.optional(
        "log-level", "LEVEL", .choice(Log.Level.self), "Log what the workers do on stderr.")
    static let progress = Flag.toggle("progress", "Show progress on stderr without a terminal too.")
    static let json = Flag.toggle("json", "Print the summary as one JSON object, and nothing after it.")
    static let flags: [any FlagDefinition] = [
        events, ConfigurationFlags.kafka, ConfigurationFlags.file, ConfigurationFlags.set, logLevel, progress, json,
    ]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let progress = ProgressLine(invocation.messages, isForced: invocation[progress])
        let cluster = try makeCluster(invocation)
        defer { cluster.stop() }
        let folder = try DemoFolder(environment: invocation.environment)
        defer { folder.remove() }
        let run = DemoRun(
            cluster: cluster, database: folder.database, count: invocation[events], progress: progress,
            log: log(for: invocation))
        let summary: DemoSummary
        do { summary = try await run.run() } catch {
            progress.clear()
            if let error = error as? WorkerError { throw CommandError(error) }
            throw error
        }
        if invocation[json] {
            try summary.json.withUnsafeBytes { try invocation.output.write($0) }
        } else {
            try invocation.output.write(summary.text)
        }
        guard summary.differences.isEmpty else { return .internal }
        if invocation[json] { return .success }
        return try await DemoTour(invocation: invocation, cluster: cluster, folder: folder).run()
    }

    private static func log(for invocation: Invocation) -> Log {
        guard let level = invocation[logLevel] else { return Log() }
        return Log(level: level, sink: Log.Format.text.sink(to: .standardError))
    }

    private static func makeCluster(_ invocation: Invocation) throws -> DemoCluster {
        let isNamed = invocation[ConfigurationFlags.kafka] != nil || invocation[ConfigurationFlags.file] != nil
        guard isNamed else { return try .embedded() }
        return try .external(try invocation.kafkaProperties(), timeout: .seconds(10))
    }
}
