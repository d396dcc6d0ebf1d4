/// How an attempt ended, if not well.
package enum AttemptFailure: Sendable, Equatable {
    /// The event can never succeed.
    case rejected
    /// Another attempt may succeed; after the given nanoseconds or the route's own backoff.
    case retry(after: UInt64?)
    /// The route's time was up and the handler was cancelled.
    case timedOut
    /// Something that the processor needs is away: no attempt is spent.
    case unavailable
    /// The worker is stopping or lost the partition: neither failure nor letter.
    case cancelled
}

/// Why some work needs a letter.
package enum LetterCause: Sendable, Equatable {
    case rejected
    case retriesExhausted
    case timedOut
}

/// What is to be done after an attempt.
package enum AttemptAction: Sendable, Equatable {
    /// The record's bytes are no longer needed: all its routes have finished, or its assignment is over.
    case finished(record: Int32)
    /// Nothing: other routes of the record are open.
    case none
    /// The record waits for its next attempt: what only passes must be copied out.
    case retrying(attempt: Int, delay: UInt64)
    /// The processor is unavailable; `isFirst` where it was not before.
    case unavailable(isFirst: Bool, delay: UInt64)
    /// A letter must be written and ``LaneEngine/letterAcknowledged(_:)`` be called for the same work.
    case letter(LetterCause)
    /// The route's circuit is open, maybe by this failure: no attempt is spent, and the work waits.
    case held(CircuitChange)
}

extension LaneEngine {
    /// The next work of a route that may run, if its concurrency allows; it counts as running from now on.
    package mutating func takeReady(route number: Int, now: UInt64) -> Int32? {
        openRoutes == 0 ? takeNext(route: number, now: now) : takeUnderCircuits(route: number, now: now)
    }

    mutating func takeNext(route number: Int, now: UInt64) -> Int32? {
        let route = routes[number]
        while route.running < route.rules.concurrency, let index = route.ready.popFirst() {
            guard let partition = current(record: works[index].record) else {
                // `beginRelease` takes it out of the ready lists.
                preconditionFailure("ready work of an assignment that is over was dropped with it")
            }
            if partition.unavailableRoutes & (1 << UInt64(number)) != 0, now < partition.unavailableUntil {
                delay(index, until: partition.unavailableUntil)
                continue
            }
            works[index].state = .running
            // Timers of an earlier run must not hit this one.
            works[index].generation = nextGeneration()
            works[index].attempt &+= 1
            works[index].startedAt = now
            partition.active += 1
            route.running += 1
            return index
        }
        return nil
    }

    /// A handler suspended: from now on its timeout counts. Before, nobody could have cancelled it.
    package mutating func suspended(_ work: Int32, now: UInt64) {
        let state = works[work]
        guard let timeout = routes[Int(state.route)].rules.timeout else { return }
        add(Timer(work: work, generation: state.generation, isTimeout: true), due: now.later(by: timeout))
    }

    /// A handler returned well. Returns the record whose bytes are no longer needed, or -1.
    package mutating func succeed(_ work: Int32) -> Int32 {
        let state = works[work]
        if let partition = endRunning(work, state) {
            forgetAttempts(state, partition)
            if partition.isWaiting { becameAvailable(work, partition) }
        }
        return complete(work)
    }

