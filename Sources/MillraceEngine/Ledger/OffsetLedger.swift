/// The records of one assignment of one partition, from receipt to settlement.
///
/// The watermark is the first unsettled offset: the only thing that may be committed. Offsets are only those really
/// seen, so that gaps (compaction, control records, aborted transactions) need no special care.
package struct OffsetLedger: ~Copyable {
    struct Entry {
        var offset: Int64
        var receivedAt: UInt64
        var isSettled: Bool
    }

    /// How a record left the ledger.
    package enum Settlement { case succeeded, deadLettered, skipped }

    private(set) var entries: UnsafeMutablePointer<Entry>
    private(set) var mask: UInt64
    private(set) var head: UInt64 = 0
    private(set) var tail: UInt64 = 0
    /// What an earlier assignment had finished above the start, and is not passed yet.
    private(set) var inherited: ArraySlice<Range<Int64>>

    /// The next offset that may be received.
    package private(set) var position: Int64
    /// The identity's terms.
    package private(set) var counts = PartitionCounts()

    /// A ledger that starts reading at `start` and passes over what is done already.
    package init(start: Int64, done: OffsetMap? = nil) {
        let capacity = 1024
        entries = .allocate(capacity: capacity)
        mask = UInt64(capacity - 1)
        position = start
        inherited = done?.runs[...] ?? []
    }

    deinit { entries.deallocate() }

    /// The first unsettled offset; where nothing is unsettled, the next one to be received.
    package var watermark: Int64 {
        if head != tail { return entries[Int(truncatingIfNeeded: head & mask)].offset }
        return inherited.isEmpty ? position : firstNotInherited
    }

    /// Records between the watermark and the position, settled ones included.
    package var span: Int { Int(truncatingIfNeeded: tail &- head) }

    /// When the oldest unsettled record was received; nil when nothing is unsettled.
    package var oldestUnsettledSince: UInt64? {
        head == tail ? nil : entries[Int(truncatingIfNeeded: head & mask)].receivedAt
    }

    /// Takes a record in. Returns the sequence number under which it is settled, or nil where the offset lies below the
    /// position: it was received before; or where an earlier assignment had finished it.
    package mutating func received(_ offset: Int64, at now: UInt64) -> UInt64? {
        guard offset >= position else { return nil }
        if !inherited.isEmpty, passOver(offset) { return nil }
        let sequence = append(Entry(offset: offset, receivedAt: now, isSettled: false))
        counts.received &+= 1
        counts.inFlight &+= 1
        return sequence
    }

    private mutating func append(_ entry: Entry) -> UInt64 {
        if tail &- head > mask { grow() }
        let sequence = tail
        entries[Int(truncatingIfNeeded: sequence & mask)] = entry
        tail &+= 1
        position = entry.offset &+ 1
        return sequence
    }

    /// Whether an earlier assignment had finished a record: then it is passed.
    private mutating func passOver(_ offset: Int64) -> Bool {
        dropInherited(below: offset)
        guard inherited.first?.contains(offset) == true else { return false }
        counts.alreadyDone &+= 1
        // Behind what is unfinished it is remembered as settled: the next map names it.
        if head == tail {
            position = offset &+ 1
        } else {
            _ = append(Entry(offset: offset, receivedAt: 0, isSettled: true))
        }
        dropInherited(below: position)
        return true
    }

    private mutating func dropInherited(below offset: Int64) {
        while let run = inherited.first, run.upperBound <= offset { inherited.removeFirst() }
    }

    /// The first offset from the position on that no earlier assignment had finished.
    private var firstNotInherited: Int64 {
        inherited.first { $0.contains(position) }?.upperBound ?? position
    }

    /// Everything below `offset` was seen or does not exist: closes the gap at the end of a log.
    package mutating func reachedEnd(_ offset: Int64) {
        if offset > position { position = offset }
        if !inherited.isEmpty { dropInherited(below: position) }
    }

    /// A record is finished. Each sequence number is settled once: a second time is a defect of the caller.
    package mutating func settled(_ sequence: UInt64, as settlement: Settlement) {
        precondition(sequence >= head && sequence < tail, "a record was settled twice")
        let index = Int(truncatingIfNeeded: sequence & mask)
        precondition(!entries[index].isSettled, "a record was settled twice")
        entries[index].isSettled = true
        counts.inFlight &-= 1
        switch settlement {
        case .succeeded: counts.succeeded &+= 1
        case .deadLettered: counts.deadLettered &+= 1
        case .skipped: counts.skipped &+= 1
        }
        while head != tail, entries[Int(truncatingIfNeeded: head & mask)].isSettled { head &+= 1 }
    }

    /// Gives everything unfinished back: the assignment is over. Nothing is settled afterwards.
    package mutating func releaseAll() {
        counts.released &+= counts.inFlight
        counts.inFlight = 0
    }

    private mutating func grow() {
        let capacity = Int(mask + 1)
        let larger = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
        let largerMask = UInt64(capacity * 2 - 1)
        var sequence = head
        while sequence != tail {
            larger[Int(truncatingIfNeeded: sequence & largerMask)] = entries[Int(truncatingIfNeeded: sequence & mask)]
            sequence &+= 1
        }
        entries.deallocate()
        entries = larger
        mask = largerMask
    }
}
