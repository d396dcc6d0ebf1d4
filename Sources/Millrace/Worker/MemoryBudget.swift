import Synchronization

/// The worker's bytes for unsettled records, divided over its lanes in large steps.
package final class MemoryBudget: Sendable {
    /// Lanes borrow in steps of this size.
    package static let step = 1 << 20
    /// Bytes in all.
    package let total: Int
    private let granted: Mutex<[Int]>

    package init(total: Int, lanes: Int) {
        self.total = total
        granted = Mutex(Array(repeating: 0, count: lanes))
    }

    /// How much a lane may use, given what it uses now: some steps ahead of it while there are any left.
    package func allowance(lane: Int, used: Int) -> Int {
        granted.withLock { granted in
            let wanted = (used / Self.step + 4) * Self.step
            let others = granted.reduce(0, +) - granted[lane]
            granted[lane] = max(0, min(wanted, total - others))
            return granted[lane]
        }
    }

    /// Bytes granted to all lanes.
    package var inUse: Int { granted.withLock { $0.reduce(0, +) } }
}
