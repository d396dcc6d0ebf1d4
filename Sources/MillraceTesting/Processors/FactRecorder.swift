package import MillraceEngine
import Synchronization

/// Keeps every fact that leaves an engine.
package final class FactRecorder: EngineObserver {
    private let recorded = Mutex<[(fact: EngineFact, instant: ContinuousClock.Instant)]>([])

    /// Nothing yet.
    package init() {}

    package func observe(_ fact: EngineFact) { recorded.withLock { $0.append((fact, .now)) } }

    /// All facts so far, in the order in which they were told.
    package var facts: [EngineFact] { recorded.withLock { $0.map(\.fact) } }

    /// When the first fact was told of which `condition` holds; nil before there is one.
    package func instant(of condition: (EngineFact) -> Bool) -> ContinuousClock.Instant? {
        recorded.withLock { $0.first { condition($0.fact) }?.instant }
    }

    /// What `body` makes of each fact, where it makes something.
    package func all<Value>(_ body: (EngineFact) -> Value?) -> [Value] { facts.compactMap(body) }

    /// The last report of a partition; nil before there is one.
    package func report(of name: PartitionName) -> PartitionReport? {
        all { if case .partition(let report) = $0, report.name == name { report } else { nil } }.last
    }
}
