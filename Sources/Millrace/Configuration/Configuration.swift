package import MillraceKafka

/// Everything that a worker is told. `millrace run` reads it from a file; a program may make it by hand.
///
/// Either way the same tables judge it: ``faults(processors:)`` says everything that is wrong with it.
public struct Configuration: Sendable {
    /// librdkafka's properties, passed through. `bootstrap.servers` is required.
    public var kafka: [String: String] = [:]
    /// The consumer group. Required.
    public var group = ""
    /// Where health and metrics answer, `HOST:PORT`; nil: nowhere.
    public var admin: String?
    /// Bytes over prefetch, queues, in flight and retries together. At least 16 MiB.
    public var memory = 256 << 20
    /// How long a stop or a revocation waits for what is in flight.
    public var drain: Duration = .seconds(10)
    /// Threads that read and process, each with partitions of its own; nil: as many as processors.
    public var lanes: Int?
    /// The longest time between two commits of a partition that moved.
    public var commitInterval: Duration = .seconds(1)
    /// After this time in one handler a record is reported as stuck; after three times as long liveness fails.
    public var stuckAfter: Duration = .seconds(60)
    /// Starts that ended without a clean stop and without progress until a partition's records are tried one at a time, and
    /// crashes of a record's own until it is dead-lettered as `crashedProcess`; 0: never. At most 100.
    public var maximumCrashes = 3
    /// The largest record value that is taken, in bytes; larger ones are dead-lettered as `tooLarge`.
    public var maximumEventBytes = 16 << 20
    /// How long to wait for a broker at the start before giving up.
    public var connectTimeout: Duration = .seconds(30)
    /// The topics to consume. At least one.
    public var sources: [SourceConfiguration] = []
    /// Where letters go.
    public var deadLetter = DeadLetterConfiguration()
    /// What becomes of an event that no route takes.
    public var unrouted: UnroutedPolicy = .deadLetter
    /// Which processors get which types. At most 63.
    public var routes: [RouteConfiguration] = []
    /// Records the requests that the worker's clients send; for tests.
    package var requestLog: RequestLog?

    /// An empty configuration, to be filled.
    public init() {}
}

/// What becomes of an event that no route takes.
public enum UnroutedPolicy: String, Sendable, CaseIterable {
    /// It is dead-lettered as `noRoute`.
    case deadLetter
    /// It is passed over and counted.
    case skip
}
