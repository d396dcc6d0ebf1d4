package import MillraceEngine
import Synchronization

/// What the lanes say and control reads: the state of each assignment, and which have ended. Control never waits for a
/// lane to learn what may be committed, so that a blocked lane cannot block a commit.
package final class LaneBoard: Sendable {
    /// What a lane published of one assignment.
    package struct Entry: Sendable {
        package var report: PartitionReport
        package var metadata: CommitMetadata
        /// Nothing of the assignment is at work any more.
        package var hasEnded = false
    }

    private struct State {
        var entries: [PartitionName: Entry] = [:]
        var changed: Set<PartitionName> = []
    }

    private let state = Mutex(State())
    private let changes: WakeDescriptor

    /// `changes` is woken when an assignment ends.
    package init(changes: WakeDescriptor) { self.changes = changes }

    /// Control: an assignment begins.
    package func begin(_ start: PartitionStart) {
        let report = PartitionReport(
            name: start.name, epoch: start.epoch, counts: PartitionCounts(), watermark: start.offset,
            oldestUnsettledSince: nil, held: nil)
        state.withLock { $0.entries[start.name] = Entry(report: report, metadata: CommitMetadata()) }
    }

    /// Lane: publishes what changed in a turn.
    package func publish(_ published: [Entry]) {
        state.withLock { state in
            for entry in published {
                // A late lane has nothing to say of an assignment that is over.
                guard state.entries[entry.report.name]?.report.epoch == entry.report.epoch else { continue }
                state.entries[entry.report.name] = entry
                state.changed.insert(entry.report.name)
            }
        }
        if published.contains(where: \.hasEnded) { changes.wake() }
    }

    /// Control: what was published since the last time.
    package func takeChanged() -> [Entry] {
        state.withLock { state in
            defer { state.changed.removeAll(keepingCapacity: true) }
            return state.changed.compactMap { state.entries[$0] }
        }
    }

    /// Control: the state of some assignments.
    package func entries(_ names: [PartitionName]) -> [Entry] {
        state.withLock { state in names.compactMap { state.entries[$0] } }
    }

    /// The state of every assignment.
    package var all: [Entry] { state.withLock { Array($0.entries.values) } }

    /// Control: forgets assignments that are over.
    package func remove(_ names: [PartitionName]) {
        state.withLock { state in
            for name in names {
                state.entries[name] = nil
                state.changed.remove(name)
            }
        }
    }
}
