/// Hears every fact that leaves the engine. Logs, metrics and traces are made from facts alone.
///
/// Called on lane threads and on the control thread, at the same time from several of them: an observer synchronises
/// its own state, returns quickly, and never blocks.
public protocol EngineObserver: Sendable {
    /// Takes one fact. Must not throw, block, or call back into the worker.
    func observe(_ fact: EngineFact)
}
