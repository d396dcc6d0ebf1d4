import Synchronization

/// A lane's thread as a task executor: jobs of its runners run on that thread and nowhere else.
package final class LaneExecutor: TaskExecutor, @unchecked Sendable {
    private let wake: WakeDescriptor
    private let thread = Atomic<UInt>(0)
    /// Jobs from the lane's own thread; touched by it only.
    @exclusivity(unchecked) private var local: [UnownedJob] = []
    @exclusivity(unchecked) private var localHead = 0
    private let remote = Mutex<[UnownedJob]>([])
    private let hasRemote = Atomic<Bool>(false)

    package init(wake: WakeDescriptor) { self.wake = wake }

    /// Called once by the thread that will run the jobs.
    package func bind() { thread.store(CurrentThread.identity, ordering: .releasing) }

    /// The thread ends: another one may get its identity.
    package func unbind() { thread.store(0, ordering: .releasing) }

    /// Whether the calling thread is the one that runs the jobs.
    package var isCurrent: Bool { thread.load(ordering: .relaxed) == CurrentThread.identity }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            local.append(job)
        } else {
            remote.withLock { $0.append(job) }
            hasRemote.store(true, ordering: .releasing)
            wake.wake()
        }
    }

    /// Runs what is queued. Returns whether there was anything.
    ///
    /// What those jobs queue is left for the next call: a handler that only yields would keep its lane to itself.
    package func runJobs() -> Bool {
        if hasRemote.exchange(false, ordering: .acquiringAndReleasing) {
            remote.withLock { jobs in
                local.append(contentsOf: jobs)
                jobs.removeAll(keepingCapacity: true)
            }
        }
        let end = local.count
        guard localHead < end else { return false }
        while localHead < end {
            let job = local[localHead]
            localHead += 1
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
        if localHead == local.count {
            local.removeAll(keepingCapacity: true)
            localHead = 0
        } else if localHead >= 1024 {
            local.removeFirst(localHead)
            localHead = 0
        }
        return true
    }

    /// Whether a job waits.
    package var hasJobs: Bool { localHead < local.count || hasRemote.load(ordering: .acquiring) }
}
