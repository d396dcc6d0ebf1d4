import Millrace
import MillraceEngine
import MillraceKafka

/// `millrace replay`.
struct ReplayCommand: Command {
    static let name = "replay"
    static let summary = "Hands a part of a topic to processors again."
    static let details = """
        Start and end are looked up once, cut to what the log holds, and kept in a consumer
        group of the replay's own, GROUP.replay.NAME; the live workers' offsets are never
        touched. The same name goes on where it stopped, also from several processes at once,
        and any Kafka tool shows how far it is. A time past the last record is nothing to do.

        Only events that are asked for reach the processors; everything else of the range is
        counted and passed over. Order, retries and dead letters are those of the live worker.
        A processor that reaches outside refuses unless --allow-side-effects names it.

        Of a dead-letter topic the events are handed over again as those of its source; the
        letters stay where they are, and one that fails again is one more letter beside them.

        Progress goes to stderr: a line on a terminal, JSON lines elsewhere. SIGINT or SIGTERM
        stops it with the command that goes on, and exit code 75. The port of worker.admin is
        the live worker's: health and metrics answer only where --admin says.
        """
    static let flags: [any FlagDefinition] = ReplayFlags.all

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let live = try invocation.configuration()
        let name = invocation[ReplayFlags.name] ?? "\(Self.stamp())"
        let job = ReplayJob(of: live.group, name: name)
        let setup: ReplaySetup
        do {
            setup = try ReplaySetup(invocation.replayRequest, of: live, processors: invocation.processors, job: job)
        } catch {
            throw CommandError.usage("\(error)")
        }
        try checkOrder(invocation[ReplayFlags.from], invocation[ReplayFlags.to])
        let report = ReplayReport(name: name, messages: invocation.messages)
        let preparation = ReplayPreparation(invocation, setup: setup, job: job, report: report)
        guard let prepared = try preparation.prepare() else { return .success }
        let run = ReplayRun(invocation, setup: setup, job: job, report: report)
        if invocation[ReplayFlags.dryRun] { return try run.dry(prepared) }
        return try await run.work(try preparation.made(prepared))
    }

    /// A name for a replay that was given none: the moment, so that names sort by age.
    private static func stamp() -> String {
        WallClock.text(milliseconds: WallClock.milliseconds()).filter { $0 != ":" && $0 != "-" && $0 != "." }
            + String(UInt16.random(in: 0 ... .max), radix: 36)
    }

    /// What is wrong with the bounds whatever the log holds.
    private static func checkOrder(_ from: ReplayBound?, _ to: ReplayBound) throws(CommandError) {
        let isReversed =
            switch (from, to) {
            case (.offset(let from), .offset(let to)): from > to
            case (.time(let from), .time(let to)): from > to
            default: false
            }
        guard isReversed, let from else { return }
        throw .usage(
            "the range is reversed: --from \(ReplayBoundText.write(from)) comes after --to \(ReplayBoundText.write(to))"
        )
    }
}