    /// A handler ended otherwise. `wall` is the time in milliseconds since 1970.
    package mutating func fail(
        _ work: Int32, as failure: AttemptFailure, now: UInt64, wall: Int64
    ) -> AttemptAction {
        let state = works[work]
        let isProbe = routes[Int(state.route)].probe == work
        let partition = endRunning(work, state)
        let rules = routes[Int(state.route)].rules
        guard let partition, !tickets[state.record].isReleased else {
            return finishedAction(complete(work))
        }
        if rules.breaker != nil, let action = hold(work, partition, failure, isProbe: isProbe, now: now) {
            return action
        }
        if failure != .unavailable, failure != .cancelled, works[work].firstFailedAt == 0 {
            works[work].firstFailedAt = wall
        }
        switch failure {
        case .cancelled:
            // Not started, as far as anybody can tell: the next owner starts it again, or this one does.
            works[work].attempt &-= 1
            if partition.isReleasing { return released(work, partition) }
            delay(work, until: now)
            return .retrying(attempt: Int(works[work].attempt), delay: 0)
        case .unavailable:
            works[work].attempt &-= 1
            if partition.isReleasing { return released(work, partition) }
            let bit = UInt64(1) << UInt64(state.route)
            let isFirst = partition.unavailableRoutes & bit == 0
            partition.unavailableRoutes |= bit
            // What was started together fails together, and is one answer.
            if isFirst || now >= partition.unavailableUntil {
                partition.unavailableProbes += 1
                partition.unavailableUntil = now.later(by: limits.probe.bound(after: partition.unavailableProbes))
            }
            let pause = partition.unavailableUntil - now
            if !works[work].isUnavailable {
                works[work].isUnavailable = true
                partition.unavailable += 1
            }
            touch(partition)
            delay(work, until: partition.unavailableUntil)
            return .unavailable(isFirst: isFirst, delay: pause)
        case .rejected:
            if partition.isWaiting { becameAvailable(work, partition) }
            return letter(work, partition, now: now, cause: .rejected)
        case .retry, .timedOut:
            if partition.isWaiting { becameAvailable(work, partition) }
            partition.attempts[AttemptKey(offset: tickets[state.record].offset, route: state.route)] = state.attempt
            // The count is committed with the next offsets, or without any.
            touch(partition)
            if Int(state.attempt) >= rules.attempts {
                return letter(
                    work, partition, now: now, cause: failure == .timedOut ? .timedOut : .retriesExhausted)
            }
            if partition.isReleasing { return released(work, partition) }
            var pause = rules.backoff.delay(after: Int(state.attempt), random: &random)
            if case .retry(let after?) = failure { pause = after }
            delay(work, until: now.later(by: pause))
            return .retrying(attempt: Int(state.attempt), delay: pause)
        }
    }

    /// The letter of some work was acknowledged by the broker. Returns the record whose bytes are no longer needed,
    /// or -1.
    package mutating func letterAcknowledged(_ work: Int32) -> Int32 {
        let state = works[work]
        let record = state.record
        if let partition = current(record: record) {
            partition.letters -= 1
            partition.active -= 1
            forgetAttempts(state, partition)
        }
        tickets[record].isDeadLettered = true
        return complete(work)
    }

    /// The letter of some work whose assignment is over is not written any more. Returns the record whose bytes are no
    /// longer needed, or -1.
    package mutating func letterDropped(_ work: Int32) -> Int32 {
        precondition(isOver(work), "the letter of an assignment that lasts is written")
        return complete(work)
    }

    /// Fires the earliest timer that is due. Delayed work becomes ready by itself; the work whose handler must be
    /// cancelled is returned.
    package mutating func fireTimer(now: UInt64) -> (fired: Bool, timedOut: Int32?) {
        guard let timer = timers.popDue(now: now) else { return (false, nil) }
        if timer.work < 0 {
            probeIsDue(route: Int(~timer.work), generation: timer.generation)
            return (true, nil)
        }
        guard works.contains(timer.work), works[timer.work].generation == timer.generation else { return (true, nil) }
        let state = works[timer.work]
        if timer.isTimeout {
            return (true, state.state == .running ? timer.work : nil)
        }
        if state.state == .delayed {
            works[timer.work].state = .ready
            routes[Int(state.route)].ready.append(timer.work)
        }
        return (true, nil)
    }

    /// Looks for letters that have waited too long and holds or resumes their partitions. Calls `changed` with each
    /// partition whose state changed and whether it is held now.
    package mutating func checkLetters(now: UInt64, changed: (PartitionName, Bool) -> Void) {
        var late: Set<Int32> = []
        for index in 0..<works.end where works.contains(index) && works[index].state == .lettering {
            guard now > works[index].startedAt &+ limits.letterPatience else { continue }
            // A letter of an assignment that is over holds nobody.
            if let partition = current(record: works[index].record) { late.insert(partition.slot) }
        }
        for case let partition? in partitions {
            let isHeld = late.contains(partition.slot)
            if isHeld != partition.areLettersHeld {
                partition.areLettersHeld = isHeld
                touch(partition)
                changed(partition.name, isHeld)
            }
        }
    }

    private mutating func delay(_ work: Int32, until due: UInt64) {
        works[work].state = .delayed
        add(Timer(work: work, generation: works[work].generation, isTimeout: false), due: due)
    }

    /// Adds a timer, and drops those whose purpose is gone once they are most of all.
    mutating func add(_ timer: Timer, due: UInt64) {
        timers.add(due: due, timer)
        guard timers.count > 2 * works.count + 4_096 else { return }
        var kept = TimerHeap<Timer>()
        swap(&kept, &timers)
        kept.removeAll {
            $0.work >= 0 && !(works.contains($0.work) && works[$0.work].generation == $0.generation)
        }
        swap(&kept, &timers)
    }

