import MillraceEngine
import Synchronization

/// Keeps every fact but the frequent ones.
final class FactLog: EngineObserver {
    private let kept = Mutex<[EngineFact]>([])

    func observe(_ fact: EngineFact) {
        switch fact {
        case .turn, .memory, .lag: break
        default: kept.withLock { $0.append(fact) }
        }
    }

    var facts: [EngineFact] { kept.withLock { $0 } }

    func contains(_ isWanted: (EngineFact) -> Bool) -> Bool { facts.contains(where: isWanted) }

    func count(_ isWanted: (EngineFact) -> Bool) -> Int { facts.count(where: isWanted) }

    /// The last report of a partition.
    func report(_ partition: Int32 = 0) -> PartitionReport? {
        for case .partition(let report) in facts.reversed() where report.name.partition == partition { return report }
        return nil
    }

    /// Records in flight in a partition, as of the last report.
    func settled(_ partition: Int32 = 0) -> UInt64 {
        guard let counts = report(partition)?.counts else { return 0 }
        return counts.succeeded + counts.deadLettered + counts.skipped
    }
}
