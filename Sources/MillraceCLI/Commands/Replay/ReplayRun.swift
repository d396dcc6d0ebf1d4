import Millrace
import MillraceAdmin
import MillraceEngine
import MillraceKafka

/// Does a replay, or says what it would do.
struct ReplayRun {
    private let invocation: Invocation
    private let setup: ReplaySetup
    private let job: ReplayJob
    private let report: ReplayReport

    init(_ invocation: Invocation, setup: ReplaySetup, job: ReplayJob, report: ReplayReport) {
        self.invocation = invocation
        self.setup = setup
        self.job = job
        self.report = report
    }

    /// Works until everything is settled, whichever process settled it, or until told to stop.
    func work(_ prepared: ReplayPreparation.Prepared) async throws -> ExitCode {
        if setup.isOfLetters {
            report.note("'\(setup.request.topic)' holds dead letters: they stay there, also those that succeed now")
        }
        var configuration = setup.configuration
        configuration.admin = invocation[ConfigurationFlags.admin]
        let log = makeLog()
        let metrics = MetricsObserver()
        let health = HealthObserver(stuckAfter: configuration.stuckAfter)
        let skips = SkipTally()
        let server = try RunCommand.adminServer(configuration, health: health, metrics: metrics, log: log)
        defer { server?.stop() }
        let plan = ReplayPlan(
            marks: prepared.parts.marks, selection: setup.selection, rate: invocation[ReplayFlags.rate])
        let worker: Worker
        do {
            worker = try Worker(
                configuration, processors: invocation.processors,
                observers: [metrics, health, skips, LogObserver(log)], log: log, clock: SystemClock(),
                replay: plan)
        } catch let error as WorkerError {
            throw CommandError(error)
        }
        let watching = watch(worker, metrics)
        defer { watching.cancel() }
        let summary: RunSummary
        do {
            summary = try await RunCommand.withStopSignals(worker, log) {
                try await worker.run(until: .end, createsTopics: invocation[ReplayFlags.createTopics])
            }
        } catch let error as WorkerError {
            let failure = CommandError(error)
            throw CommandError(failure.code, failure.message, hint: "Go on with: \(resumption)")
        } catch let error as ProcessingError {
            throw CommandError(.unavailable, "a processor could not be made: \(error)")
        }
        watching.cancel()
        report.clear()
        return try end(summary, skips)
    }

    private var resumption: String { invocation.resumingReplay(job.name) }

    /// What the group says decides how it ended: others may work on it too, and the last commit may have failed.
    private func end(_ summary: RunSummary, _ skips: SkipTally) throws -> ExitCode {
        let status: ReplayStatus?
        do {
            let admin = try KafkaAdmin(setup.configuration.adminProperties)
            defer { admin.destroy() }
            let names = summary.partitions.keys.map { TopicPartition(topic: $0.topic, partition: $0.partition) }
            status = try ReplayStore(admin, timeoutMilliseconds: 10_000).find(job, among: names)
        } catch {
            throw CommandError(error, "how far the replay is cannot be read; go on with: \(resumption)")
        }
        let progress = status?.progress ?? ReplayProgress()
        let isComplete = status != nil && progress.isComplete
        if invocation[ReplayFlags.json] {
            try invocation.output.writeLine(
                ReplayText.result(job, progress, summary.total, skips.byReason, isComplete: isComplete))
        } else {
            let total = summary.total
            let reasons = skips.byReason.map { "\($0.reason) \(Int($0.count).grouped)" }.joined(separator: ", ")
            report.note(
                (isComplete ? "complete" : "stopped at \(progress.settled) of \(progress.total) offsets")
                    + "; this process: succeeded \(total.succeeded), dead-lettered \(total.deadLettered), passed over "
                    + "\(total.skipped)" + (reasons.isEmpty ? "" : " (\(reasons))"))
        }
        if isComplete { return .success }
        report.note("go on with: \(resumption)")
        return .resumable
    }

    private func makeLog() -> Log {
        let isText = invocation.messages.isTerminal && !invocation[ReplayFlags.json]
        let format: Log.Format = isText ? .text : .json
        let sink = format.sink(to: .standardError)
        return Log(level: invocation[ReplayFlags.logLevel]) { [report] entry in
            report.clear()
            sink(entry)
        }
    }

    private func watch(_ worker: Worker, _ metrics: MetricsObserver) -> Task<Void, Never> {
        let interval: Duration = report.messages.isTerminal ? .milliseconds(200) : .seconds(1)
        return Task { [report] in
            var pace = ReplayPace()
            while !Task.isCancelled {
                if let progress = worker.replayProgress {
                    pace.take(progress, now: MonotonicClock.nanoseconds())
                    var counts = PartitionCounts()
                    for partition in metrics.partitions() { counts.add(partition.totals) }
                    report.show(pace, counts)
                }
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Reads the range and says what would be done.
    func dry(_ prepared: ReplayPreparation.Prepared) throws -> ExitCode {
        var census = ReplayCensus(setup)
        let parts = prepared.parts.map { (name: $0.name, start: max($0.committed, $0.mark.start), end: $0.mark.end) }
        let offsets = parts.reduce(0) { $0 + max(0, $1.end - $1.start) }
        let line = ProgressLine(invocation.messages)
        let counts: ReplayCensus.Counts
        do {
            counts = try census.count(
                parts,
                properties: KafkaProperties(setup.configuration.kafka)
            ) { read in
                line.show("\(read.grouped) records read of \(Int(offsets).grouped) offsets")
                return true
            }
        } catch let error as KafkaError {
            throw CommandError(error, "'\(setup.request.topic)' cannot be read")
        }
        line.clear()
        let answer = ReplayDryRun(
            job: job, setup: setup, parts: parts, counts: counts, rate: invocation[ReplayFlags.rate])
        if invocation[ReplayFlags.json] {
            try invocation.output.writeLine(answer.json)
        } else {
            for text in answer.lines { try invocation.output.writeLine(text) }
        }
        return .success
    }
}
