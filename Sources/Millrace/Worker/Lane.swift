import CloudEvents
package import MillraceEngine
import MillraceKafka
import Synchronization

/// A thread that reads its own partitions' queues and does everything in place: decodes, routes, calls processors,
/// settles, writes letters. It decides nothing by itself: ``LaneEngine`` does.
package final class Lane: @unchecked Sendable {
    /// What all lanes of a worker share.
    package struct Shared: Sendable {
        package var routes: [RouteContext]
        package var router: Router
        package var unrouted: UnroutedPolicy
        package var group: String
        package var clock: any EngineClock
        package var board: LaneBoard
        package var observer: (any EngineObserver)?
        package var budget: MemoryBudget
        package var letters: @Sendable (WakeDescriptor) throws -> LetterWriter
        package var blocking: [Int: BlockingRoute]
        package var stuckAfter: UInt64
        /// What a replay hands over; nil: the worker is live.
        package var selection: ReplaySelection?
        package var rate: RateGate?
        /// When a partition is stopped for its letters; nil: never.
        package var letterGuard: LetterGuard.Rules?
        /// Takes what lanes that look for a culprit have to say; called on their threads.
        package var crashes: @Sendable (CrashMessage) -> Void
    }

    /// What control and others tell a lane.
    enum Message: Sendable {
        case assign(LaneAssignment)
        /// Take nothing in any more, finish what has started, then end.
        case release([PartitionName])
        /// End now; what is in handlers finishes without effect.
        case abandon([PartitionName])
        /// What waits in this assignment for its coordinates to be committed may go on.
        case probe(PartitionName, epoch: UInt32)
        case outcomes(route: Int, works: [Int32], failures: [Int: BlockingFailure])
        case stop
    }

    package let number: Int
    package let executor: LaneExecutor
    package let wake: WakeDescriptor
    let shared: Shared
    let judgement: RecordJudge
    let timer: LaneTimer
    private let inbox = Mutex<[Message]>([])
    private let hasMail = Atomic<Bool>(false)
    /// When the lane last began a turn, for whoever watches over it.
    let lastTurn = Atomic<UInt64>(0)
    let progress = LaneProgress()
    /// The names of the slots that ``LaneProgress`` speaks of.
    let slotNames = Mutex<[Int: PartitionName]>([:])
    private let used = Atomic<Int>(0)

    /// Bytes charged for unsettled records, as of the last turn.
    var usedBytes: Int { used.load(ordering: .relaxed) }

    // Everything below is touched by the lane's thread only, and never by two calls at once: the compiler's check of that
    // at run time cost a tenth of the lane's time.
    @exclusivity(unchecked) var engine: LaneEngine
    @exclusivity(unchecked) var runners: [LaneRouteRunner?] = []
    @exclusivity(unchecked) var partitions: [LaneReading] = []
    @exclusivity(unchecked) var records: [RecordMemory] = []
    @exclusivity(unchecked) var batches = BatchTable()
    /// Client's batches with records that are in handlers or wait for letters.
    @exclusivity(unchecked) var touchedBatches: [Int32] = []
    @exclusivity(unchecked) var pendingLetters: [Int32: PendingLetter] = [:]
    /// What a blocking route's thread has of this lane, by route.
    @exclusivity(unchecked) var atBlocking: [Int: [Int32]] = [:]
    @exclusivity(unchecked) var unsentLetters = false
    @exclusivity(unchecked) var timedOut: Set<Int32> = []
    @exclusivity(unchecked) var unavailableRoutes: UInt64 = 0
    @exclusivity(unchecked) var stuckHandlers: [StuckHandler: UInt64] = [:]
    @exclusivity(unchecked) var letterWriter: LetterWriter?
    @exclusivity(unchecked) var headers = HeaderViews()
    @exclusivity(unchecked) var now: UInt64 = 0
    @exclusivity(unchecked) var isStopping = false
    /// The partition that is read first in the next turn.
    @exclusivity(unchecked) var firstRead = 0
    /// When the rate allows the next read, where it did not allow one in this turn.
    @exclusivity(unchecked) var nextPermit: UInt64?
    /// Events that were given to routes, for the rate.
    @exclusivity(unchecked) var dispatchedCount = 0
    @exclusivity(unchecked) private var nextSlowTurn: UInt64 = 0
    @exclusivity(unchecked) private var published: [LaneBoard.Entry] = []
    let tolerated = ToleratedCounter()

    package init(number: Int, lanes: Int, shared: Shared) throws(WorkerError) {
        self.number = number
        self.shared = shared
        judgement = RecordJudge(router: shared.router, unrouted: shared.unrouted, selection: shared.selection)
        wake = try WakeDescriptor()
        executor = LaneExecutor(wake: wake)
        timer = LaneTimer(executor: executor, wake: wake, clock: shared.clock)
        var limits = LaneEngine.Limits()
        limits.letterGuard = shared.letterGuard
        engine = LaneEngine(
            routes: shared.routes.map { $0.rules(lanes: lanes) }, limits: limits, allowedBytes: 0,
            random: RandomSource(seed: UInt64.random(in: .min ... .max)))
        runners = shared.routes.map { route in
            shared.blocking[route.index] == nil
                ? LaneRouteRunner(lane: self, route: route, body: route.handler.work) : nil
        }
    }

    /// Tells the lane something. From any thread.
    func post(_ message: Message) {
        inbox.withLock { $0.append(message) }
        hasMail.store(true, ordering: .releasing)
        wake.wake()
    }

    /// Makes the lane finish its turn after the handler that it is in, so that it hears its mail and publishes.
    func comeUp() {
        hasMail.store(true, ordering: .releasing)
        wake.wake()
    }

    /// Somebody wants the lane to finish its turn.
    var isWanted: Bool { hasMail.load(ordering: .relaxed) }

    /// The body of the lane's thread: turns until told to stop and nothing is left.
    func run() {
        executor.bind()
        // A worker looks letters' topics up before it subscribes: there is time, and nothing to read yet.
        letterWriter = try? shared.letters(wake)
        while true {
            now = shared.clock.now()
            lastTurn.store(now, ordering: .relaxed)
            let didSomething = turn()
            if isStopping, partitions.isEmpty, endRunners(), atBlocking.isEmpty { break }
            // Whoever observes may have resumed a handler.
            if !didSomething, !executor.hasJobs { sleep() }
        }
        timer.end()
        executor.unbind()
        letterWriter?.close()
        tolerated.flush(to: shared.observer)
        giveMemoryBack()
        lastTurn.store(.max, ordering: .releasing)
    }

    /// Nothing is read from now on: a client cannot be destroyed while somebody holds a message of it.
    private func giveMemoryBack() {
        pendingLetters = [:]
        touchedBatches = []
        batches = BatchTable()
    }

    private func turn() -> Bool {
        var didSomething = false
        if hasMail.exchange(false, ordering: .acquiringAndReleasing) {
            let mail = inbox.withLock { messages in
                defer { messages = [] }
                return messages
            }
            for message in mail { handle(message) }
            didSomething = true
        }
        if timer.fire(now: now) { didSomething = true }
        if fireTimers() { didSomething = true }
        if runJobs() { didSomething = true }
        if !pendingLetters.isEmpty, pollLetters() { didSomething = true }
        if drainReady() { didSomething = true }
        if readPartitions() { didSomething = true }
        settleBatches()
        endDrained()
        if now >= nextSlowTurn {
            nextSlowTurn = now &+ 200_000_000
            slowTurn()
        }
        publish()
        return didSomething
    }

    private func handle(_ message: Message) {
        switch message {
        case .assign(let assignment): begin(assignment)
        case .release(let names): for name in names { release(name) }
        case .abandon(let names): for name in names { abandon(name) }
        case .probe(let name, let epoch): probe(name, epoch: epoch)
        case .outcomes(let route, let works, let failures): finishBlocking(route, works, failures)
        case .stop:
            isStopping = true
            for partition in partitions { release(partition.assignment.name) }
        }
    }

    private func fireTimers() -> Bool {
        var fired = false
        while true {
            let timer = engine.fireTimer(now: now)
            guard timer.fired else { return fired }
            fired = true
            if let work = timer.timedOut {
                timedOut.insert(work)
                runners[Int(engine.work(work).route)]?.cancel(work)
            }
        }
    }

    /// What needs no hurry: letters that wait too long, handlers that do not return, the memory budget.
    private func slowTurn() {
        engine.checkLetters(now: now) { name, isHeld in
            let cause = letterWriter?.lastTrouble ?? "no acknowledgement from the dead-letter topic"
            shared.observer?.observe(isHeld ? .lettersHeld(name, cause: cause) : .lettersResumed(name))
        }
        _ = pollLetters()
        retryLetters()
        advanceSearches()
        for index in partitions.indices { partitions[index].isMarked = true }
        findStuck()
        engine.forgetOldEvents(now: now)
        engine.takeStopped { name, letters, records in
            shared.observer?.observe(.letterGuardStopped(name, letters: letters, records: records))
        }
        tolerated.flush(to: shared.observer)
        shared.observer?.observe(.turn(.lane(number)))
    }

    private func publish() {
        used.store(engine.usedBytes, ordering: .relaxed)
        engine.allowedBytes = shared.budget.allowance(lane: number, used: engine.usedBytes)
        engine.takeReports(all: false, now: now) { report, metadata in
            published.append(LaneBoard.Entry(report: report, metadata: metadata))
        }
        if published.isEmpty { return }
        shared.board.publish(published)
        if let observer = shared.observer {
            for entry in published { observer.observe(.partition(entry.report)) }
        }
        published.removeAll(keepingCapacity: true)
    }

    func publishEnd(_ report: PartitionReport, _ metadata: CommitMetadata) {
        shared.board.publish([LaneBoard.Entry(report: report, metadata: metadata, hasEnded: true)])
        shared.observer?.observe(.partition(report))
    }

    private func sleep() {
        var until = nextSlowTurn
        if let due = engine.nextTimer { until = min(until, due) }
        if let due = timer.nextDue { until = min(until, due) }
        if let due = nextPermit { until = min(until, due) }
        let time = shared.clock.now()
        if until > time { wake.wait(nanoseconds: until - time) }
    }

    func runJobs() -> Bool { executor.runJobs() }

    private func endRunners() -> Bool {
        for runner in runners { runner?.end() }
        return !runners.contains { $0?.hasRunners == true }
    }
}
