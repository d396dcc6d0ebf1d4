import CloudEvents
import MillraceEngine

extension Lane {
    /// Lets runners work until nothing is ready that could run.
    func drainReady() -> Bool {
        var didSomething = false
        var goesOn = true
        while goesOn, !isWanted {
            goesOn = false
            for route in shared.routes where engine.hasReady(route: route.index) {
                if let runner = runners[route.index] {
                    runner.drain()
                    goesOn = true
                } else if submitBlocking(route) {
                    goesOn = true
                }
            }
            if goesOn { didSomething = true }
        }
        armTimeouts()
        return didSomething
    }

    /// The next ready work of a route, for a runner.
    func take(_ runner: LaneRouteRunner) -> Int32? {
        if isWanted { return nil }
        guard let work = nextWork(runner.route) else { return nil }
        let record = engine.record(of: work)
        // A handler that suspends would pin the whole response that its record was fetched in.
        if runner.wasSeenSuspending, records[Int(record)].users == 0 { copyOut(record) }
        records[Int(record)].users += 1
        let ticket = engine.ticket(of: record)
        progress.enter(route: runner.route.index, slot: ticket.slot, offset: ticket.offset)
        return work
    }

    /// The delivery for some work.
    func delivery(_ work: Int32) -> Delivery {
        let state = engine.work(work)
        let (batch, index) = batch(of: state.record)
        return Delivery(
            batch: batch, index: Int32(index), attempt: Int(state.attempt),
            firstFailedAt: state.firstFailedAt == 0 ? nil : state.firstFailedAt, reusesID: state.isReuse)
    }

    /// A handler returned well.
    func succeeded(_ work: Int32, _ runner: LaneRouteRunner) {
        progress.leave()
        if !timedOut.isEmpty { timedOut.remove(work) }
        succeeded(work, route: runner.route)
    }

    func succeeded(_ work: Int32, route: RouteContext) {
        if isUnavailable(route) { becameAvailable(route) }
        let record = engine.record(of: work)
        records[Int(record)].users -= 1
        if route.notesSuccess, engine.noteSuccess(work, now: shared.clock.now()) {
            shared.observer?.observe(.circuitClosed(processor: route.processor, lane: number))
        }
        let finished = engine.succeed(work)
        if finished >= 0 { forget(finished) }
    }

    /// A handler threw.
    func failed(_ work: Int32, _ runner: LaneRouteRunner, _ error: any Error, isCancelled: Bool) {
        progress.leave()
        let wasTimedOut = timedOut.remove(work) != nil
        // A handler that was cancelled at a stop says so in many ways; none of them is the event's fault.
        let isStop = isCancelled && !wasTimedOut
        failed(work, route: runner.route, AttemptError(error, wasTimedOut: wasTimedOut, isStop: isStop))
    }

    func failed(_ work: Int32, route: RouteContext, _ error: AttemptError) {
        let state = engine.work(work)
        let record = state.record
        records[Int(record)].users -= 1
        let name = self.name(of: record)
        if error.failure != .unavailable, error.failure != .cancelled, isUnavailable(route) { becameAvailable(route) }
        // A pause counts from the failure, and the turn may have begun long ago.
        let action = engine.fail(work, as: error.failure, now: shared.clock.now(), wall: shared.clock.wall())
        switch action {
        case .finished(let record): forget(record)
        case .none: break
        case .retrying(let attempt, let delay):
            shared.observer?.observe(
                .retrying(
                    name, processor: route.processor, attempt: attempt, delayNanoseconds: delay, cause: error.detail))
        case .unavailable(let isFirst, _):
            if isFirst {
                unavailableRoutes |= 1 << UInt64(route.index)
                shared.observer?.observe(.unavailable(processor: route.processor, name, cause: error.detail))
            }
        case .held(let change): tell(change, name, route, cause: error.detail)
        case .letter(let cause):
            let reason =
                switch cause {
                case .rejected: error.reason
                case .retriesExhausted: "retriesExhausted"
                case .timedOut: "timedOut"
                }
            write(letterFor: work, of: record, route: route, reason: reason, detail: error.detail)
        }
    }

