package import MillraceEngine

/// Which processors say that they cannot work, and since when.
///
/// A processor may answer for one partition and stay away for another. So it counts as available again when it answered
/// and none of the partitions for which it was away waits any more, by reports that came after they were told.
package struct UnavailableProcessors: Sendable {
    /// One of them.
    package struct Entry: Sendable {
        /// Why, in its latest words.
        package var cause: String
        /// When it was first away, in the engine's nanoseconds.
        package var since: UInt64
        /// The partitions for which it was away, and whether each may still wait.
        fileprivate var waits: [PartitionName: Bool] = [:]
        fileprivate var hasAnswered = false

        fileprivate var isOver: Bool { waits.isEmpty || hasAnswered && !waits.values.contains(true) }
    }

    /// By name.
    package private(set) var entries: [String: Entry] = [:]

    package init() {}

    package mutating func take(_ fact: EngineFact, now: UInt64) {
        switch fact {
        case .partition(let report):
            // Nearly always: nothing is away.
            if entries.isEmpty { return }
            for (processor, entry) in entries where entry.waits[report.name] != nil {
                entries[processor]?.waits[report.name] = report.held == .unavailable
            }
        case .unavailable(let processor, let record, let cause):
            var entry = entries[processor] ?? Entry(cause: cause, since: now)
            entry.cause = cause
            entry.hasAnswered = false
            entry.waits[PartitionName(topic: record.topic, partition: record.partition)] = true
            entries[processor] = entry
        case .available(let processor): entries[processor]?.hasAnswered = true
        case .revoked(let names), .lost(let names):
            for processor in entries.keys {
                for name in names { entries[processor]?.waits[name] = nil }
            }
        default: return
        }
        for (processor, entry) in entries where entry.isOver { entries[processor] = nil }
    }
}
