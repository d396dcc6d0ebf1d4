/// The records of one assignment of one partition, from receipt to settlement.
///
/// The watermark is the first unsettled offset: the only thing that may be committed. Offsets are only those really
/// seen, so that gaps (compaction, control records, aborted transactions) need no special care.
package struct OffsetLedger: ~Copyable {
    private struct Entry {
        var offset: Int64
        var receivedAt: UInt64
        var isSettled: Bool
    }

    /// How a record left the ledger.
    package enum Settlement { case succeeded, deadLettered, skipped }

    private var entries: UnsafeMutablePointer<Entry>
    private var mask: UInt64
    private var head: UInt64 = 0
    private var tail: UInt64 = 0

    /// The next offset that may be received.
    package private(set) var position: Int64
    /// The identity's terms.
    package private(set) var counts = PartitionCounts()

    /// A ledger that starts reading at `start`.
    package init(start: Int64) {
        let capacity = 1024
        entries = .allocate(capacity: capacity)
        mask = UInt64(capacity - 1)
        position = start
    }

    deinit { entries.deallocate() }

    /// The first unsettled offset; where nothing is unsettled, the next one to be received.
    package var watermark: Int64 {
        head == tail ? position : entries[Int(truncatingIfNeeded: head & mask)].offset
    }

    /// When the oldest unsettled record was received; nil when nothing is unsettled.
    package var oldestUnsettledSince: UInt64? {
        head == tail ? nil : entries[Int(truncatingIfNeeded: head & mask)].receivedAt
    }

    /// Takes a record in. Returns the sequence number under which it is settled, or nil where the offset lies below the
    /// position: it was received before.
    package mutating func received(_ offset: Int64, at now: UInt64) -> UInt64? {
        guard offset >= position else { return nil }
        if tail &- head > mask { grow() }
        let sequence = tail
        entries[Int(truncatingIfNeeded: sequence & mask)] = Entry(offset: offset, receivedAt: now, isSettled: false)
        tail &+= 1
        position = offset &+ 1
        counts.received &+= 1
        counts.inFlight &+= 1
        return sequence
    }

    /// Everything below `offset` was seen or does not exist: closes the gap at the end of a log.
    package mutating func reachedEnd(_ offset: Int64) {
        if offset > position { position = offset }
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
