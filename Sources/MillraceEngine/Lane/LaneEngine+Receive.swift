extension LaneEngine {
    /// Takes a record in and charges its bytes. Returns its index, or nil where it was received before or its
    /// assignment is over. It must get its routes, be skipped, or be lettered next.
    package mutating func receive(
        slot: Int32, offset: Int64, bytes: Int, keyHash: UInt32?, now: UInt64
    ) -> Int32? {
        guard let partition = partition(slot), !partition.isReleasing,
            let sequence = partition.ledger.received(offset, at: now)
        else { return nil }
        touch(partition)
        usedBytes &+= bytes
        return tickets.insert(
            Ticket(
                slot: slot, epoch: partition.epoch, offset: offset, sequence: sequence, keyHash: keyHash ?? 0,
                hasKey: keyHash != nil, bytes: Int32(clamping: bytes), open: 0, isDeadLettered: false,
                isReleased: false))
    }

    /// Charges more bytes for a record, until it is finished.
    package mutating func charge(_ record: Int32, bytes: Int) {
        let before = tickets[record].bytes
        tickets[record].bytes = Int32(clamping: Int(before) &+ bytes)
        usedBytes &+= Int(tickets[record].bytes &- before)
    }

    /// Gives a received record to routes, a bit each; at least one.
    package mutating func dispatch(_ record: Int32, routes mask: UInt64) {
        tickets[record].open = mask
        let ticket = tickets[record]
        let partition = current(ticket)
        if (deduplicatingRoutes | openRoutes) & mask != 0 { dispatchWatched(record, partition, mask) }
        let partitionHash = UInt32(bitPattern: ticket.slot) &* 0x9E37_79B9
        var rest = mask
        while rest != 0 {
            let number = rest.trailingZeroBitCount
            rest &= rest &- 1
            let route = routes[number]
            let isOrdered = route.rules.order == .partition || (route.rules.order == .key && ticket.hasKey)
            let key = (route.rules.order == .key ? ticket.keyHash : 0) ^ partitionHash
            var started: UInt16 = 0
            if let partition, !partition.attempts.isEmpty,
                let count = partition.attempts[AttemptKey(offset: ticket.offset, route: UInt8(number))]
            {
                // At least one more: whoever counted may have died before he could write the letter.
                started = min(count, UInt16(clamping: route.rules.attempts - 1))
            }
            let work = works.insert(
                Work(
                    record: record, route: UInt8(number), state: .waiting, attempt: started, isUnavailable: false,
                    isOrdered: isOrdered, generation: nextGeneration(), key: key, next: -1, firstFailedAt: 0,
                    startedAt: 0))
            if !isOrdered || route.order.append(work, in: &works) {
                works[work].state = .ready
                route.ready.append(work)
            }
        }
    }

    /// Settles a received record by a written-down policy. Its index is free afterwards.
    package mutating func skip(_ record: Int32) {
        let ticket = tickets[record]
        if let partition = current(ticket), !ticket.isReleased {
            partition.ledger.settled(ticket.sequence, as: .skipped)
            if limits.letterGuard != nil { guardLetters(slot: ticket.slot, deadLettered: false) }
            touch(partition)
        }
        forget(record)
    }

    /// A received record that no route can get: it waits for the acknowledgement of its letter. Returns the work that
    /// stands for the letter.
    package mutating func letter(_ record: Int32, now: UInt64) -> Int32 {
        tickets[record].open = 1 << UInt64(Self.readingRoute)
        if let partition = current(record: record) {
            partition.active += 1
            partition.letters += 1
        }
        return works.insert(
            Work(
                record: record, route: Self.readingRoute, state: .lettering, attempt: 0, isUnavailable: false,
                isOrdered: false, generation: nextGeneration(), key: 0, next: -1, firstFailedAt: 0, startedAt: now))
    }

    /// A received record that got no routes, no policy and no letter, because its assignment is ending: it is released with
    /// the rest. Its index is free afterwards.
    package mutating func giveBack(_ record: Int32) {
        precondition(tickets[record].open == 0, "what has routes is released with its work")
        forget(record)
    }

    /// Gives a record's index and bytes back.
    mutating func forget(_ record: Int32) {
        usedBytes &-= Int(tickets[record].bytes)
        tickets.remove(record)
    }
}
