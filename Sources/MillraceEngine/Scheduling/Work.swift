/// A record as the engine sees it: coordinates, epoch and size, no bytes.
package struct Ticket: BitwiseCopyable {
    /// The lane's number for the partition.
    package var slot: Int32
    /// The assignment that it was received in; nothing takes an offset without it.
    package var epoch: UInt32
    package var offset: Int64
    /// Where the ledger of that assignment keeps it.
    package var sequence: UInt64
    package var keyHash: UInt32
    package var hasKey: Bool
    /// What it is charged with.
    package var bytes: Int32
    /// The routes that have not finished, a bit each; bit 63 is the letter of a record that no route could get.
    package var open: UInt64
    package var isDeadLettered: Bool
    /// Its assignment is over: nothing of it may be settled any more.
    package var isReleased: Bool
    /// Every route that finished it so far passed it over. Only where one of its routes de-duplicates.
    package var isPassedOver = false
    /// Somebody was told that its source and id were another event's.
    package var isReuse = false
}

/// One route's share of a record.
package struct Work: BitwiseCopyable {
    package enum State: UInt8, BitwiseCopyable {
        /// Behind another of its key.
        case waiting
        /// In its route's ready list.
        case ready
        /// In a handler.
        case running
        /// Until its timer fires, or the same event has left its handler.
        case delayed
        /// Until its letter is acknowledged.
        case lettering
    }

    package var record: Int32
    package var route: UInt8
    package var state: State
    /// Attempts that were started, 0 before the first.
    package var attempt: UInt16
    /// The processor said that it is unavailable, and has not said otherwise since.
    package var isUnavailable: Bool
    /// It is in the order table, under its key.
    package var isOrdered: Bool
    /// Its event has source and id of another one that the route succeeded with.
    package var isReuse = false
    /// Tells this work from an earlier one of the same index.
    package var generation: UInt32
    /// What waits for each other, has in common: partition and key, or the partition.
    package var key: UInt32
    /// The next in the order table's list.
    package var next: Int32
    /// When the first attempt failed, in milliseconds since 1970; 0: none has.
    package var firstFailedAt: Int64
    /// When the running handler was called, in the engine's nanoseconds.
    package var startedAt: UInt64
}
