@testable import MillraceEngine

/// Judges what a lane's engine does by what went in and what came out, and never looks at its state.
struct LaneOracle {
    /// A record in one assignment of its partition.
    struct Name: Hashable {
        var partition: Int
        var epoch: UInt32
        var offset: Int64
    }

    private struct Record {
        var key: UInt32?
        var open: Set<UInt8> = []
        var running: Set<UInt8> = []
        var lettering: Set<UInt8> = []
        /// Failed attempts, those of earlier owners included, but for what leaves one more.
        var failures: [UInt8: Int] = [:]
        /// The same as the next owner has to know it.
        var counted: [UInt8: Int] = [:]
        var bytes = 0
        var content: UInt128 = 0
        var isDeadLettered = false
        /// Some route did not pass it over.
        var isHandled = false
        var isReleased = false
        var isSettled = false
    }

    /// What a route succeeded with in a partition.
    private struct Success: Hashable {
        var partition: Int
        var route: UInt8
        var content: UInt128
    }

    private struct Assignment {
        var epoch: UInt32
        var start: Int64
        var counts = PartitionCounts()
        var isReleasing = false
        var inherited: [AttemptKey: Int]
        var position: Int64
        /// What the last owner had finished above the start, as was committed.
        var inheritedRuns: [Range<Int64>]
        /// What is settled, by this owner or those before him, as far as it was committed.
        var done: Set<Int64>
    }

    private let rules: [RouteRules]
    private var records: [Name: Record] = [:]
    private var assignments: [Int: Assignment] = [:]
    /// Offsets that some assignment settled, by partition.
    private var settled: [Int: Set<Int64>] = [:]
    /// When each last was.
    private var successes: [Success: UInt64] = [:]
    private var openCircuits: Set<UInt8> = []
    /// What began while a route's circuit was open.
    private var probes: [UInt8: Name] = [:]
    /// What came out that must not.
    private(set) var violations: [String] = []

    init(_ rules: [RouteRules]) { self.rules = rules }

    private mutating func require(_ holds: Bool, _ what: @autoclosure () -> String) {
        if !holds { violations.append(what()) }
    }

    // MARK: What happened

    mutating func assigned(
        _ partition: Int, epoch: UInt32, start: Int64, attempts: [AttemptKey: Int], done: OffsetMap?,
        log: [ModelRecord]
    ) {
        let already = Set(log.map(\.offset).filter { done?.contains($0) == true })
        for offset in already {
            require(isSettled(partition, offset), "\(partition)/\(offset) is told to be done and is not")
        }
        assignments[partition] = Assignment(
            epoch: epoch, start: start, inherited: attempts, position: start, inheritedRuns: done?.runs ?? [],
            done: already)
    }

    mutating func received(_ name: Name, _ record: ModelRecord, wasTaken: Bool) {
        guard var assignment = assignments[name.partition] else { return }
        let isNew = !assignment.isReleasing && record.offset >= assignment.position
        let isDone = assignment.done.contains(record.offset)
        require(wasTaken == (isNew && !isDone), "\(name) was \(wasTaken ? "" : "not ")taken")
        if isNew, isDone {
            assignment.position = record.offset + 1
            assignment.counts.alreadyDone += 1
            assignments[name.partition] = assignment
        }
        guard wasTaken else { return }
        assignment.position = record.offset + 1
        assignment.counts.received += 1
        assignment.counts.inFlight += 1
        var state = Record(key: record.key, bytes: record.bytes, content: record.digest.content)
        if case .routes(let mask) = record.fate {
            state.open = Set((0..<UInt8(rules.count)).filter { mask & (1 << UInt64($0)) != 0 })
            for route in state.open {
                if let count = assignment.inherited[AttemptKey(offset: record.offset, route: route)] {
                    state.failures[route] = min(count, rules[Int(route)].attempts - 1)
                    state.counted[route] = count
                }
            }
        }
        assignments[name.partition] = assignment
        records[name] = state
    }

    mutating func skipped(_ name: Name) {
        assignments[name.partition]?.counts.skipped += 1
        assignments[name.partition]?.counts.inFlight -= 1
        settle(name)
    }

    private mutating func settle(_ name: Name) {
        records[name]?.isSettled = true
        settled[name.partition, default: []].insert(name.offset)
        assignments[name.partition]?.done.insert(name.offset)
    }

    /// A letter was asked for: by the reading of the record (`route` is the engine's own number for that), or a route.
    mutating func letterBegan(_ name: Name, route: UInt8) {
        records[name]?.lettering.insert(route)
        records[name]?.open.insert(route)
    }

