public import Millrace
public import MillraceEngine

extension Worker {
    /// A worker whose time is that of a clock that a test moves.
    ///
    /// - Throws: `WorkerError` with every fault of the configuration, one a line.
    public convenience init(
        _ configuration: Configuration, processors: ProcessorRegistry, observers: [any EngineObserver] = [],
        log: Log = Log(), clock: ManualClock
    ) throws {
        try self.init(
            configuration, processors: processors, observers: observers, log: log,
            clock: clock as any EngineClock, replay: nil)
    }
}
