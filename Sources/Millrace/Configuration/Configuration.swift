public import CloudEvents

/// Everything that a worker is told. `millrace run` reads it from a file; a program may make it by hand.
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
    /// Threads that read and process, each with partitions of its own; nil: one less than the processors, at least one.
    public var lanes: Int?
    /// The longest time between two commits of a partition that moved.
    public var commitInterval: Duration = .seconds(1)
    /// After this time in one handler a record is reported as stuck; after three times as long liveness fails.
    public var stuckAfter: Duration = .seconds(60)
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
    /// Which processors get which types. At most 64.
    public var routes: [RouteConfiguration] = []

    /// An empty configuration, to be filled.
    public init() {}
}

/// One topic to consume.
public struct SourceConfiguration: Sendable {
    /// The topic's name.
    public var topic: String
    /// What is tolerated in its events.
    public var profile: Profile = .qlik
    /// Where to start when the group has no committed offset.
    public var start: StartPolicy = .earliest
    /// What to do when the committed offset is no longer in the log.
    public var onMissingOffset: MissingOffsetPolicy = .fail
    /// Fixes how records are read; nil: as each record's headers say.
    public var contentMode: ContentMode?
    /// The topic is a dead-letter or redrive topic of Millrace: its letters keep their origin. Must be said
    /// explicitly where a source is also a dead-letter topic.
    public var isDeadLetterTopic = false

    /// A source with the defaults.
    public init(topic: String) { self.topic = topic }
}

/// Where a partition starts that has no committed offset.
public enum StartPolicy: String, Sendable, CaseIterable {
    /// At the first record of the log.
    case earliest
    /// At the end of the log as of the assignment.
    case latest
}

/// What to do when a committed offset is no longer in the log.
public enum MissingOffsetPolicy: String, Sendable, CaseIterable {
    /// Stop: an operator decides.
    case fail
    /// Go on at the first record of the log; the skipped range is logged and counted.
    case earliest
    /// Go on at the end of the log; the skipped range is logged and counted.
    case latest
}

/// Where letters go.
public struct DeadLetterConfiguration: Sendable {
    /// The dead-letter topic's name; `{topic}` stands for the source's.
    public var topic = "{topic}.dead-letter"
    /// Topics whose letters keep their origin when consumed, beside those of sources marked so.
    public var redriveTopics: [String] = []

    /// The defaults.
    public init() {}

    /// The dead-letter topic of a source.
    package func topic(for source: String) -> String {

        return topic.replacing("{topic}", with: source)
    }
}

/// What becomes of an event that no route takes.
public enum UnroutedPolicy: String, Sendable, CaseIterable {
    /// It is dead-lettered as `noRoute`.
    case deadLetter
    /// It is passed over and counted.
    case skip
}

/// A processor with the types that it gets and the rules under which it gets them.
public struct RouteConfiguration: Sendable {
    /// The processor's name.
    public var processor: String
    /// The types; nil: the processor's own.
    public var types: [TypePattern]?
    /// Which records wait for one another.
    public var order: RouteOrder = .key
    /// Records in flight at most, over all lanes of the worker.
    public var concurrency = 64
    /// Cancels a handler after this time; nil: never. The key stays blocked until the handler returned.
    public var timeout: Duration?
    /// How often and how fast an attempt is repeated.
    public var retry = RetryConfiguration()
    /// The processor's options by name.
    public var options = OptionValues()

    /// A route with the defaults.
    public init(processor: String) { self.processor = processor }
}

/// Which records of a route wait for one another.
public enum RouteOrder: String, Sendable, CaseIterable {
    /// Records of one key of one partition. A record without a key waits for none.
    case key
    /// All records of one partition.
    case partition
    /// None.
    case unordered
}

/// How often and how fast an attempt is repeated.
public struct RetryConfiguration: Sendable {
    /// Attempts in all, 1 or more.
    public var attempts = 5
    /// The upper bound of the first delay; each further bound doubles.
    public var minimumBackoff: Duration = .milliseconds(100)
    /// The upper bound of every delay.
    public var maximumBackoff: Duration = .seconds(30)

    /// The defaults.
    public init() {}
}