    private func tell(_ change: CircuitChange, _ name: RecordName, _ route: RouteContext, cause: String) {
        switch change {
        case .opened(let opening):
            shared.observer?.observe(
                .circuitOpened(
                    processor: route.processor, name, lane: number, failed: opening.failed, attempts: opening.attempts,
                    cause: cause))
        case .probeFailed(let pause):
            shared.observer?.observe(
                .circuitProbeFailed(
                    processor: route.processor, name, lane: number, delayNanoseconds: pause, cause: cause))
        case .held: break
        }
    }

    private func isUnavailable(_ route: RouteContext) -> Bool {
        unavailableRoutes & (1 << UInt64(route.index)) != 0
    }

    private func becameAvailable(_ route: RouteContext) {
        unavailableRoutes &= ~(1 << UInt64(route.index))
        shared.observer?.observe(.available(processor: route.processor))
    }

    /// Handlers that suspended since the last time, whatever they were called by: from now on their timeouts count.
    private func armTimeouts() {
        for case let runner? in runners where runner.route.configuration.timeout != nil {
            for busy in runner.untimed {
                busy.isTimed = true
                // The turn may have begun long ago.
                let time = shared.clock.now()
                for work in busy.current { engine.suspended(work, now: time) }
            }
        }
    }

    /// Reports handlers that have not returned for long, and those that have since.
    func findStuck() {
        var stuck: [StuckHandler: UInt64] = [:]
        for case let runner? in runners {
            for busy in runner.busy { noteStuck(busy.current, runner.route, &stuck) }
        }
        for (route, works) in atBlocking { noteStuck(works, shared.routes[route], &stuck) }
        for (handler, time) in stuck {
            shared.observer?.observe(.stuck(processor: handler.processor, handler.record, nanoseconds: time))
        }
        for handler in stuckHandlers.keys where stuck[handler] == nil {
            shared.observer?.observe(.unstuck(processor: handler.processor, handler.record))
        }
        stuckHandlers = stuck
    }

    private func noteStuck(_ works: [Int32], _ route: RouteContext, _ stuck: inout [StuckHandler: UInt64]) {
        guard let work = works.first else { return }
        let state = engine.work(work)
        let time = now &- min(now, state.startedAt)
        if time >= shared.stuckAfter {
            stuck[StuckHandler(processor: route.processor, record: name(of: state.record))] = time
        }
    }
}

/// A handler that has not returned for long.
struct StuckHandler: Hashable {
    var processor: String
    var record: RecordName
}

/// What an error that left a handler means.
struct AttemptError {
    var failure: AttemptFailure
    /// The code, where the failure is a rejection.
    var reason: String
    /// The cause in words.
    var detail: String

    init(_ error: any Error, wasTimedOut: Bool, isStop: Bool) {
        detail = Self.words(error)
        reason = "rejected"
        if isStop {
            failure = .cancelled
            return
        }
        switch error {
        case let error as EventDataError:
            failure = .rejected
            reason = error.reason
        case let error as ProcessingError:
            switch error.kind {
            case .retry(let after): failure = .retry(after: after?.nanoseconds)
            case .reject(let code):
                failure = .rejected
                reason = code.map { "rejected:\($0)" } ?? "rejected"
            case .unavailable: failure = .unavailable
            }
            if !error.reason.isEmpty { detail = error.reason }
        default: failure = .retry(after: nil)
        }
        if wasTimedOut, case .retry = failure {
            failure = .timedOut
            detail = "the handler was cancelled by its route's timeout"
        }
    }

    /// An error's own words, at most 1,000 characters.
    private static func words(_ error: any Error) -> String {
        let text = String(describing: error)
        return text.utf8.count <= 1_000 ? text : String(text.prefix(1_000))
    }
}
