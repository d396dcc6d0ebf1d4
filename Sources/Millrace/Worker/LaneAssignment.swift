package import MillraceEngine
package import MillraceKafka

/// A partition that is given to a lane.
package struct LaneAssignment: Sendable {
    package var name: PartitionName
    package var epoch: UInt32
    package var start: Int64
    /// The offset behind the last one to be taken in, in a replay; nil: there is no end.
    package var end: Int64?
    /// What the last owner left beside the committed offset.
    package var metadata: CommitMetadata
    package var source: SourceContext
    package var reader: PartitionReader
    /// Looks for the record that takes the process down; nil: there is no reason to.
    package var search: CrashSearch?
    /// What to do when the start is not in the log; called on the lane's thread.
    package var offsetMissing: @Sendable (PartitionName, Int64) -> Void
}

/// A partition that a lane reads.
struct LaneReading {
    let assignment: LaneAssignment
    let slot: Int32
    /// Its queue may have something: queues tell when they stop being empty, not when they still hold more.
    var isMarked = true
    /// The mean size of its records, in bytes, for reading about as much at once whatever their size.
    var meanBytes = 1_024
    var isReleasing = false
    var search: CrashSearch?
    /// Nothing is left to try; what comes waits until that is committed.
    var isSearchEnding = false
    /// The record that waits until its coordinates are committed, before anything looks into it.
    var probed: Int32?
    /// Where that record is withheld: what was committed of it, and until when, in the clock's nanoseconds.
    var withheld: (probe: CrashProbe, until: UInt64)?
    /// Everything before the assignment's end was seen.
    var isFinished: Bool

    init(assignment: LaneAssignment, slot: Int32) {
        self.assignment = assignment
        self.slot = slot
        search = assignment.search
        isFinished = assignment.end.map { assignment.start >= $0 } ?? false
    }

    /// How many records are about half a MiB.
    var batchSize: Int { max(1, min(RecordBatch.capacity, 524_288 / max(1, meanBytes))) }
}
