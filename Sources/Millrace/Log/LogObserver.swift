public import MillraceEngine
import Synchronization

/// Turns the engine's facts into log lines: what an operator acts on at `info` and above, the rest at `debug`.
public final class LogObserver: EngineObserver {
    private let log: Log
    private let now: @Sendable () -> UInt64
    private let narrator = Mutex(LogNarrator())

    /// Logs to `log`. Without a sink every fact costs one comparison.
    public convenience init(_ log: Log) {
        self.init(log, now: MonotonicClock.nanoseconds)
    }

    /// Takes its time, in nanoseconds, from `now`.
    package init(_ log: Log, now: @escaping @Sendable () -> UInt64) {
        self.log = log
        self.now = now
    }

    /// Logs what the fact gives to log.
    public func observe(_ fact: EngineFact) {
        guard log.isEnabled(.critical) else { return }
        let debug = log.isEnabled(.debug)
        switch fact {
        // Many a second, and nothing to say of them above `debug`.
        case .partition, .committed, .skipped, .duplicate, .tolerated, .lag, .memory: if !debug { return }
        default: break
        }
        let now = now()
        let lines = narrator.withLock { $0.lines(for: fact, now: now, debug: debug) }
        for line in lines { log.log(line.level, line.message, line.metadata) }
    }
}