    mutating func forgetAttempts(_ work: Work, _ partition: LanePartition) {
        if partition.attempts.isEmpty { return }
        partition.attempts[AttemptKey(offset: tickets[work.record].offset, route: work.route)] = nil
    }

    mutating func endRunning(_ work: Int32, _ state: Work) -> LanePartition? {
        precondition(state.state == .running, "only running work ends")
        routes[Int(state.route)].running -= 1
        if deduplicatingRoutes | openRoutes != 0 { leaveHandler(work, state) }
        guard let partition = current(record: state.record) else { return nil }
        partition.active -= 1
        return partition
    }

    private mutating func letter(
        _ work: Int32, _ partition: LanePartition, now: UInt64, cause: LetterCause
    ) -> AttemptAction {
        clearUnavailable(work, partition)
        works[work].state = .lettering
        works[work].startedAt = now
        partition.letters += 1
        partition.active += 1
        return .letter(cause)
    }

    /// The processor answered for this route: whatever waited for it may go on at once.
    private mutating func becameAvailable(_ work: Int32, _ partition: LanePartition) {
        let bit = UInt64(1) << UInt64(works[work].route)
        clearUnavailable(work, partition)
        guard partition.unavailableRoutes & bit != 0, !partition.isStopped else { return }
        partition.unavailableRoutes &= ~bit
        partition.unavailableProbes = 0
        touch(partition)
    }

    mutating func clearUnavailable(_ work: Int32, _ partition: LanePartition) {
        guard works[work].isUnavailable else { return }
        works[work].isUnavailable = false
        partition.unavailable -= 1
        touch(partition)
    }

    /// Where the route's circuit is open, or opens by this failure: the failure is none of the event's.
    private mutating func hold(
        _ work: Int32, _ partition: LanePartition, _ failure: AttemptFailure, isProbe: Bool, now: UInt64
    ) -> AttemptAction? {
        let number = Int(works[work].route)
        // Whose partition goes has nothing to say of what comes, and waits for nobody.
        if partition.isReleasing {
            guard isCircuitOpen(route: number), failure != .cancelled else { return nil }
            works[work].attempt &-= 1
            return released(work, partition)
        }
        guard let change = circuitChange(failure, route: number, isProbe: isProbe, now: now) else { return nil }
        works[work].attempt &-= 1
        if partition.isWaiting { becameAvailable(work, partition) }
        // Behind the others: an event that can never succeed must not be the only probe.
        works[work].state = .ready
        routes[number].ready.append(work)
        return .held(change)
    }

    /// Gives work of a releasing assignment back.
    private mutating func released(_ work: Int32, _ partition: LanePartition) -> AttemptAction {
        clearUnavailable(work, partition)
        tickets[works[work].record].isReleased = true
        return finishedAction(complete(work))
    }

    private func finishedAction(_ record: Int32) -> AttemptAction {
        record < 0 ? .none : .finished(record: record)
    }

    /// Takes work out of its list, lets the next of its key run, and settles the record when it was the last.
    mutating func complete(_ work: Int32, isDuplicate: Bool = false) -> Int32 {
        let state = works[work]
        if state.isOrdered {
            let route = routes[Int(state.route)]
            if let next = route.order.removeFirst(work, in: &works) {
                works[next].state = .ready
                route.ready.append(next)
            }
        }
        works.remove(work)
        if openRoutes & (1 << UInt64(state.route)) != 0 { markWaiting(route: Int(state.route)) }
        let record = state.record
        tickets[record].open &= ~(1 << UInt64(state.route))
        if deduplicatingRoutes != 0, !isDuplicate { tickets[record].isPassedOver = false }
        if tickets[record].open != 0 { return -1 }
        let ticket = tickets[record]
        if !ticket.isReleased, let partition = current(ticket) {
            partition.ledger.settled(
                ticket.sequence,
                as: ticket.isDeadLettered ? .deadLettered : ticket.isPassedOver ? .skipped : .succeeded)
            touch(partition)
            if limits.letterGuard != nil { guardLetters(slot: ticket.slot, deadLettered: ticket.isDeadLettered) }
        }
        forget(record)
        return record
    }
}

extension UInt64 {
    /// A time so many nanoseconds after this one; the end of time where that is beyond it.
    package func later(by nanoseconds: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(nanoseconds)
        return overflow ? .max : sum
    }
}
