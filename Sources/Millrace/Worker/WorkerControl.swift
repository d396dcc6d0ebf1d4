import MillraceEngine
import MillraceKafka
import Synchronization

/// The control thread: serves the group, commits, watches the lanes. It never touches a record.
///
/// Everything without a lock is touched by the control thread only; the rebalance delegate runs on it.
final class WorkerControl: @unchecked Sendable {
    struct Owned {
        var lane: Int
        var epoch: UInt32
        var reader: PartitionReader
        var source: SourceContext
        /// Its part of a replay.
        var mark: ReplayMark?
    }

    let configuration: Configuration
    let routes: [RouteContext]
    let routeNames: RouteNames
    let observer: (any EngineObserver)?
    let clock: any EngineClock
    let log: Log
    let limit: RunLimit
    let createsTopics: Bool
    /// What makes this worker a replay; nil: it is live.
    let replay: ReplayPlan?
    /// How far the replay is, for whoever asks.
    let replayEnds: EndWatch?
    /// Woken by lanes when an assignment ends, and by `stop`.
    let changes: WakeDescriptor
    let board: LaneBoard
    let stopRequested = Atomic<Bool>(false)
    /// What somebody else than control found wrong: the worker stops with it.
    let failure = Mutex<WorkerError?>(nil)
    /// Starts that were not in the log, found by lanes.
    let missingOffsets = Mutex<[(name: PartitionName, offset: Int64)]>([])
    /// What lanes say that look for a culprit, not yet heard.
    let crashMessages = Mutex<[Lane.CrashMessage]>([])

    var consumer: KafkaConsumer?
    var lanes: [Lane] = []
    var laneThreads: [WorkerThread] = []
    var blocking: [Int: BlockingRoute] = [:]
    var sources: [String: SourceContext] = [:]
    var schedule: CommitSchedule
    var owned: [PartitionName: Owned] = [:]
    var placement = LanePlacement(laneCount: 1)
    var summary = RunSummary()
    var ends: EndWatch?
    var isDraining = false
    /// Which record is tried next where a culprit is looked for.
    var probes = ProbeTurns()
    /// Handlers that were reported because their lane does not come back from them, by lane.
    var stuckLanes: [Int: StuckHandler] = [:]
    var lag: LagWatch?
    /// Keeps an older librdkafka fetching; nil where it does that by itself.
    var fetching: WorkerThread?

    init(
        configuration: Configuration, routes: [RouteContext], observer: (any EngineObserver)?,
        clock: any EngineClock, log: Log, limit: RunLimit, createsTopics: Bool, replay: ReplayPlan? = nil
    ) throws(WorkerError) {
        self.configuration = configuration
        self.routes = routes
        routeNames = RouteNames(routes.map { ($0.processor, $0.patterns.map(\.text)) })
        self.observer = observer
        self.clock = clock
        self.log = log
        self.limit = limit
        self.createsTopics = createsTopics
        self.replay = replay
        replayEnds = replay.map { EndWatch(marks: $0.marks) }
        changes = try WakeDescriptor()
        board = LaneBoard(changes: changes)
        schedule = CommitSchedule(interval: configuration.commitInterval.nanoseconds)
        for source in configuration.sources { sources[source.topic] = SourceContext(source, in: configuration) }
    }

    /// Runs on a thread of its own until stopped.
    func run() async throws -> RunSummary {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<RunSummary, any Error>) in
            do throws(WorkerError) {
                _ = try WorkerThread(name: "mr-control") { [self] in
                    do throws(WorkerError) {
                        continuation.resume(returning: try work())
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// From any thread.
    func stop() {
        stopRequested.store(true, ordering: .releasing)
        changes.wake()
    }

    /// From any thread: the worker stops with this error, unless it has one already.
    func fail(_ error: WorkerError) {
        failure.withLock { if $0 == nil { $0 = error } }
        stop()
    }

    var isStopRequested: Bool { stopRequested.load(ordering: .acquiring) }

    private func work() throws(WorkerError) -> RunSummary {
        observer?.observe(.phase(.joining))
        do throws(WorkerError) {
            try start()
            loop()
        } catch {
            fail(error)
        }
        finish()
        observer?.observe(.phase(.stopped))
        if let error = failure.withLock({ $0 }) { throw error }
        return summary
    }

    func note(_ error: KafkaError) {
        observer?.observe(
            .broker(level: error.isRetriable ? .warning : .error, name: error.name, message: error.message))
    }
}

extension WorkerError {
    /// What a client's error means for the worker.
    init(_ error: KafkaError, _ what: String) {
        switch error.kind {
        case .authentication, .authorization: self.init(.notPermitted, "\(what): \(error)")
        case .certificate: self.init(.configuration, "\(what): \(error); \(KafkaError.certificateAdvice)")
        case .configuration: self.init(.configuration, "\(what): \(error)")
        case .unavailable: self.init(.unavailable, "\(what): \(error)")
        case .other: self.init(.unavailable, "\(what): \(error)")
        }
    }
}

extension TopicPartition {
    init(_ name: PartitionName) { self.init(topic: name.topic, partition: name.partition) }
}

extension PartitionName {
    init(_ partition: TopicPartition) { self.init(topic: partition.topic, partition: partition.partition) }
}
