import MillraceEngine

/// What the oracle knows of one assignment of a partition.
struct AssignmentRecord {
    /// A record that it was given and that is not settled.
    struct Live {
        var key: UInt32?
        var content: UInt128
        var bytes: Int
        /// Routes that have not finished, that are in a handler, that wait for a letter: a bit each.
        var open: UInt64 = 0
        var running: UInt64 = 0
        var lettering: UInt64 = 0
        /// Failed attempts, those of earlier owners included, but for what leaves one more.
        var failures: [UInt8: Int] = [:]
        /// The same as the next owner has to know it.
        var counted: [UInt8: Int] = [:]
        /// When a processor wants to be asked again, at the earliest.
        var notBefore: [UInt8: UInt64] = [:]
        var isDeadLettered = false
        /// Some route did not pass it over.
        var isHandled = false
        /// Nothing has looked into it yet: where a culprit is looked for, its coordinates are committed first.
        var isHeld = false
        /// Given back: nothing of it counts any more.
        var isReleased = false
    }

    let member: Int
    let lane: Int
    let partition: Int
    let start: Int64
    /// What stood beside the start.
    let found: CommitText
    /// Failed attempts that were committed before.
    var inherited: [AttemptKey: Int] { found.counts }
    /// The end of the log when it began.
    let end: Int64
    /// Records above the watermark that this assignment or an earlier one has finished, as far as that was committed.
    var done: Set<Int64> = []
    /// Its beginning was committed, or that was tried.
    var isAnnounced = false
    /// Its records are tried one at a time.
    var isSearched = false
    /// The record that it tries, as it was sent to be committed.
    var probe: Int64?
    var counts = PartitionCounts()
    var position: Int64
    var records: [Int64: Live] = [:]
    /// Its member gives it back in order.
    var isGivenBack = false
    /// Its lane takes nothing in any more.
    var isReleasing = false
    /// Its lane has ended it.
    var isOver = false
    /// Control has ended it.
    var isFenced = false
    /// What its lane published last, and what of that control has taken.
    var published: Snapshot?
    var taken: Snapshot?
    var lastCommit: Int64

    init(member: Int, lane: Int, partition: Int, start: Int64, end: Int64, found: CommitText) {
        self.member = member
        self.lane = lane
        self.partition = partition
        self.start = start
        self.end = end
        self.found = found
        position = start
        lastCommit = start
    }

    /// The first offset that is not settled.
    var watermark: Int64 {
        records.keys.min() ?? found.done.last { $0.contains(position) }?.upperBound ?? position
    }

    /// What may be committed before its lane says anything.
    var beginning: Snapshot {
        Snapshot(watermark: start, counts: inherited, done: done)
    }

    /// What may be committed, and what the next owner has to know.
    var snapshot: Snapshot {
        let watermark = watermark
        return Snapshot(watermark: watermark, counts: unfinishedCounts, done: done.filter { $0 > watermark })
    }

    /// Failures of unfinished work.
    private var unfinishedCounts: [AttemptKey: Int] {
        let watermark = watermark
        var found = inherited.filter { $0.key.offset >= position }
        for (offset, record) in records {
            for (route, count) in record.counted where offset >= watermark {
                found[AttemptKey(offset: offset, route: route)] = count
            }
        }
        return found
    }
}
