package import MillraceEngine

/// A processor with the types that it gets and the rules under which it gets them.
public struct RouteConfiguration: Sendable {
    /// The processor's name.
    public var processor: String
    /// The types; nil: the processor's own.
    public var types: [TypePattern]?
    /// Which records wait for one another.
    public var order: RouteOrder = .key
    /// Records in flight at most, over all lanes of the worker.
    public var concurrency = 256
    /// Cancels a handler after this time; nil: never. The key stays blocked until the handler returned. A processor that
    /// blocks cannot be cancelled: a timeout for it is a fault.
    public var timeout: Duration?
    /// How often and how fast an attempt is repeated.
    public var retry = RetryConfiguration()
    /// Passes over what the route succeeded with before; nil: it does not, and a second delivery is handled again.
    public var deduplicate: DeduplicationConfiguration?
    /// Stops attempts while nearly all of them fail; nil: it does not, and each event has its own attempts and its letter.
    public var circuitBreaker: CircuitBreakerConfiguration?
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
    /// Attempts in all, 1 to 65,535.
    public var attempts = 5
    /// The upper bound of the first delay; each further bound doubles.
    public var minimumBackoff: Duration = .milliseconds(100)
    /// The upper bound of every delay.
    public var maximumBackoff: Duration = .seconds(30)

    /// The defaults.
    public init() {}

    /// Both bounds as the file writes them: `100ms..30s`. Read as it stands even where a program set them the wrong
    /// way round, so that the table can say so.
    package var backoff: DurationPair {
        get { DurationPair(minimum: minimumBackoff, maximum: maximumBackoff) }
        set { (minimumBackoff, maximumBackoff) = (newValue.minimum, newValue.maximum) }
    }
}

/// How far a route looks back for events that it succeeded with: those of the same source, id, type and data are passed
/// over as `duplicate`. Only successes in this process and in the same partition are known.
public struct DeduplicationConfiguration: Sendable {
    /// Time since the success at most, 1 second to 7 days.
    public var window: Duration = .seconds(600)
    /// Events of each partition at most, 1 to 1,000,000; each takes up to 150 bytes, beside the worker's memory budget.
    public var count = 10_000

    /// The defaults.
    public init() {}

    package var bounds: DuplicateWindow.Bounds { DuplicateWindow.Bounds(count: count, time: window.nanoseconds) }
}

/// Two durations, the smaller first where they come from a file.
package struct DurationPair: Sendable, Hashable {
    package var minimum: Duration
    package var maximum: Duration
}
