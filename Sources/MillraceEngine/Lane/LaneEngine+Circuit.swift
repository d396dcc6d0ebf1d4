/// What a failure meant for its route's circuit. In each case no attempt was spent, and the work waits.
package enum CircuitChange: Sendable, Equatable {
    /// It opened by this failure.
    case opened(CircuitBreaker.Opening)
    /// The failure was a probe's: the next one comes after a pause in nanoseconds.
    case probeFailed(pause: UInt64)
    /// It was open, and this work had begun before.
    case held
}

/// Circuit breakers. While a route's is open, its work stays ready and is not taken, but for one probe at a time; the
/// partitions that have such work are not read.
extension LaneEngine {
    /// Whether a route's circuit is open.
    package func isCircuitOpen(route: Int) -> Bool { openRoutes & (1 << UInt64(route)) != 0 }

    /// Whether nothing of a route may be taken now.
    func isHeld(_ number: Int) -> Bool { openRoutes & (1 << UInt64(number)) != 0 && routes[number].isHeld }

    /// The next work of a route while some circuits are open: where it is this one's, the work is the probe.
    @inline(never)
    mutating func takeUnderCircuits(route number: Int, now: UInt64) -> Int32? {
        guard !isHeld(number), let work = takeNext(route: number, now: now) else { return nil }
        if isCircuitOpen(route: number) {
            routes[number].probe = work
            routes[number].isHeld = true
        }
        return work
    }

    /// Work left its handler: whatever it was, another probe may come, unless its outcome says otherwise.
    mutating func endProbe(_ work: Int32, _ route: LaneRoute) {
        guard route.probe == work else { return }
        route.probe = -1
        route.isHeld = false
    }

    /// What a failure means for the route's circuit; nil: it is treated as without one.
    mutating func circuitChange(_ failure: AttemptFailure, route number: Int, isProbe: Bool, now: UInt64)
        -> CircuitChange?
    {
        let route = routes[number]
        switch failure {
        case .cancelled: return nil
        case .unavailable:
            // Its partition waits for the processor, and nothing is known of the circuit.
            if isProbe, let pause = route.breaker?.probeFailed() { holdCircuit(number, until: now.later(by: pause)) }
            return nil
        case .rejected, .retry, .timedOut:
            if isCircuitOpen(route: number) {
                guard isProbe, let pause = route.breaker?.probeFailed() else { return .held }
                holdCircuit(number, until: now.later(by: pause))
                return .probeFailed(pause: pause)
            }
            guard let opening = route.breaker?.attempted(failed: true, now: now) else { return nil }
            openRoutes |= 1 << UInt64(number)
            holdCircuit(number, until: now.later(by: opening.pause))
            markWaiting(route: number)
            return .opened(opening)
        }
    }

    /// A handler returned well, and its assignment lasts. Whether the circuit closes by that: what succeeds but is no probe
    /// began before it opened, and proves nothing.
    mutating func closesCircuit(_ work: Int32, route number: Int, now: UInt64) -> Bool {
        let route = routes[number]
        guard isCircuitOpen(route: number) else {
            _ = route.breaker?.attempted(failed: false, now: now)
            return false
        }
        guard route.probe == work else { return false }
        route.breaker?.probeSucceeded()
        route.probe = -1
        route.isHeld = false
        openRoutes &= ~(1 << UInt64(number))
        markWaiting(route: number)
        return true
    }

    /// The pause before a probe is over.
    mutating func probeIsDue(route number: Int, generation: UInt32) {
        let route = routes[number]
        if isCircuitOpen(route: number), route.pauseGeneration == generation { route.isHeld = false }
    }

    private mutating func holdCircuit(_ number: Int, until due: UInt64) {
        let route = routes[number]
        route.isHeld = true
        route.pauseGeneration = nextGeneration()
        add(Timer(work: ~Int32(number), generation: route.pauseGeneration, isTimeout: false), due: due)
    }

    /// Marks the partitions that have work which waits for a route's circuit, and no others: one without any must be read,
    /// or there might never be a probe. Looks at all work: rare, and only while a circuit is open.
    @inline(never)
    mutating func markWaiting(route number: Int) {
        let bit = UInt64(1) << UInt64(number)
        var waiting: Set<Int32> = []
        if openRoutes & bit != 0 {
            for index in 0..<works.end where works.contains(index) {
                guard works[index].route == number, works[index].state != .lettering,
                    let partition = current(record: works[index].record)
                else { continue }
                waiting.insert(partition.slot)
            }
        }
        for case let partition? in partitions {
            let waits = waiting.contains(partition.slot)
            if waits == (partition.openRoutes & bit != 0) { continue }
            partition.openRoutes ^= bit
            touch(partition)
        }
    }
}
