import MillraceEngine
import Synchronization

/// Why one delivery failed on a blocking thread, on its way to a lane.
package struct BlockingFailure: Sendable {
    let error: any Error
}

/// A route whose processor blocks: one thread of its own, one batch at a time, whichever lane it came from.
package final class BlockingRoute: @unchecked Sendable {
    private struct Submission: Sendable {
        var lane: Lane
        var works: [Int32]
        var deliveries: [Delivery]
    }

    private struct Queue {
        var submissions: [Submission] = []
        var isEnding = false
    }

    package let route: RouteContext
    private let wake: WakeDescriptor
    private let executor: LaneExecutor
    private let queue = Mutex(Queue())
    private let hasEnded = Atomic<Bool>(false)
    private let thread = Mutex<WorkerThread?>(nil)
    private let task = Mutex<Task<Void, Never>?>(nil)

    package init(route: RouteContext) throws(WorkerError) {
        self.route = route
        wake = try WakeDescriptor()
        executor = LaneExecutor(wake: wake)
    }

    func start() throws(WorkerError) {
        let started = try WorkerThread(name: "mr-\(route.processor)") { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// From a lane: handles the deliveries, then tells the lane.
    func submit(_ lane: Lane, works: [Int32], deliveries: [Delivery]) {
        queue.withLock { $0.submissions.append(Submission(lane: lane, works: works, deliveries: deliveries)) }
        wake.wake()
    }

    /// Cancels the handler that is running and every one after it: what they have is nobody's any more.
    func cancel() { task.withLock { $0?.cancel() } }

    /// Ends the thread once its batch is done. Returns whether it ended in time; else it is left alone.
    func end(nanoseconds: UInt64, clock: any EngineClock) -> Bool {
        guard let thread = thread.withLock({ $0 }) else { return true }
        queue.withLock { $0.isEnding = true }
        wake.wake()
        let deadline = clock.now() &+ nanoseconds
        let pause = try? WakeDescriptor()
        while !hasEnded.load(ordering: .acquiring) {
            if clock.now() >= deadline { return false }
            pause?.wait(nanoseconds: 1_000_000)
        }
        thread.join()
        return true
    }

    private func run() {
        executor.bind()
        let loop = Task(executorPreference: executor) { [self] in
            await work()
            hasEnded.store(true, ordering: .releasing)
        }
        task.withLock { $0 = loop }
        while !hasEnded.load(ordering: .acquiring) {
            if !executor.runJobs() { wake.wait(nanoseconds: 1_000_000_000) }
            resumeIfAwaited()
        }
    }

    // The continuation of the work loop while it waits; touched by this thread only.
    private var awaiting: UnsafeContinuation<Void, Never>?

    private func resumeIfAwaited() {
        guard awaiting != nil, queue.withLock({ !$0.submissions.isEmpty || $0.isEnding }) else { return }
        let continuation = awaiting
        awaiting = nil
        continuation?.resume()
        _ = executor.runJobs()
    }

    private func work() async {
        while true {
            let (next, isEnding) = queue.withLock { queue in
                (queue.submissions.isEmpty ? nil : queue.submissions.removeFirst(), queue.isEnding)
            }
            guard let next else {
                if isEnding { return }
                await withUnsafeContinuation { awaiting = $0 }
                continue
            }
            let failures = await route.handler.handle(next.deliveries)
            next.lane.post(
                .outcomes(
                    route: route.index, works: next.works,
                    failures: failures.mapValues { BlockingFailure(error: $0) }))
        }
    }
}

extension Lane {
    /// Hands what is ready to a blocking route's thread, unless a batch of this lane is there already: meanwhile the
    /// next one grows. Returns whether something was handed over.
    func submitBlocking(_ route: RouteContext) -> Bool {
        guard let blocking = shared.blocking[route.index], atBlocking[route.index] == nil else { return false }
        var works: [Int32] = []
        while works.count < RecordBatch.capacity, let work = nextWork(route) {
            records[Int(engine.record(of: work))].users += 1
            works.append(work)
        }
        if works.isEmpty { return false }
        atBlocking[route.index] = works
        blocking.submit(self, works: works, deliveries: works.map(delivery))
        return true
    }

    func finishBlocking(_ number: Int, _ works: [Int32], _ failures: [Int: BlockingFailure]) {
        atBlocking[number] = nil
        let route = shared.routes[number]
        for (index, work) in works.enumerated() {
            if let failure = failures[index] {
                failed(work, route: route, AttemptError(failure.error, wasTimedOut: false, isStop: false))
            } else {
                succeeded(work, route: route)
            }
        }
    }
}
