import MillraceEngine
import Synchronization

/// Notes when the last record was settled: the worker says so in its reports.
final class Settled: EngineObserver {
    private let counts = Mutex<[PartitionName: UInt64]>([:])
    private let reached = Mutex<UInt64?>(nil)
    private let goal: UInt64

    init(goal: UInt64) { self.goal = goal }

    var instant: UInt64? { reached.withLock { $0 } }

    func observe(_ fact: EngineFact) {
        guard case .partition(let report) = fact else { return }
        let total = counts.withLock { counts in
            counts[report.name] = report.counts.succeeded + report.counts.deadLettered + report.counts.skipped
            return counts.values.reduce(0, +)
        }
        if total >= goal { reached.withLock { if $0 == nil { $0 = Tally.now() } } }
    }
}
