package import MillraceEngine

/// What makes a worker a replay: it reads each partition's part and stops behind the last one, hands over what was
/// selected, at a rate. The parts are those that the job's group keeps.
package struct ReplayPlan: Sendable {
    /// The parts by partition, as they were read from the group before the worker starts.
    package var marks: [PartitionName: ReplayMark]
    /// What of them is handed over.
    package var selection: ReplaySelection
    /// Events handed over a second by this process, at most; nil: as fast as it goes.
    package var rate: Int?

    package init(marks: [PartitionName: ReplayMark], selection: ReplaySelection, rate: Int? = nil) {
        self.marks = marks
        self.selection = selection
        self.rate = rate
    }
}
