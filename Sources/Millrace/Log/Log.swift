/// Where the worker and its processors log. Without a sink nothing is formatted.
///
/// The shape of swift-log's `Logger`: level names, message as an autoclosure, metadata. A program that has a logging
/// system of its own gives a sink that hands each entry over. The library itself never logs globally.
///
/// ```swift
/// let log = Log(level: .info, sink: Log.Format.json.sink(to: .standardError))
/// log.info("partition assigned", [.topic: "orders", .partition: .integer(3)])
/// ```
///
/// Neither message nor metadata may hold a secret or an event's payload.
public struct Log: Sendable {
    /// Takes one entry. Called on whatever thread logs, at the same time from several: it synchronises its own state.
    public typealias Sink = @Sendable (LogEntry) -> Void

    /// Entries below this level are dropped before anything of them is made.
    public let level: Level
    /// Added to every entry; an entry's own value of the same key replaces it.
    public let metadata: LogMetadata
    private let sink: Sink?

    /// Logs nothing.
    public init() {
        level = .critical
        metadata = [:]
        sink = nil
    }

    /// Logs to `sink` what has at least the given level, with `metadata` in every entry.
    public init(level: Level = .info, metadata: LogMetadata = [:], sink: @escaping Sink) {
        self.level = level
        self.metadata = metadata
        self.sink = sink
    }

    private init(level: Level, metadata: LogMetadata, optionalSink: Sink?) {
        self.level = level
        self.metadata = metadata
        sink = optionalSink
    }

    /// The same log with more metadata in every entry.
    public func with(_ metadata: LogMetadata) -> Log {
        Log(level: level, metadata: self.metadata.merging(metadata), optionalSink: sink)
    }

    /// The same log with another lowest level.
    public func with(level: Level) -> Log {
        Log(level: level, metadata: metadata, optionalSink: sink)
    }

    /// Whether an entry of this level would reach a sink.
    public func isEnabled(_ level: Level) -> Bool { sink != nil && level >= self.level }

    /// Logs at a level that is known only when it happens. Neither autoclosure runs unless the entry reaches a sink.
    public func log(
        _ level: Level, _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> LogMetadata = [:]
    ) {
        guard let sink, level >= self.level else { return }
        let all = self.metadata.merging(metadata())
        sink(
            LogEntry(millisecondsSinceEpoch: WallClock.milliseconds(), level: level, message: message(), metadata: all))
    }

    /// Logs at `trace`: every step.
    public func trace(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.trace, message(), metadata())
    }

    /// Logs at `debug`: what a developer looks for.
    public func debug(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.debug, message(), metadata())
    }

    /// Logs at `info`: what an operator acts on or looks back at.
    public func info(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.info, message(), metadata())
    }

    /// Logs at `notice`: normal, and worth a look.
    public func notice(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.notice, message(), metadata())
    }

    /// Logs at `warning`: something does not work, and the worker goes on.
    public func warning(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.warning, message(), metadata())
    }

    /// Logs at `error`: something does not work and will not by itself.
    public func error(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.error, message(), metadata())
    }

    /// Logs at `critical`: the worker cannot go on.
    public func critical(_ message: @autoclosure () -> String, _ metadata: @autoclosure () -> LogMetadata = [:]) {
        log(.critical, message(), metadata())
    }
}

extension Log {
    /// How much an entry matters; swift-log's names in swift-log's order.
    public enum Level: String, Sendable, Hashable, CaseIterable, Comparable {
        /// Every step.
        case trace
        /// What a developer looks for.
        case debug
        /// What an operator acts on or looks back at.
        case info
        /// Normal, and worth a look.
        case notice
        /// Something does not work, and the worker goes on.
        case warning
        /// Something does not work and will not by itself.
        case error
        /// The worker cannot go on.
        case critical

        private var rank: Int {
            switch self {
            case .trace: 0
            case .debug: 1
            case .info: 2
            case .notice: 3
            case .warning: 4
            case .error: 5
            case .critical: 6
            }
        }

        /// Compares by how much it matters.
        public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    }
}
