package import MillraceEngine

/// Which circuits are open on which lanes, and whether any partition waits for them. One for which none does is no trouble
/// of this worker: its partitions went elsewhere.
package struct OpenCircuits: Sendable {
    /// One of them.
    package struct Entry: Sendable {
        /// The last failure, in words.
        package var cause: String
        /// When it opened first, in the engine's nanoseconds.
        package var since: UInt64
        fileprivate var lanes: Set<Int>
    }

    /// By the processor's name.
    package private(set) var entries: [String: Entry] = [:]
    /// Partitions that wait for some circuit.
    private var held: Set<PartitionName> = []

    package init() {}

    /// Those for which partitions of this worker wait.
    package var waiting: [String: Entry] { held.isEmpty ? [:] : entries }

    /// On how many lanes the processor's is open.
    package func lanes(of processor: String) -> Int { entries[processor]?.lanes.count ?? 0 }

    package mutating func take(_ fact: EngineFact, now: UInt64) {
        switch fact {
        case .circuitOpened(let processor, let record, let lane, let failed, let attempts, let cause):
            let text = "\(failed) of \(attempts) attempts failed, the last with: \(cause)"
            var entry = entries[processor] ?? Entry(cause: text, since: now, lanes: [])
            entry.cause = text
            entry.lanes.insert(lane)
            entries[processor] = entry
            held.insert(PartitionName(topic: record.topic, partition: record.partition))
        case .circuitClosed(let processor, let lane):
            entries[processor]?.lanes.remove(lane)
            if entries[processor]?.lanes.isEmpty == true { entries[processor] = nil }
            if entries.isEmpty { held = [] }
        case .partition(let report):
            // Nearly always: none is open.
            if entries.isEmpty { return }
            if report.held == .circuit { held.insert(report.name) } else { held.remove(report.name) }
        case .revoked(let names), .lost(let names): held.subtract(names)
        default: break
        }
    }
}
