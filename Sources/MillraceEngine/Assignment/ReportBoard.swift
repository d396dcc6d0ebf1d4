/// What lanes published of the assignments that a worker has, and which have ended: all that a control thread reads of
/// them. An assignment is there from ``begin(_:)`` to ``remove(_:)``; whoever is late is not heard.
package struct ReportBoard: Sendable {
    /// What a lane published of one assignment.
    package struct Entry: Sendable {
        package var report: PartitionReport
        package var metadata: CommitMetadata
        /// Nothing of the assignment is at work any more.
        package var hasEnded: Bool

        package init(report: PartitionReport, metadata: CommitMetadata, hasEnded: Bool = false) {
            self.report = report
            self.metadata = metadata
            self.hasEnded = hasEnded
        }
    }

    private var states: [PartitionName: Entry] = [:]
    private var changed: Set<PartitionName> = []

    package init() {}

    /// An assignment begins; `found` is what stood beside its start. Until its lane says something, attempts and what is
    /// done are as the last owner left them: they are committed again if it never does.
    package mutating func begin(_ start: PartitionStart, found: CommitMetadata = CommitMetadata()) {
        let report = PartitionReport(
            name: start.name, epoch: start.epoch, counts: PartitionCounts(), watermark: start.offset,
            oldestUnsettledSince: nil, held: nil)
        states[start.name] = Entry(
            report: report, metadata: CommitMetadata(attempts: found.attempts, done: found.done))
    }

    /// A lane publishes what changed in a turn.
    package mutating func publish(_ published: [Entry]) {
        for entry in published {
            // A late lane has nothing to say of an assignment that is over.
            guard states[entry.report.name]?.report.epoch == entry.report.epoch else { continue }
            states[entry.report.name] = entry
            changed.insert(entry.report.name)
        }
    }

    /// What was published since the last time.
    package mutating func takeChanged() -> [Entry] {
        defer { changed.removeAll(keepingCapacity: true) }
        return changed.compactMap { states[$0] }
    }

    /// The state of some assignments.
    package func entries(_ names: [PartitionName]) -> [Entry] { names.compactMap { states[$0] } }

    /// The state of every assignment.
    package var all: [Entry] { Array(states.values) }

    /// Forgets assignments that are over.
    package mutating func remove(_ names: [PartitionName]) {
        for name in names {
            states[name] = nil
            changed.remove(name)
        }
    }
}
