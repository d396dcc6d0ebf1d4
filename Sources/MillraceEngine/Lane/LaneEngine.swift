/// Everything that one lane decides, without input, output or clock: which record waits for which, when a handler may
/// run, what becomes of a failure, what may be committed.
///
/// Records come in with ``receive(slot:offset:bytes:keyHash:now:)``, get their routes, are taken by runners with
/// ``takeReady(route:now:)`` and finished with ``succeed(_:)`` or ``fail(_:as:now:wall:)``. A record is settled when the
/// last of its routes finished. Whoever calls keeps the bytes, by the record's index, until told that it is finished.
///
/// Not thread-safe: a lane's thread owns it.
package struct LaneEngine: ~Copyable {
    /// The bit of the pseudo-route that stands for the letter of a record that no route could get.
    package static let readingRoute: UInt8 = 63
    /// The most routes that a worker can have.
    package static let maximumRoutes = 63

    /// Limits of a lane.
    package struct Limits: Sendable {
        /// Unsettled records of one partition at most.
        package var recordsPerPartition = 2_000
        /// Records of one partition from the first unsettled one to the last that was received at most.
        package var recordsAhead = 65_536
        /// Nanoseconds between two maps of what a partition has done above its watermark.
        package var mapAge: UInt64 = 100_000_000
        /// Unacknowledged letters of one partition at most.
        package var lettersPerPartition = 1_000
        /// Nanoseconds after which an unacknowledged letter holds its partition.
        package var letterPatience: UInt64 = 1_000_000_000
        /// How an unavailable processor is asked again.
        package var probe = Backoff(minimum: 100_000_000, maximum: 5_000_000_000)
        /// When a partition is stopped for its letters; nil: never.
        package var letterGuard: LetterGuard.Rules?

        package init() {}
    }

    struct Timer: BitwiseCopyable {
        /// Or the complement of a route's number, whose probe is due.
        var work: Int32
        var generation: UInt32
        var isTimeout: Bool
    }

    let limits: Limits
    let routes: [LaneRoute]
    var partitions: [LanePartition?] = []
    var slots: [PartitionName: Int32] = [:]
    var tickets = Slab<Ticket>()
    var works = Slab<Work>()
    var timers = TimerHeap<Timer>()
    var random: RandomSource
    var generation: UInt32 = 0
    /// The routes that de-duplicate, a bit each.
    let deduplicatingRoutes: UInt64
    /// The routes whose circuits are open, a bit each.
    var openRoutes: UInt64 = 0
    /// By slot, over all assignments in this process.
    var letterGuards: [PartitionGuard?] = []

    /// Bytes charged for unsettled records.
    package internal(set) var usedBytes = 0
    /// Bytes that may be charged before reading stops.
    package var allowedBytes: Int

    package init(routes: [RouteRules], limits: Limits = Limits(), allowedBytes: Int, random: RandomSource) {
        precondition(routes.count <= Self.maximumRoutes, "configurations with more routes are refused")
        self.routes = routes.map(LaneRoute.init)
        deduplicatingRoutes = routes.indices.reduce(0) { mask, index in
            routes[index].deduplication == nil ? mask : mask | 1 << UInt64(index)
        }
        self.limits = limits
        self.allowedBytes = allowedBytes
        self.random = random
    }

    /// Records received and not finished, released ones in handlers included.
    package var recordCount: Int { tickets.count }
    /// When ``fireTimer(now:)`` should be called next.
    package var nextTimer: UInt64? { timers.nextDue }
    /// Whether a route has work that may run now.
    package func hasReady(route: Int) -> Bool {
        !routes[route].ready.isEmpty && routes[route].running < routes[route].rules.concurrency
            && (openRoutes == 0 || !isHeld(route))
    }
    // These change nothing. A method that is not `mutating` gets a copy of the whole engine, 300 bytes at each call.
    /// The record of some work.
    package mutating func record(of work: Int32) -> Int32 { works[work].record }
    /// A record's ticket.
    package mutating func ticket(of record: Int32) -> Ticket { tickets[record] }
    /// Some work's state.
    package mutating func work(_ work: Int32) -> Work { works[work] }
    /// Whether the assignment is over in which some work was received.
    package mutating func isOver(_ work: Int32) -> Bool { current(record: works[work].record) == nil }
    /// The first unsettled offset of a slot's current assignment.
    package func watermark(slot: Int32) -> Int64? { partition(slot)?.ledger.watermark }
    /// The current assignment of a slot.
    package func epoch(ofSlot slot: Int32) -> UInt32? { partition(slot)?.epoch }

    func partition(_ slot: Int32) -> LanePartition? {
        slot >= 0 && slot < partitions.count ? partitions[Int(slot)] : nil
    }

    /// The partition of a ticket while its assignment lasts.
    mutating func current(_ ticket: Ticket) -> LanePartition? { current(slot: ticket.slot, epoch: ticket.epoch) }

    /// The partition of a record while its assignment lasts.
    @inline(__always)
    mutating func current(record: Int32) -> LanePartition? {
        current(slot: tickets[record].slot, epoch: tickets[record].epoch)
    }

    @inline(__always)
    private mutating func current(slot: Int32, epoch: UInt32) -> LanePartition? {
        guard let partition = partitions[Int(slot)], partition.epoch == epoch else { return nil }
        return partition
    }

    /// Never 0, which marks work that is on its way out.
    mutating func nextGeneration() -> UInt32 {
        generation &+= 1
        if generation == 0 { generation = 1 }
        return generation
    }

    mutating func touch(_ partition: LanePartition) { partition.isDirty = true }
}
