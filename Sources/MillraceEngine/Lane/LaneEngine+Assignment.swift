extension LaneEngine {
    /// Takes a partition in, from `start` on; `metadata` is what the last owner left beside it. Returns the slot under which
    /// its records are received: one partition has the same slot in all its assignments, so that a late handler of an earlier
    /// one still blocks its key.
    package mutating func assign(
        _ name: PartitionName, epoch: UInt32, start: Int64, metadata: CommitMetadata = CommitMetadata()
    ) -> Int32 {
        let slot: Int32
        if let known = slots[name] {
            slot = known
        } else {
            slot = Int32(partitions.count)
            partitions.append(nil)
            slots[name] = slot
        }
        precondition(partitions[Int(slot)] == nil, "a partition is released before it is assigned again")
        let partition = LanePartition(name: name, slot: slot, epoch: epoch, start: start, metadata: metadata)
        partitions[Int(slot)] = partition
        prepareDuplicates(slot: slot)
        prepareGuard(partition)
        return slot
    }

    /// How many records may be read from a partition now; 0 while it is held.
    package func readable(slot: Int32) -> Int {
        guard let partition = partition(slot), partition.held == nil else { return 0 }
        let inFlight = Int(partition.ledger.counts.inFlight)
        if inFlight >= limits.recordsPerPartition || partition.letters >= limits.lettersPerPartition { return 0 }
        if isFarAhead(partition) { return 0 }
        if partition.isSearched { return inFlight == 0 ? 1 : 0 }
        if usedBytes >= allowedBytes { return inFlight == 0 ? 1 : 0 }
        return limits.recordsPerPartition - inFlight
    }

    /// From now on one record of a partition is taken in at a time, or as many as are readable again.
    package mutating func setSearched(slot: Int32, _ isSearched: Bool) {
        guard let partition = partition(slot) else { return }
        partition.isSearched = isSearched
        touch(partition)
    }

    /// So much is done above the watermark that more could not be kept.
    private func isFarAhead(_ partition: LanePartition) -> Bool {
        partition.ledger.span >= limits.recordsAhead || (partition.isMapFull && partition.ledger.counts.inFlight > 0)
    }

    /// Everything below `offset` was seen or does not exist.
    package mutating func reachedEnd(slot: Int32, offset: Int64) {
        guard let partition = partition(slot) else { return }
        partition.ledger.reachedEnd(offset)
        touch(partition)
    }

    /// The assignment is ending: takes nothing in any more and gives back what has not started. `finished` is called
    /// for each record whose bytes are no longer needed.
    package mutating func beginRelease(slot: Int32, finished: (Int32) -> Void) {
        guard let partition = partition(slot), !partition.isReleasing else { return }
        partition.isReleasing = true
        touch(partition)
        var lists: [(route: UInt8, list: Int32)] = []
        var dropped: [Int32] = []
        for index in 0..<works.end where works.contains(index) {
            let work = works[index]
            let ticket = tickets[work.record]
            guard ticket.slot == slot, ticket.epoch == partition.epoch else { continue }
            if work.state == .running || work.state == .lettering { continue }
            dropped.append(index)
            works[index].generation = 0
            if work.isUnavailable { partition.unavailable -= 1 }
            if work.isOrdered { lists.append((work.route, routes[Int(work.route)].order.list(for: work.key))) }
        }
        if dropped.isEmpty { return }
        for route in routes { route.ready.removeAll { works[$0].generation == 0 } }
        for (number, list) in lists {
            let route = routes[Int(number)]
            var first: [Int32] = []
            route.order.removeAll(of: list, in: &works) {
                $0.generation == 0
            } mayRun: {
                first.append($0)
            }
            for index in first where works[index].state == .waiting {
                works[index].state = .ready
                route.ready.append(index)
            }
        }
        for index in dropped {
            let record = works[index].record
            tickets[record].isReleased = true
            tickets[record].open &= ~(1 << UInt64(works[index].route))
            works.remove(index)
            if tickets[record].open == 0 {
                forget(record)
                finished(record)
            }
        }
    }

    /// Whether nothing of a releasing assignment is in a handler or waiting for a letter.
    package func isDrained(slot: Int32) -> Bool {
        guard let partition = partition(slot) else { return true }
        return partition.active == 0
    }

    /// The assignment is over. What is still in handlers is released: it finishes without effect. Returns the last
    /// report, and what the next owner should know.
    package mutating func endRelease(slot: Int32) -> (report: PartitionReport, metadata: CommitMetadata)? {
        guard let partition = partition(slot) else { return nil }
        precondition(partition.isReleasing, "an assignment begins to end before it ends")
        for index in 0..<tickets.end where tickets.contains(index) {
            if tickets[index].slot == slot, tickets[index].epoch == partition.epoch { tickets[index].isReleased = true }
        }
        let metadata = metadata(partition, now: nil)
        partition.ledger.releaseAll()
        partitions[Int(slot)] = nil
        return (report(partition), metadata)
    }

    /// Calls `body` with the state of each partition that changed since the last time, or of each one. `now`: maps that were
    /// made shortly before are not made again; nil: all are.
    package mutating func takeReports(
        all: Bool, now: UInt64? = nil, _ body: (PartitionReport, CommitMetadata) -> Void
    ) {
        for case let partition? in partitions where partition.isDirty || all || now ?? 0 >= partition.mapDueAt {
            partition.isDirty = false
            // First the map, which may hold the partition.
            let metadata = metadata(partition, now: now)
            body(report(partition), metadata)
        }
    }

    func report(_ partition: LanePartition) -> PartitionReport {
        var held = partition.held ?? (partition.isSearched ? .searched : nil)
        if held == nil, readable(slot: partition.slot) == 0, partitions[Int(partition.slot)] != nil {
            held = isFarAhead(partition) ? .offsets : usedBytes >= allowedBytes ? .memory : .concurrency
        }
        return PartitionReport(
            name: partition.name, epoch: partition.epoch, counts: partition.ledger.counts,
            watermark: partition.ledger.watermark, oldestUnsettledSince: partition.ledger.oldestUnsettledSince,
            held: held)
    }

    private func metadata(_ partition: LanePartition, now: UInt64?) -> CommitMetadata {
        partition.updateMap(now: now, age: limits.mapAge)
        if partition.attempts.isEmpty { return CommitMetadata(done: partition.map) }
        // An earlier owner may have counted what never comes: compacted, or no longer taken by that route.
        let watermark = partition.ledger.watermark
        if partition.attempts.contains(where: { $0.key.offset < watermark }) {
            partition.attempts = partition.attempts.filter { $0.key.offset >= watermark }
        }
        return CommitMetadata(attempts: partition.attempts, done: partition.map)
    }
}