    mutating func began(_ name: Name, route: UInt8, attempt: Int) {
        guard let record = records[name] else { return require(false, "\(name) was never received") }
        let rules = rules[Int(route)]
        require(isCurrent(name) && !record.isReleased, "\(name) began in route \(route) after it was released")
        require(!(assignments[name.partition]?.isReleasing ?? true), "\(name) began while its assignment ended")
        require(record.open.contains(route) && !record.running.contains(route), "\(name) began twice in \(route)")
        require(attempt == (record.failures[route] ?? 0) + 1, "\(name): attempt \(attempt) in route \(route)")
        require(attempt <= rules.attempts, "\(name): attempt \(attempt) of \(rules.attempts)")
        for (other, state) in records where other != name && other.partition == name.partition {
            guard waitForEachOther(record, state, rules.order), !state.isSettled else { continue }
            require(!state.running.contains(route), "\(name) began in route \(route) beside \(other)")
            if other.epoch == name.epoch, other.offset < name.offset, !state.isReleased {
                require(!state.open.contains(route), "\(name) began in route \(route) before \(other) was done")
            }
        }
        if rules.deduplication != nil {
            for (other, state) in records where other != name && other.partition == name.partition {
                let isTwin = state.content == record.content && state.running.contains(route)
                require(!isTwin, "\(name) began in route \(route) beside the same event, \(other)")
            }
        }
        if openCircuits.contains(route) {
            require(probes[route] == nil, "\(name) began in route \(route), whose circuit is open, beside a probe")
            probes[route] = name
        }
        let inRoute = records.values.count { $0.running.contains(route) }
        require(inRoute < rules.concurrency, "\(inRoute + 1) in route \(route)")
        records[name]?.running.insert(route)
    }

    private func waitForEachOther(_ one: Record, _ other: Record, _ order: RouteRules.Order) -> Bool {
        switch order {
        case .key: one.key != nil && one.key == other.key
        case .partition: true
        case .unordered: false
        }
    }

    /// A handler ended. `failure` is nil for success, `action` what the engine wants done.
    mutating func ended(
        _ name: Name, route: UInt8, _ failure: AttemptFailure?, _ action: AttemptAction?, now: UInt64
    ) {
        records[name]?.running.remove(route)
        if probes[route] == name { probes[route] = nil }
        guard let failure else {
            if isCurrent(name), let record = records[name], !record.isReleased {
                successes[Success(partition: name.partition, route: route, content: record.content)] = now
            }
            records[name]?.counted[route] = nil
            return done(name, route: route)
        }
        let isReleasing = assignments[name.partition]?.isReleasing ?? true
        guard isCurrent(name), records[name]?.isReleased == false else { return done(name, route: route) }
        if held(name, route: route, failure, action, isReleasing: isReleasing) { return }
        switch failure {
        case .cancelled, .unavailable:
            if isReleasing { return release(name, route: route) }
        case .rejected:
            require(action == .letter(.rejected), "\(name): \(String(describing: action)) for a rejection")
            letterBegan(name, route: route)
        case .retry, .timedOut:
            let failures = (records[name]?.failures[route] ?? 0) + 1
            records[name]?.failures[route] = failures
            records[name]?.counted[route] = failures
            if failures >= rules[Int(route)].attempts {
                let cause: LetterCause = failure == .timedOut ? .timedOut : .retriesExhausted
                require(action == .letter(cause), "\(name): \(String(describing: action)) after \(failures) failures")
                letterBegan(name, route: route)
            } else if isReleasing {
                release(name, route: route)
            } else if case .retrying(failures, _) = action {
            } else {
                require(false, "\(name): \(String(describing: action)) after \(failures) failures")
            }
        }
    }

    /// Whether a failure was none of the event's, since the route's circuit is open or opens by it.
    private mutating func held(
        _ name: Name, route: UInt8, _ failure: AttemptFailure, _ action: AttemptAction?, isReleasing: Bool
    ) -> Bool {
        if failure == .cancelled || failure == .unavailable { return false }
        guard case .held(let change) = action else {
            guard openCircuits.contains(route) else { return false }
            require(isReleasing, "\(name): \(String(describing: action)) although the circuit of \(route) is open")
            release(name, route: route)
            return true
        }
        require(!isReleasing, "\(name) waits for a circuit although its assignment ends")
        if case .opened = change {
            require(openCircuits.insert(route).inserted, "the circuit of \(route) opened twice")
        } else {
            require(openCircuits.contains(route), "\(name) waits for the circuit of \(route), which is closed")
        }
        return true
    }

    mutating func circuitClosed(_ route: UInt8) {
        require(openCircuits.remove(route) != nil, "the circuit of \(route) closed twice")
        probes[route] = nil
    }

