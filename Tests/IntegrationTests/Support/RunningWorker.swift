import Millrace
import MillraceEngine
import MillraceTesting
import Synchronization

/// A worker in this process, running until it is told to stop.
final class RunningWorker: Sendable {
    let facts = FactRecorder()
    private let health: HealthObserver
    private let counters = MetricsObserver()
    private let lines: LogLines
    private let worker: Worker
    private let task: Task<RunSummary, any Error>

    init(_ configuration: Configuration, until limit: RunLimit = .never) throws {
        let health = HealthObserver(stuckAfter: configuration.stuckAfter)
        let processors = ProcessorRegistry().adding(DirectedProcessor.self).adding(SecondDirectedProcessor.self)
        let lines = LogLines()
        let log = LogObserver(Log { lines.take($0) })
        let worker = try Worker(configuration, processors: processors, observers: [facts, health, counters, log])
        self.lines = lines
        self.worker = worker
        self.health = health
        task = Task { try await worker.run(until: limit) }
    }

    deinit { worker.stop() }

    /// Stops it and waits for its end.
    @discardableResult
    func stop() async throws -> RunSummary {
        worker.stop()
        return try await task.value
    }

    /// Waits until it ends by itself.
    func end() async throws -> RunSummary { try await task.value }

    /// Waits until it has been given so many partitions.
    func waitForAssignment(of count: Int = 1) async throws {
        try await eventually("\(count) partitions are assigned") { assigned.count >= count }
    }

    /// The partitions that it has at the moment.
    var assigned: Set<PartitionName> {
        var names: Set<PartitionName> = []
        for fact in facts.facts {
            switch fact {
            case .assigned(let starts): names.formUnion(starts.map(\.name))
            case .revoked(let lost), .lost(let lost): names.subtract(lost)
            default: break
            }
        }
        return names
    }

    /// Waits until the control thread, which commits, has gone through its loop so often.
    func waitForTurns(_ count: Int) async throws {
        func turns() -> Int { facts.all { if case .turn(.control) = $0 { true } else { nil } }.count }
        let before = turns()
        try await eventually("\(count) turns of the control thread") { turns() >= before + count }
    }

    /// What `/readyz` would say.
    var readiness: (isReady: Bool, text: String) {
        let problems = health.readiness()
        return (problems.isEmpty, problems.map(\.text).joined(separator: "\n"))
    }

    /// What `/livez` would say.
    var liveness: (isLive: Bool, text: String) {
        let problems = health.liveness()
        return (problems.isEmpty, problems.map(\.text).joined(separator: "\n"))
    }

    /// The value of a partition's series in `/metrics`; nil where there is none.
    func series(_ name: String, of partition: PartitionName) -> Int64? {
        value("\(name){topic=\"\(partition.topic)\",partition=\"\(partition.partition)\"}").map { Int64($0) }
    }

    /// The value of a topic's series in `/metrics`; nil where there is none.
    func series(_ name: String, ofTopic topic: String) -> Int64? {
        value("\(name){topic=\"\(topic)\"}").map { Int64($0) }
    }

    /// Whether `/metrics` says that a partition is held for a reason.
    func isHeld(_ partition: PartitionName, _ reason: HoldReason) -> Bool {
        let labels = "topic=\"\(partition.topic)\",partition=\"\(partition.partition)\",reason=\"\(reason.rawValue)\""
        return value("millrace_partition_held{\(labels)}") == 1
    }

    /// How long the oldest record of a partition is unsettled, as `/metrics` says, in seconds.
    func oldestUnsettledAge(of partition: PartitionName) -> Double? {
        let labels = "topic=\"\(partition.topic)\",partition=\"\(partition.partition)\""
        return value("millrace_oldest_unsettled_age_seconds{\(labels)}")
    }

    /// The value of a series, by its name with all labels; nil where there is none.
    private func value(_ series: String) -> Double? {
        let line = metrics.split(separator: "\n").first { $0.hasPrefix(series + " ") }
        return line.flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    /// What it logged at `info` and above.
    var log: [String] { lines.all }

    /// What `/metrics` would say.
    var metrics: String { String(decoding: counters.prometheusText(), as: UTF8.self) }

    /// The reasons of the letters it wrote, in order.
    var letterReasons: [String] {
        facts.all { if case .deadLettered(_, let reason, _, _) = $0 { reason } else { nil } }
    }
}

/// The lines of a log, as text.
private final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    func take(_ entry: LogEntry) {
        var line: [UInt8] = []
        Log.Format.text.append(entry, to: &line)
        let text = String(decoding: line, as: UTF8.self)
        lines.withLock { $0.append(text) }
    }

    var all: [String] { lines.withLock { $0 } }
}
