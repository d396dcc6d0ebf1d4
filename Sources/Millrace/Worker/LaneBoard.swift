package import MillraceEngine
import Synchronization

/// What the lanes say and control reads: the state of each assignment, and which have ended. Control never waits for a
/// lane to learn what may be committed, so that a blocked lane cannot block a commit.
package final class LaneBoard: Sendable {
    package typealias Entry = ReportBoard.Entry

    private let board = Mutex(ReportBoard())
    private let changes: WakeDescriptor

    /// `changes` is woken when an assignment ends.
    package init(changes: WakeDescriptor) { self.changes = changes }

    /// Control: an assignment begins; `found` is what stood beside its start.
    package func begin(_ start: PartitionStart, found: CommitMetadata = CommitMetadata()) {
        board.withLock { $0.begin(start, found: found) }
    }

    /// Lane: publishes what changed in a turn.
    package func publish(_ published: [Entry]) {
        board.withLock { $0.publish(published) }
        if published.contains(where: \.hasEnded) { changes.wake() }
    }

    /// Control: what was published since the last time.
    package func takeChanged() -> [Entry] { board.withLock { $0.takeChanged() } }

    /// Control: the state of some assignments.
    package func entries(_ names: [PartitionName]) -> [Entry] { board.withLock { $0.entries(names) } }

    /// The state of every assignment.
    package var all: [Entry] { board.withLock { $0.all } }

    /// Control: forgets assignments that are over.
    package func remove(_ names: [PartitionName]) { board.withLock { $0.remove(names) } }
}
