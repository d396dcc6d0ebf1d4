import MillraceEngine
import Synchronization

/// Sleeping on a lane: a timer in the lane's own heap and a continuation, no hop through a global pool.
package final class LaneTimer: WorkerTimer, @unchecked Sendable {
    private struct Remote {
        var starts: [(due: UInt64, number: UInt64, continuation: UnsafeContinuation<Bool, Never>)] = []
        var cancels: [UInt64] = []
        var hasEnded = false
    }

    private let executor: LaneExecutor
    private let wake: WakeDescriptor
    private let clock: any EngineClock
    private let numbers = Atomic<UInt64>(0)
    // Touched by the lane's thread only.
    @exclusivity(unchecked) private var sleepers = SleeperHeap()
    /// Sleeps that were cancelled before they began.
    @exclusivity(unchecked) private var cancelled: Set<UInt64> = []
    private let remote = Mutex(Remote())
    private let hasRemote = Atomic<Bool>(false)

    package init(executor: LaneExecutor, wake: WakeDescriptor, clock: any EngineClock) {
        self.executor = executor
        self.wake = wake
        self.clock = clock
    }

    package func wall() -> Int64 { clock.wall() }

    package func sleep(nanoseconds: UInt64) async throws {
        if Task.isCancelled { throw CancellationError() }
        let number = numbers.add(1, ordering: .relaxed).newValue
        let due = clock.now().later(by: nanoseconds)
        let completed = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                start(due: due, number: number, continuation)
            }
        } onCancel: {
            cancel(number)
        }
        if !completed { throw CancellationError() }
    }

    private func start(due: UInt64, number: UInt64, _ continuation: UnsafeContinuation<Bool, Never>) {
        if executor.isCurrent { return add(due: due, number: number, continuation) }
        let hasEnded = remote.withLock { remote in
            if !remote.hasEnded { remote.starts.append((due, number, continuation)) }
            return remote.hasEnded
        }
        hasRemote.store(true, ordering: .releasing)
        if hasEnded { continuation.resume(returning: false) } else { wake.wake() }
    }

    /// The lane's thread is about to end: who sleeps is woken as if cancelled, and nobody sleeps from now on.
    package func end() {
        let starts = remote.withLock { remote in
            remote.hasEnded = true
            defer { remote.starts = [] }
            return remote.starts
        }
        for start in starts { start.continuation.resume(returning: false) }
        for continuation in sleepers.takeAll() { continuation.resume(returning: false) }
    }

    private func cancel(_ number: UInt64) {
        // Also from the lane's own thread: resuming here would run inside the cancelling call.
        remote.withLock { $0.cancels.append(number) }
        hasRemote.store(true, ordering: .releasing)
        wake.wake()
    }

    private func add(due: UInt64, number: UInt64, _ continuation: UnsafeContinuation<Bool, Never>) {
        if !cancelled.isEmpty, cancelled.remove(number) != nil {
            continuation.resume(returning: false)
            return
        }
        sleepers.add(due: due, number: number, continuation)
    }

    /// When ``fire(now:)`` should be called next.
    package var nextDue: UInt64? { sleepers.nextDue }

    /// Resumes whoever slept long enough or was cancelled. On the lane's thread.
    package func fire(now: UInt64) -> Bool {
        var fired = takeRemote()
        while let continuation = sleepers.popDue(now: now) {
            fired = true
            continuation.resume(returning: true)
        }
        return fired
    }

    private func takeRemote() -> Bool {
        guard hasRemote.exchange(false, ordering: .acquiringAndReleasing) else { return false }
        let (starts, cancels) = remote.withLock { remote in
            defer {
                if !remote.starts.isEmpty { remote.starts = [] }
                if !remote.cancels.isEmpty { remote.cancels = [] }
            }
            return (remote.starts, remote.cancels)
        }
        for start in starts { add(due: start.due, number: start.number, start.continuation) }
        if !cancels.isEmpty {
            var numbers = Set(cancels)
            for continuation in sleepers.take(&numbers) { continuation.resume(returning: false) }
            // Ended already, or not begun: numbers only grow, so a stale entry harms nobody but memory.
            cancelled.formUnion(numbers)
        }
        if cancelled.count > 10_000 { cancelled.removeAll() }
        return !starts.isEmpty || !cancels.isEmpty
    }
}