    /// A route passed a record over.
    mutating func wasDuplicate(_ name: Name, route: UInt8, now: UInt64) {
        guard let record = records[name] else { return require(false, "\(name) was never received") }
        let succeededAt = successes[Success(partition: name.partition, route: route, content: record.content)]
        let time = rules[Int(route)].deduplication?.time ?? 0
        require(succeededAt.map { $0 + time > now } ?? false, "\(name) is no duplicate in route \(route): it is lost")
        require(record.open.contains(route), "\(name) was passed over by \(route), which had done it")
        records[name]?.counted[route] = nil
        done(name, route: route, isDuplicate: true)
    }

    mutating func letterAcknowledged(_ name: Name, route: UInt8) {
        records[name]?.lettering.remove(route)
        records[name]?.isDeadLettered = true
        records[name]?.counted[route] = nil
        done(name, route: route)
    }

    private mutating func release(_ name: Name, route: UInt8) {
        records[name]?.isReleased = true
        done(name, route: route)
    }

    /// A route is done with a record.
    private mutating func done(_ name: Name, route: UInt8, isDuplicate: Bool = false) {
        records[name]?.open.remove(route)
        if !isDuplicate { records[name]?.isHandled = true }
        guard let record = records[name], record.open.isEmpty else { return }
        if !record.isReleased, isCurrent(name) {
            settle(name)
            assignments[name.partition]?.counts.inFlight -= 1
            if record.isDeadLettered {
                assignments[name.partition]?.counts.deadLettered += 1
            } else if records[name]?.isHandled == false {
                assignments[name.partition]?.counts.skipped += 1
            } else {
                assignments[name.partition]?.counts.succeeded += 1
            }
        }
    }

    mutating func releaseBegan(_ partition: Int) {
        guard var assignment = assignments[partition], !assignment.isReleasing else { return }
        assignment.isReleasing = true
        assignments[partition] = assignment
        for (name, record) in records where isCurrent(name) && name.partition == partition {
            let idle = record.open.subtracting(record.running).subtracting(record.lettering)
            if record.isSettled || idle.isEmpty { continue }
            records[name]?.isReleased = true
            records[name]?.open.subtract(idle)
        }
    }

    mutating func released(_ partition: Int, _ report: PartitionReport) {
        guard var assignment = assignments[partition] else { return }
        assignment.counts.released = assignment.counts.inFlight
        assignment.counts.inFlight = 0
        assignments[partition] = assignment
        published(partition, report)
        for name in records.keys where isCurrent(name) && name.partition == partition {
            if records[name]?.isSettled == false { records[name]?.isReleased = true }
        }
        assignments[partition] = nil
    }

    // MARK: What may be published

    mutating func published(_ partition: Int, _ report: PartitionReport) {
        guard let assignment = assignments[partition] else {
            return require(false, "a report of partition \(partition), which is not assigned")
        }
        require(report.epoch == assignment.epoch, "a report of epoch \(report.epoch)")
        require(report.counts.balances, "\(report.counts) does not balance")
        require(report.counts == assignment.counts, "\(report.counts) instead of \(assignment.counts)")
        let unsettled = records.filter { isCurrent($0.key) && $0.key.partition == partition && !$0.value.isSettled }
        let next = assignment.inheritedRuns.first { $0.contains(assignment.position) }?.upperBound
        let first = unsettled.keys.map(\.offset).min() ?? next ?? assignment.position
        require(report.watermark == first, "watermark \(report.watermark), but \(first) is the first unsettled")
    }

    /// The counted failures of a partition's unfinished work, which the next owner has to know.
    func attempts(_ partition: Int, from watermark: Int64) -> [AttemptKey: Int] {
        guard let assignment = assignments[partition] else { return [:] }
        var found = assignment.inherited.filter { $0.key.offset >= max(watermark, assignment.position) }
        for (name, record) in records where isCurrent(name) && name.partition == partition {
            for (route, count) in record.counted where name.offset >= watermark {
                found[AttemptKey(offset: name.offset, route: route)] = count
            }
        }
        return found
    }

    /// What of a partition is settled, as its owner knows it.
    func done(_ partition: Int) -> Set<Int64> { assignments[partition]?.done ?? [] }

    /// The bytes of all records that are not finished, those of assignments that are over in handlers included.
    var bytes: Int { records.values.reduce(0) { $0 + ($1.isSettled || $1.open.isEmpty ? 0 : $1.bytes) } }

    func isSettled(_ partition: Int, _ offset: Int64) -> Bool { settled[partition]?.contains(offset) == true }

    private func isCurrent(_ name: Name) -> Bool { assignments[name.partition]?.epoch == name.epoch }

    /// Forgets what can have no further effect, so that long runs stay fast.
    mutating func forgetFinished() {
        records = records.filter { !($0.value.open.isEmpty && ($0.value.isSettled || !isCurrent($0.key))) }
    }
}
