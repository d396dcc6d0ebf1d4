/// Which offsets are due to be committed, and when. One commit is in flight at a time; what failed stays due.
package struct CommitSchedule {
    /// An offset to commit.
    package struct Entry: Sendable, Hashable {
        package var name: PartitionName
        package var epoch: UInt32
        package var offset: Int64
        package var metadata: CommitMetadata
    }

    private struct State {
        var epoch: UInt32
        var published: Int64
        var metadata: CommitMetadata
        var committed: Int64
        var committedMetadata: CommitMetadata
        /// Goes with every commit: it is never taken from the group.
        var replay: ReplayMark?

        /// What is to stand beside the published offset. A lane's map may be older than its watermark.
        var due: CommitMetadata {
            var metadata = metadata
            metadata.done = metadata.done?.above(published)
            metadata.replay = replay
            return metadata
        }
    }

    private var states: [PartitionName: State] = [:]
    private var inFlight: [Entry] = []
    private var nextAt: UInt64 = 0
    private let interval: UInt64

    /// `interval`: the longest time between two commits, in nanoseconds.
    package init(interval: UInt64) { self.interval = interval }

    /// Whether a commit is under way.
    package var isBusy: Bool { !inFlight.isEmpty }

    /// An assignment begins; its committed offset is known where it had one. A replay's mark is kept beside every offset.
    package mutating func assigned(
        _ name: PartitionName, epoch: UInt32, start: Int64, committed: Int64?, replay: ReplayMark? = nil
    ) {
        states[name] = State(
            epoch: epoch, published: start, metadata: CommitMetadata(), committed: committed ?? -1,
            committedMetadata: CommitMetadata(replay: replay), replay: replay)
    }

    /// A lane published what may be committed. Older than what was published before, or of another assignment: ignored.
    package mutating func published(
        _ name: PartitionName, epoch: UInt32, watermark: Int64, metadata: CommitMetadata
    ) {
        guard let state = states[name], state.epoch == epoch, watermark >= state.published else { return }
        states[name]?.published = watermark
        states[name]?.metadata = metadata
    }

    /// What to commit now, if it is time and nothing is under way.
    package mutating func takeDue(now: UInt64) -> [Entry] {
        guard inFlight.isEmpty, now >= nextAt else { return [] }
        nextAt = now &+ interval
        inFlight = due(states.keys)
        return inFlight
    }

    /// What to commit of these partitions, at once: for a revocation or a stop.
    package func due(_ names: some Sequence<PartitionName>) -> [Entry] {
        names.compactMap { name in
            guard let state = states[name] else { return nil }
            let metadata = state.due
            if state.published == state.committed, metadata == state.committedMetadata { return nil }
            return Entry(name: name, epoch: state.epoch, offset: state.published, metadata: metadata)
        }
    }

    /// The commit under way ended. Returns what is committed now.
    package mutating func finished(succeeded: Bool) -> [Entry] {
        let entries = inFlight
        inFlight = []
        return succeeded ? confirm(entries) : []
    }

    /// These offsets were committed. Those of assignments that are over are left out of the answer.
    @discardableResult
    package mutating func confirm(_ entries: [Entry]) -> [Entry] {
        entries.filter { entry in
            guard let state = states[entry.name], state.epoch == entry.epoch else { return false }
            states[entry.name]?.committed = entry.offset
            states[entry.name]?.committedMetadata = entry.metadata
            return true
        }
    }

    /// An assignment is over: nothing of it is committed from now on.
    package mutating func ended(_ name: PartitionName) {
        states[name] = nil
    }
}
