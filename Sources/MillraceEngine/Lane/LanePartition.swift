/// One assignment of a partition as its lane sees it.
final class LanePartition {
    let name: PartitionName
    let slot: Int32
    let epoch: UInt32
    @exclusivity(unchecked) var ledger: OffsetLedger
    /// Work of this assignment in handlers or waiting for an acknowledged letter.
    @exclusivity(unchecked) var active = 0
    /// Letters sent and not acknowledged.
    @exclusivity(unchecked) var letters = 0
    /// A letter has been waiting for too long, or was refused.
    @exclusivity(unchecked) var areLettersHeld = false
    /// Work whose processor said that it is unavailable.
    @exclusivity(unchecked) var unavailable = 0
    /// Routes whose processor said that it is unavailable for this partition, a bit each, and when to ask again.
    @exclusivity(unchecked) var unavailableRoutes: UInt64 = 0
    @exclusivity(unchecked) var unavailableUntil: UInt64 = 0
    @exclusivity(unchecked) var unavailableProbes = 0
    /// Routes whose circuit is open and for which work of this partition waits, a bit each.
    @exclusivity(unchecked) var openRoutes: UInt64 = 0
    /// Watches how many of its records become letters; nil: nobody asked.
    @exclusivity(unchecked) var letterGuard: PartitionGuard?
    /// Too many of its records became letters.
    @exclusivity(unchecked) var isStopped = false
    @exclusivity(unchecked) var isStopTold = false
    /// Nothing new is taken in: the assignment is ending.
    @exclusivity(unchecked) var isReleasing = false
    /// Started attempts of work that failed at least once: what a next owner must know.
    @exclusivity(unchecked) var attempts: [AttemptKey: UInt16]
    /// What was done above the watermark when the map was made last; nil where everything was in order.
    @exclusivity(unchecked) var map: OffsetMap?
    @exclusivity(unchecked) var mapMadeAt: UInt64 = 0
    /// When a map must be made that was not because the last one was too young.
    @exclusivity(unchecked) var mapDueAt: UInt64 = .max
    /// Records are taken in one at a time: a culprit is looked for.
    @exclusivity(unchecked) var isSearched = false
    /// Whether something changed since the last report.
    @exclusivity(unchecked) var isDirty = true

    init(name: PartitionName, slot: Int32, epoch: UInt32, start: Int64, metadata: CommitMetadata) {
        self.name = name
        self.slot = slot
        self.epoch = epoch
        self.ledger = OffsetLedger(start: start, done: metadata.done)
        self.attempts = metadata.attempts
    }

    /// No more can be kept of what is done above the watermark.
    var isMapFull: Bool { map.map { $0.leftOut > 0 } ?? false }

    /// Brings the map up to date, unless it was made less than `age` nanoseconds before `now`. An older one is true, only
    /// less complete.
    func updateMap(now: UInt64?, age: UInt64) {
        guard ledger.isOutOfOrder else {
            map = nil
            mapDueAt = .max
            return
        }
        if let now, mapMadeAt != 0, now < mapMadeAt.later(by: age) {
            mapDueAt = mapMadeAt.later(by: age)
            return
        }
        map = ledger.map()
        mapMadeAt = now ?? mapMadeAt
        mapDueAt = .max
    }

    /// Whether some processor said that it is unavailable and has not worked since.
    var isWaiting: Bool { unavailableRoutes != 0 || unavailable > 0 }

    var held: HoldReason? {
        if isReleasing { return .draining }
        if isStopped { return .letterGuard }
        if areLettersHeld { return .letters }
        if unavailable > 0 { return .unavailable }
        if openRoutes != 0 { return .circuit }
        return nil
    }
}
