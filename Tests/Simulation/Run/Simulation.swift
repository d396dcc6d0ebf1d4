import MillraceEngine

/// A group of workers, a broker and a clock, driven by chance. Everything is drawn from the seed; each step has chance of
/// its own, so that the others stay what they were when one is left out.
final class Simulation {
    /// How many steps have faults in them.
    static let steps = 600

    let seed: UInt64
    let settings: Settings
    var random: RandomSource
    var now: UInt64 = 1_000_000_000
    var logs: [SourceLog]
    var group: Group
    var commits: [CommitRequest] = []
    var deadLetters = DeadLetterTopic()
    var members: [Member] = []
    /// Those whose sessions the broker does not know to be over.
    var crashed: [Int] = []
    var unavailableRoutes: UInt64 = 0
    var hasFaults = true
    var oracle: Oracle
    var memberCount = 0
    var assignmentCount = 0
    var letterCount = 0
    var commitCount = 0
    private var killersLeft = 0
    /// What happened, where somebody wants to read it.
    private(set) var script: [String]?

    init(seed: UInt64, isTold: Bool = false) {
        self.seed = seed
        random = RandomSource(seed: seed)
        let settings = Settings(&random)
        self.settings = settings
        logs = Array(repeating: SourceLog(), count: settings.partitions)
        group = Group(partitions: settings.partitions, isCooperative: settings.isCooperative)
        oracle = Oracle(settings)
        script = isTold ? [] : nil
        if settings.faults.contains(.killer) { killersLeft = 1 + random.index(below: 2) }
        for partition in logs.indices { append(partition, count: 5 + random.index(below: 20)) }
        join()
    }

    func note(_ line: @autoclosure () -> String) {
        if script != nil { script?.append("\(now / 1_000 - 1_000_000) µs: \(line())") }
    }

    /// What a run came to.
    struct Outcome {
        var violations: [String]
        /// The step at which the first was seen; nil: after the last one.
        var step: Int?
        var script: [String]
    }

    /// Runs these steps, then without faults until everything is done.
    func run(_ steps: some Sequence<Int>) -> Outcome {
        for step in steps {
            random = RandomSource(seed: seed &+ UInt64(step + 1) &* 0xD134_2543_DE82_EF95)
            act()
            bury()
            if !oracle.violations.isEmpty { return outcome(at: step) }
        }
        random = RandomSource(seed: ~seed)
        calm()
        return outcome(at: nil)
    }

    private func outcome(at step: Int?) -> Outcome {
        Outcome(violations: oracle.violations, step: step, script: script ?? [])
    }

    // MARK: Chance

    /// Whether a fault happens, where the run has it.
    func isFaulty(_ fault: Fault, percent: UInt64) -> Bool {
        hasFaults && settings.faults.contains(fault) && random.chance(percent)
    }

    /// How a handler ends; nil: well.
    func failure(of handler: SimulatedLane.Handler, isOver: Bool) -> AttemptFailure? {
        // Where only what can never succeed is left, a circuit stays open: that is what it is for.
        let fails = hasFaults || settings.rules[Int(handler.route)].breaker == nil
        switch handler.record.temper {
        case .poison where fails: return handler.isTimedOut ? .timedOut : .retry(after: nil)
        case .hopeless where fails: return .rejected
        default: break
        }
        guard hasFaults else { return nil }
        if handler.isTimedOut, random.chance(70) { return .timedOut }
        // Those of a stop, and in a batch those that were cancelled with another.
        if isOver ? random.chance(30) : isFaulty(.failure, percent: 2) { return .cancelled }
        if unavailableRoutes & (1 << UInt64(handler.route)) != 0 { return .unavailable }
        if case .flaky = handler.record.temper, isFaulty(.failure, percent: 60) {
            switch random.next(through: 9) {
            case 0: return .rejected
            case 1..<4: return .retry(after: random.next(through: 50_000_000))
            default: return .retry(after: nil)
            }
        }
        return nil
    }

    // MARK: What may happen in a step

    private func act() {
        switch random.next(through: 99) {
        case 0..<28: turn()
        case 28..<48: endHandler()
        case 48..<64: if let member = anyMember() { member.control() }
        case 64..<72: pass()
        case 72..<79: serveCommit()
        case 79..<86: serveLetter()
        case 86..<88: append(random.index(below: logs.count), count: 1 + random.index(below: 4))
        case 88..<91: completeRebalance()
        default: disturb()
        }
    }

    private func anyMember() -> Member? { members.randomElement(using: &random) }

    private func anyLane() -> SimulatedLane? { anyMember()?.lanes.randomElement(using: &random) }

    private func turn() { anyLane()?.turn() }

    private func endHandler() {
        guard let lane = anyLane() else { return }
        if lane.stuck != nil {
            if random.chance(30) { lane.unstick() }
        } else if !lane.handlers.isEmpty {
            lane.turn(ending: random.index(below: lane.handlers.count))
        }
    }

    func append(_ partition: Int, count: Int) {
        let before = logs[partition].records.count
        logs[partition].append(count, routes: settings.rules.count, killers: &killersLeft, random: &random)
        oracle.appended(partition, logs[partition].records[before...])
    }

    private func pass() {
        let timers = members.flatMap { $0.lanes.compactMap(\.nextTimer) }
        // What waits for ever, in a partition that the guard stopped, has a timer at the end of time.
        if random.chance(40), let next = timers.min(), next < .max {
            now = max(now, next)
        } else {
            now += random.next(through: 20_000_000)
        }
    }

    func completeRebalance() {
        if group.completeIfJoined({ random.index(below: $0) }) { note("generation \(group.generation) begins") }
    }

    func serveCommit() {
        // A connection keeps its order.
        guard let member = Set(commits.map(\.member)).sorted().randomElement(using: &random),
            let index = commits.firstIndex(where: { $0.member == member })
        else { return }
        let request = commits.remove(at: index)
        var isAccepted = group.accepts(member, generation: request.generation)
        if isAccepted, isFaulty(.commitRefused, percent: 30) { isAccepted = false }
        if isAccepted {
            for (partition, value) in request.offsets {
                group.committed[partition] = value
                oracle.accepted(partition, value)
            }
        }
        let isHeard = isAccepted && !isFaulty(.answerLost, percent: 30)
        let answer = isAccepted == isHeard ? "" : ", and the answer is lost"
        note("the broker \(isAccepted ? "takes" : "refuses") commit \(request.id)\(answer)")
        members.first { $0.id == member }?.answers.append((request.id, isHeard))
    }

    func serveLetter() {
        guard !deadLetters.requests.isEmpty else { return }
        let index = random.index(below: deadLetters.requests.count)
        let request = deadLetters.requests[index]
        if !request.isWritten {
            switch deadLetters.mode {
            case .silent: return
            case .refusing:
                deadLetters.requests.remove(at: index)
                note("the letter of \(request.record) is refused")
                return tell(request, wasWritten: false)
            case .accepting:
                note("the letter of \(request.record) is written")
                oracle.letterWritten(request.assignment, request.record, route: request.route)
                deadLetters.requests[index].isWritten = true
                // The answer comes later.
                if hasFaults, random.chance(40) { return }
            }
        }
        deadLetters.requests.remove(at: index)
        tell(request, wasWritten: true)
    }

    private func tell(_ request: DeadLetterTopic.Request, wasWritten: Bool) {
        guard let member = members.first(where: { $0.id == request.member }) else { return }
        member.lanes[request.lane].reports.append((request.letter, wasWritten))
    }
}
