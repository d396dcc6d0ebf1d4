public import CloudEvents

/// What every kind of processor states about itself.
public protocol ProcessorDefinition: Sendable {
    /// The options that a route's `options:` may set. `NoOptions` unless declared.
    associatedtype Options: ProcessorOptions = NoOptions

    /// The name under which routes and letters refer to it: lower-case words joined by `-`.
    static var name: String { get }
    /// One sentence for `millrace processors`.
    static var summary: String { get }
    /// The types that it gets where a route names none.
    static var types: [TypePattern] { get }
    /// Where its handler runs. `.lane` unless declared.
    static var execution: Execution { get }
    /// What a replay may do with it. `.allowed` unless declared.
    static var replay: ReplayPolicy { get }
    /// What this processor would read from the event, as JSON, or the error that it would meet. Nil where it says
    /// nothing. Called without an instance, by `millrace explain`.
    static func explain(_ event: CloudEvent) -> Explanation?

    /// Makes the processor once a worker. Throws to keep the worker from starting.
    init(_ options: Options, _ context: ProcessorContext) async throws
    /// Called once when the worker stops, after the last delivery. Does nothing unless declared.
    func close() async
}

extension ProcessorDefinition {
    /// No summary.
    public static var summary: String { "" }
    /// On the lane.
    public static var execution: Execution { .lane }
    /// Replays are harmless.
    public static var replay: ReplayPolicy { .allowed }
    /// Says nothing.
    public static func explain(_ event: CloudEvent) -> Explanation? { nil }
    /// Nothing to close.
    public func close() async {}
}

/// Handles one event at a time.
///
/// Called by all lanes at once: state that is shared between calls is synchronised by the processor. Returning is
/// success. An `EventDataError` is a rejection with its own code, a ``ProcessingError`` says what it is, any other error
/// is retried until the route's attempts are spent.
public protocol Processor: ProcessorDefinition {
    /// Handles one delivery. May suspend: the lane goes on with other keys meanwhile.
    nonisolated(nonsending) func process(_ delivery: Delivery) async throws
}

/// Handles several events at a time, with an outcome for each.
public protocol BatchProcessor: ProcessorDefinition {
    /// Handles a batch. What is left untouched succeeded; a plain error thrown for a batch of several reruns them one
    /// by one, so that one bad record never takes its neighbours.
    nonisolated(nonsending) func process(_ batch: inout DeliveryBatch) async throws
}

/// Where a handler runs.
public struct Execution: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case lane, blocking }
    package let kind: Kind

    /// On the lane's own thread; must not block it.
    public static let lane = Execution(kind: .lane)
    /// On a thread of the processor's own, one batch at a time: for file and database writes.
    ///
    /// Nothing can cancel what does not suspend, so that a route to it may have no `timeout`: the processor itself has to
    /// limit what it waits for. One that takes too long is reported as stuck.
    public static let blocking = Execution(kind: .blocking)
}

/// What a replay may do with a processor.
public struct ReplayPolicy: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable { case allowed, suppressed, refused }
    package let kind: Kind

    /// Replayed events are handed over like live ones.
    public static let allowed = ReplayPolicy(kind: .allowed)
    /// Replayed events are counted and not handed over.
    public static let suppressed = ReplayPolicy(kind: .suppressed)
    /// A replay that names it does not start, unless it is allowed by name.
    public static let refused = ReplayPolicy(kind: .refused)
}

/// What a processor would read from an event.
public enum Explanation: Sendable {
    /// The typed data, as JSON text, and the tolerances that reading it used.
    case typed(json: String, tolerated: [String])
    /// The error that the typed decoding would meet.
    case fault(EventDataError)
}
