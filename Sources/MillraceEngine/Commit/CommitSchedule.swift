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
        var start: Int64
        var published: Int64
        var metadata: CommitMetadata
        var committed: Int64
        var committedMetadata: CommitMetadata
        /// What stood beside the offset at the assignment. A replay's mark goes with every commit: it is never taken from
        /// the group.
        var found: CommitMetadata
        /// This assignment is counted until it gets on or ends in order.
        var countsStarts: Bool
        /// The record that is being tried alone.
        var probe: CrashProbe?

        /// What is to stand beside the published offset. A lane's map may be older than its watermark. `isLast`: the
        /// partition is given back in order, and this owner does not count.
        func due(isLast: Bool) -> CommitMetadata {
            var metadata = metadata
            metadata.done = metadata.done?.above(published)
            metadata.replay = found.replay
            if published > start || !countsStarts {
                metadata.starts = 0
            } else {
                metadata.starts = isLast ? found.starts : found.starts &+ (found.starts == .max ? 0 : 1)
            }
            metadata.probe = isLast ? found.probe : probe
            if let probe = metadata.probe, probe.offset < published || !countsStarts { metadata.probe = nil }
            return metadata
        }
    }

    private var states: [PartitionName: State] = [:]
    private var inFlight: [Entry] = []
    private var nextAt: UInt64 = 0
    private var hurriedUntil: UInt64 = 0
    private let interval: UInt64
    /// 20 milliseconds.
    private static let hurriedInterval: UInt64 = 20_000_000

    /// `interval`: the longest time between two commits, in nanoseconds.
    package init(interval: UInt64) { self.interval = interval }

    /// Whether a commit is under way.
    package var isBusy: Bool { !inFlight.isEmpty }

    /// An assignment begins; its committed offset is known where it had one, and what stood beside it. `countsStarts`: the
    /// assignment itself is due to be committed, so that whoever comes after a crash knows of it.
    package mutating func assigned(
        _ name: PartitionName, epoch: UInt32, start: Int64, committed: Int64?,
        found: CommitMetadata = CommitMetadata(), countsStarts: Bool = false
    ) {
        states[name] = State(
            epoch: epoch, start: start, published: start,
            metadata: CommitMetadata(attempts: found.attempts, done: found.done), committed: committed ?? -1,
            committedMetadata: found, found: found, countsStarts: countsStarts, probe: found.probe)
    }

    /// A record is about to be given to handlers alone: it is due to be committed until it is settled.
    package mutating func probe(_ name: PartitionName, epoch: UInt32, _ probe: CrashProbe) {
        guard states[name]?.epoch == epoch else { return }
        states[name]?.probe = probe
    }

    /// Commits more often until then: after a crash, so that the next one finds the committed offset near the culprit.
    package mutating func hurry(until time: UInt64) {
        hurriedUntil = max(hurriedUntil, time)
        nextAt = 0
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
        nextAt = now &+ (now < hurriedUntil ? min(interval, Self.hurriedInterval) : interval)
        inFlight = due(states.keys)
        // Until the answer comes nobody knows what the group has, and after a failure neither.
        for entry in inFlight { states[entry.name]?.committed = -1 }
        return inFlight
    }

    /// What to commit of these partitions, at once. `isLast`: they are given back in order, in a revocation or at a stop.
    package func due(_ names: some Sequence<PartitionName>, isLast: Bool = false) -> [Entry] {
        names.compactMap { name in
            guard let state = states[name] else { return nil }
            let metadata = state.due(isLast: isLast)
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

    /// A commit of these offsets was refused, or its answer did not come. The broker may have taken it all the same: they
    /// stay due, whatever was committed before.
    package mutating func failed(_ entries: [Entry]) {
        for entry in entries where states[entry.name]?.epoch == entry.epoch { states[entry.name]?.committed = -1 }
    }

    /// An assignment is over: nothing of it is committed from now on.
    package mutating func ended(_ name: PartitionName) {
        states[name] = nil
    }
}
