import MillraceEngine

/// What goes wrong.
enum Fault: UInt64, CaseIterable {
    case crash, killer, sessionEnd, stop, staleAssignment, repeatedRecord
    case stuckHandler, failure, unavailable
    case lettersRefused, lettersSilent
    case commitRefused, answerLost
}

/// What is drawn once for a run. Each fault is there in about every second run, so that runs differ in more than chance.
struct Settings {
    let partitions: Int
    let lanes: Int
    let mostMembers: Int
    let isCooperative: Bool
    let rules: [RouteRules]
    let routeNames: RouteNames
    let limits: LaneEngine.Limits
    let allowedBytes: Int
    let commitInterval: UInt64
    /// How many handlers of a hundred keep their lane, where some do.
    let sticks: UInt64
    /// How many handlers of a hundred suspend.
    let suspends: UInt64
    let faults: Set<Fault>
    /// Crashes after which a culprit is looked for; 0: never.
    let maximumCrashes: Int

    init(_ random: inout RandomSource) {
        partitions = 1 + random.index(below: 4)
        lanes = 1 + random.index(below: 2)
        mostMembers = 1 + random.index(below: 3)
        isCooperative = random.chance(40)
        let count = 1 + random.index(below: 3)
        var rules: [RouteRules] = []
        for _ in 0..<count { rules.append(random.rules()) }
        self.rules = rules
        routeNames = RouteNames((0..<count).map { (processor: "p\($0)", types: ["*"]) })
        var limits = LaneEngine.Limits()
        limits.recordsPerPartition = 3 + random.index(below: 40)
        limits.lettersPerPartition = 1 + random.index(below: 10)
        limits.letterPatience = 10_000_000
        limits.probe = Backoff(minimum: 5_000_000, maximum: 50_000_000)
        limits.recordsAhead = 5 + random.index(below: 60)
        limits.mapAge = random.next(through: 10_000_000)
        if random.chance(15) {
            limits.letterGuard = LetterGuard.Rules(records: 3 + random.index(below: 10), share: 0.5)
        }
        self.limits = limits
        allowedBytes = 1_000 + random.index(below: 20_000)
        commitInterval = random.next(through: 20_000_000)
        suspends = [10, 50, 90][random.index(below: 3)]
        sticks = [3, 20][random.index(below: 2)]
        var faults: Set<Fault> = []
        for fault in Fault.allCases where random.chance(50) { faults.insert(fault) }
        self.faults = faults
        maximumCrashes = faults.contains(.killer) || random.chance(70) ? 1 + random.index(below: 3) : 0
    }
}

extension RandomSource {
    fileprivate mutating func rules() -> RouteRules {
        let orders: [RouteRules.Order] = [.key, .partition, .unordered]
        var rules = RouteRules(
            order: orders[index(below: 3)], concurrency: 1 + index(below: 8), attempts: 1 + index(below: 4),
            backoff: Backoff(minimum: next(through: 20_000_000), maximum: 50_000_000),
            timeout: chance(50) ? 1_000_000 + next(through: 30_000_000) : nil)
        if chance(30) {
            rules.deduplication = DuplicateWindow.Bounds(count: 1 + index(below: 40), time: next(through: 200_000_000))
        }
        if chance(30) {
            rules.breaker = CircuitBreaker.Rules(
                share: [0.5, 0.9][index(below: 2)], minimum: 1 + index(below: 5),
                window: 1_000 + next(through: 100_000_000),
                pause: Backoff(minimum: 1 + next(through: 10_000_000), maximum: 20_000_000))
        }
        return rules
    }
}
