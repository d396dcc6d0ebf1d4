/// What becomes of work that was just taken for a handler.
package enum Admission: Sendable, Equatable {
    /// Its handler is called.
    case handle
    /// The same, although the route succeeded with another event of the same source and id; `isFirst` where nobody was
    /// told of this record yet.
    case handleReuse(isFirst: Bool)
    /// The route succeeded with the same event: the work is done. `record` is the one whose bytes are no longer needed,
    /// or -1; `isSkipped` where no route had anything to do for it.
    case duplicate(record: Int32, isSkipped: Bool)
    /// The same event is in a handler: the work is taken again, and judged again, when that one has returned.
    case waits
}

/// De-duplication. An event is judged when a handler is about to get it, never earlier: only then it is known what the
/// route succeeded with.
extension LaneEngine {
    /// Judges work that ``takeReady(route:now:)`` just gave, of a route that de-duplicates.
    package mutating func admit(_ work: Int32, _ digest: EventDigest, now: UInt64) -> Admission {
        let state = works[work]
        guard let partition = current(record: state.record),
            let duplicates = duplicates(route: state.route, slot: partition.slot)
        else { return .handle }
        switch duplicates.judge(work, generation: state.generation, digest, now: now) {
        case .handle: return .handle
        case .handleReuse:
            works[work].isReuse = true
            defer { tickets[state.record].isReuse = true }
            return .handleReuse(isFirst: !tickets[state.record].isReuse)
        case .wait:
            works[work].attempt &-= 1
            _ = endRunning(work, state)
            // Without a timer: whoever it waits for makes it ready.
            works[work].state = .delayed
            return .waits
        case .duplicate:
            _ = endRunning(work, state)
            forgetAttempts(state, partition)
            clearUnavailable(work, partition)
            let isSkipped = tickets[state.record].isPassedOver && !tickets[state.record].isDeadLettered
            let record = complete(work, isDuplicate: true)
            return .duplicate(record: record, isSkipped: isSkipped && record >= 0)
        }
    }

    /// A handler returned well, of a route that de-duplicates or has a circuit breaker; ``succeed(_:)`` comes next. Whether
    /// the route's circuit closes by that.
    ///
    /// What finishes after its assignment counts for nothing: it may have been cancelled and say that all is well.
    package mutating func noteSuccess(_ work: Int32, now: UInt64) -> Bool {
        let state = works[work]
        let ticket = tickets[state.record]
        guard !ticket.isReleased, current(ticket) != nil else { return false }
        duplicates(route: state.route, slot: ticket.slot)?.succeeded(work, now: now)
        return closesCircuit(work, route: Int(state.route), now: now)
    }

    /// How many events a route remembers of a partition; nil: it does not de-duplicate.
    package func rememberedEvents(route: Int, slot: Int32) -> Int? {
        duplicates(route: UInt8(route), slot: slot)?.window.count
    }

    /// Forgets what is older than the bounds, also of partitions that are elsewhere by now.
    package mutating func forgetOldEvents(now: UInt64) {
        for route in routes where route.rules.deduplication != nil {
            for duplicates in route.duplicates { duplicates?.forgetOld(now: now) }
        }
    }

    /// A record is given to routes of which one de-duplicates or has an open circuit.
    @inline(never)
    mutating func dispatchWatched(_ record: Int32, _ partition: LanePartition?, _ mask: UInt64) {
        if deduplicatingRoutes & mask != 0 { tickets[record].isPassedOver = true }
        guard openRoutes & mask != 0, let partition else { return }
        partition.openRoutes |= openRoutes & mask
        touch(partition)
    }

    /// Work left its handler: what waited for that may run.
    @inline(never)
    mutating func leaveHandler(_ work: Int32, _ state: Work) {
        if openRoutes != 0 { endProbe(work, routes[Int(state.route)]) }
        if deduplicatingRoutes & (1 << UInt64(state.route)) == 0 { return }
        let slot = tickets[state.record].slot
        for (next, generation) in duplicates(route: state.route, slot: slot)?.left(work) ?? []
        where works.contains(next) && works[next].generation == generation && works[next].state == .delayed {
            works[next].state = .ready
            routes[Int(state.route)].ready.append(next)
        }
    }

    /// Makes room for what routes remember of a partition.
    func prepareDuplicates(slot: Int32) {
        for route in routes {
            guard let bounds = route.rules.deduplication else { continue }
            while route.duplicates.count <= Int(slot) { route.duplicates.append(nil) }
            if route.duplicates[Int(slot)] == nil { route.duplicates[Int(slot)] = RouteDuplicates(bounds) }
        }
    }

    private func duplicates(route: UInt8, slot: Int32) -> RouteDuplicates? {
        let duplicates = routes[Int(route)].duplicates
        return Int(slot) < duplicates.count ? duplicates[Int(slot)] : nil
    }
}
