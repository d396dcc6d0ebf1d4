import MillraceEngine

/// The runners of one route on one lane: long-lived tasks that take the next ready work, await its handler, settle it,
/// and take the next. One that suspends in a handler leaves its lane to the next idle one.
///
/// Touched by the lane's thread only.
package final class LaneRouteRunner: @unchecked Sendable {
    package unowned let lane: Lane
    package let route: RouteContext
    @exclusivity(unchecked) private var idle: [Runner] = []
    @exclusivity(unchecked) private var all: [Runner] = []
    /// A handler of this route was seen suspending: what it gets is copied, since a held record pins its whole fetch.
    @exclusivity(unchecked) package internal(set) var wasSeenSuspending = false

    private let body: any RouteWork

    package init(lane: Lane, route: RouteContext, body: any RouteWork) {
        self.lane = lane
        self.route = route
        self.body = body
    }

    /// Lets a runner work until nothing is ready or it suspends.
    func drain() {
        let runner: Runner
        if let parked = idle.popLast() {
            runner = parked
            runner.resume()
        } else {
            runner = Runner()
            all.append(runner)
            runner.task = Task(executorPreference: lane.executor) { [self] in await run(runner) }
        }
        _ = lane.runJobs()
        if runner.isBusy { wasSeenSuspending = true }
    }

    private nonisolated(nonsending) func run(_ runner: Runner) async {
        while true {
            await body.work(runner, of: self)
            // Cancellation sticks to a task: a cancelled runner ends, and another takes its place.
            if runner.isCancelled { break }
            idle.append(runner)
            await runner.park()
            if runner.isEnding { break }
        }
        all.removeAll { $0 === runner }
    }

    /// Runners that are in a handler.
    var busy: [Runner] { all.filter(\.isBusy) }

    /// Those whose handlers suspended and are not timed yet.
    var untimed: [Runner] { all.filter { $0.isBusy && !$0.isTimed } }

    /// Cancels the runner of some work.
    func cancel(_ work: Int32) {
        for runner in all where runner.current.contains(work) { runner.cancel() }
    }

    /// Cancels the handlers whose records were released: their results can have no effect.
    func cancelReleased() {
        for runner in all where runner.isBusy && runner.current.allSatisfy(lane.isReleased) { runner.cancel() }
    }

    /// Ends the idle runners; what is in a handler ends when it returns.
    func end() {
        for runner in all where runner.isBusy { runner.cancel() }
        let parked = idle
        idle = []
        for runner in parked {
            runner.isEnding = true
            runner.resume()
        }
        _ = lane.runJobs()
    }

    var hasRunners: Bool { !all.isEmpty }
}

/// One runner: a task that is parked or works.
package final class Runner: @unchecked Sendable {
    var task: Task<Void, Never>?
    @exclusivity(unchecked) private var continuation: UnsafeContinuation<Void, Never>?
    /// The work in the handler.
    @exclusivity(unchecked) var current: [Int32] = []
    @exclusivity(unchecked) var isEnding = false
    /// The engine was told that the handler suspended.
    @exclusivity(unchecked) var isTimed = false

    /// Asking the task itself costs a look-up of the thread's own data for each event.
    @exclusivity(unchecked) private(set) var isCancelled = false

    func cancel() {
        isCancelled = true
        task?.cancel()
    }

    var isBusy: Bool { !current.isEmpty }

    nonisolated(nonsending) func park() async {
        await withUnsafeContinuation { continuation = $0 }
    }

    func resume() {
        let parked = continuation
        continuation = nil
        parked?.resume()
    }
}

/// What a runner does while there is ready work: generic over the concrete processor, so that only one call a drain is
/// made through an existential.
package protocol RouteWork: Sendable {
    /// Works until nothing is ready, or the runner was cancelled.
    nonisolated(nonsending) func work(_ runner: Runner, of route: LaneRouteRunner) async
}

/// The work of a processor that takes one event at a time.
struct SingleWork<P: Processor>: RouteWork {
    let processor: P

    nonisolated(nonsending) func work(_ runner: Runner, of route: LaneRouteRunner) async {
        let lane = route.lane
        while let work = lane.take(route) {
            runner.current.append(work)
            runner.isTimed = false
            do {
                try await processor.process(lane.delivery(work))
                runner.current.removeAll(keepingCapacity: true)
                lane.succeeded(work, route)
            } catch {
                runner.current.removeAll(keepingCapacity: true)
                lane.failed(work, route, error, isCancelled: runner.isCancelled)
                // A handler may have cancelled its own task: the next one gets another.
                if Task.isCancelled { runner.cancel() }
            }
            if runner.isCancelled { return }
        }
    }
}

/// The work of a processor that takes batches.
struct BatchWork<P: BatchProcessor>: RouteWork {
    let handler: BatchHandler<P>

    nonisolated(nonsending) func work(_ runner: Runner, of route: LaneRouteRunner) async {
        let lane = route.lane
        while true {
            while runner.current.count < RecordBatch.capacity, let work = lane.take(route) {
                runner.current.append(work)
            }
            if runner.current.isEmpty { return }
            runner.isTimed = false
            let works = runner.current
            let failures = await handler.handle(works.map { lane.delivery($0) })
            runner.current.removeAll(keepingCapacity: true)
            for (index, work) in works.enumerated() {
                if let error = failures[index] {
                    lane.failed(work, route, error, isCancelled: runner.isCancelled)
                } else {
                    lane.succeeded(work, route)
                }
            }
            if runner.isCancelled { return }
        }
    }
}
