@testable import MillraceEngine

/// Drives a lane's engine by chance, under a clock of its own, and tells the oracle what went in and out.
final class LaneSimulation {
    private struct Partition {
        var log: [ModelRecord]
        /// Where the next record is read, as an index into the log.
        var next = 0
        var slot: Int32 = -1
        var epoch: UInt32 = 0
        var isAssigned = false
        var isReleasing = false
        /// What a lane published of this assignment and could be committed.
        var published: (watermark: Int64, metadata: CommitMetadata, attempts: [AttemptKey: Int])?
        /// What the group has.
        var committed: (offset: Int64, metadata: String, attempts: [AttemptKey: Int]) = (0, "", [:])
    }

    private struct Handler {
        var work: Int32
        var name: LaneOracle.Name
        var route: UInt8
        var isCancelled = false
        var isSuspended = false
    }

    private(set) var oracle: LaneOracle
    private var engine: LaneEngine
    private var random: RandomSource
    private var partitions: [Partition] = []
    private var handlers: [Handler] = []
    private var letters: [(work: Int32, name: LaneOracle.Name, route: UInt8)] = []
    private var names: [Int32: LaneOracle.Name] = [:]
    private var now: UInt64 = 1_000_000_000
    private let rules: [RouteRules]
    private var routeNames: RouteNames { .numbered(rules.count) }
    /// Whether handlers fail, letters stay out and partitions go.
    private var hasFaults = true
    private(set) var script: [String] = []

    /// `isProtected`: routes de-duplicate and have circuit breakers, by chance.
    init(seed: UInt64, isProtected: Bool = false) {
        var random = RandomSource(seed: seed)
        rules = (0..<3).map { _ in random.rules(isProtected: isProtected) }
        var limits = LaneEngine.Limits()
        limits.recordsPerPartition = 5 + random.index(below: 40)
        limits.lettersPerPartition = 1 + random.index(below: 10)
        engine = LaneEngine(
            routes: rules, limits: limits, allowedBytes: 1_000 + random.index(below: 20_000),
            random: RandomSource(seed: random.next()))
        oracle = LaneOracle(rules)
        for _ in 0..<3 {
            let count = 20 + random.index(below: 40)
            partitions.append(Partition(log: random.log(count: count, routes: 3)))
        }
        self.random = random
    }

    /// Faults for so many steps, then none until everything is settled. Answers what went wrong.
    func run(steps: Int) -> [String] {
        for step in 0..<steps {
            act()
            if step % 16 == 0 {
                checkBytes()
                oracle.forgetFinished()
            }
            if !oracle.violations.isEmpty { return oracle.violations }
        }
        hasFaults = false
        script.append("no more faults")
        for partition in partitions.indices where partitions[partition].isReleasing { endRelease(partition) }
        for _ in 0..<20_000 where !isDone {
            act()
            oracle.forgetFinished()
        }
        checkBytes()
        if !isDone { return oracle.violations + ["no progress: \(unfinished)"] }
        for partition in partitions.indices { publish(partition) }
        checkEnd()
        return oracle.violations + problems
    }

    private var problems: [String] = []

    private var isDone: Bool {
        handlers.isEmpty && letters.isEmpty && engine.recordCount == 0
            && partitions.allSatisfy { $0.isAssigned && $0.next == $0.log.count }
    }

    private var unfinished: String {
        "\(handlers.count) handlers, \(letters.count) letters, \(engine.recordCount) records, "
            + partitions.map { "\($0.isAssigned) \($0.next)/\($0.log.count)" }.joined(separator: ", ")
    }

    private func checkEnd() {
        if engine.usedBytes != 0 { problems.append("\(engine.usedBytes) bytes are left") }
        for (number, partition) in partitions.enumerated() {
            for record in partition.log where !oracle.isSettled(number, record.offset) {
                problems.append("\(number)/\(record.offset) is lost")
            }
            let end = (partition.log.last?.offset ?? -1) + 1
            if partition.published?.watermark != end {
                problems.append("partition \(number) ends at \(String(describing: partition.published?.watermark))")
            }
        }
    }

    // MARK: One step

    private func act() {
        let partition = random.index(below: partitions.count)
        switch random.next(through: 99) {
        case 0..<20: read(partition)
        case 20..<45: take(random.index(below: rules.count))
        case 45..<65: endHandler()
        case 65..<70: suspend()
        case 70..<78: acknowledge()
        case 78..<86: pass()
        case 86..<92: publish(partition)
        case 92..<95: commit(partition)
        default: rebalance(partition)
        }
    }

    private func checkBytes() {
        let bytes = oracle.bytes
        if engine.usedBytes != bytes { problems.append("\(engine.usedBytes) bytes instead of \(bytes)") }
    }

    private func read(_ number: Int) {
        let partition = partitions[number]
        guard partition.isAssigned else { return }
        var room = engine.readable(slot: partition.slot)
        if partition.isReleasing, room > 0 { problems.append("a partition is read that is being released") }
        // What was on its way when a release began still arrives.
        if partition.isReleasing { room = 1 }
        for _ in 0..<min(room, 1 + random.index(below: 8)) where partitions[number].next < partition.log.count {
            receive(number, partition.log[partitions[number].next])
            partitions[number].next += 1
        }
        // A client may give again what it gave before.
        if random.chance(5), partitions[number].next > 0 {
            receive(number, partition.log[random.index(below: partitions[number].next)])
        }
        let end = (partition.log.last?.offset ?? -1) + 1
        if partitions[number].next == partition.log.count, random.chance(50), !partition.isReleasing {
            engine.reachedEnd(slot: partition.slot, offset: end)
        }
    }

    private func receive(_ number: Int, _ record: ModelRecord) {
        let partition = partitions[number]
        let name = LaneOracle.Name(partition: number, epoch: partition.epoch, offset: record.offset)
        let index = engine.receive(
            slot: partition.slot, offset: record.offset, bytes: record.bytes, keyHash: record.key, now: now)
        oracle.received(name, record, wasTaken: index != nil)
        script.append("receive \(name) \(index != nil)")
        guard let index else { return }
        names[index] = name
        switch record.fate {
        case .routes(let mask): engine.dispatch(index, routes: mask)
        case .skipped:
            engine.skip(index)
            oracle.skipped(name)
        case .unreadable:
            let work = engine.letter(index, now: now)
            oracle.letterBegan(name, route: LaneEngine.readingRoute)
            letters.append((work, name, LaneEngine.readingRoute))
        }
    }

    private func take(_ route: Int) {
        let isReady = engine.hasReady(route: route)
        guard let work = engine.takeReady(route: route, now: now) else { return }
        if !isReady { problems.append("took what was not ready") }
        guard let name = names[engine.record(of: work)] else { return problems.append("took an unknown record") }
        guard admits(work, name, route) else { return }
        script.append("begin \(name) route \(route) attempt \(engine.work(work).attempt)")
        oracle.began(name, route: UInt8(route), attempt: Int(engine.work(work).attempt))
        handlers.append(Handler(work: work, name: name, route: UInt8(route)))
    }

    /// Whether its handler is called; else the record is a duplicate, or waits for the end of one.
    private func admits(_ work: Int32, _ name: LaneOracle.Name, _ route: Int) -> Bool {
        guard rules[route].deduplication != nil else { return true }
        let record = partitions[name.partition].log.first { $0.offset == name.offset }
        guard let digest = record?.digest else { return true }
        switch engine.admit(work, digest, now: now) {
        case .handle, .handleReuse: return true
        case .waits: script.append("\(name) waits in route \(route)")
        case .duplicate:
            script.append("\(name) is a duplicate in route \(route)")
            oracle.wasDuplicate(name, route: UInt8(route), now: now)
        }
        return false
    }

    private func endHandler() {
        guard !handlers.isEmpty else { return }
        let handler = handlers.remove(at: random.index(below: handlers.count))
        let failure = failure(of: handler)
        script.append("end \(handler.name) route \(handler.route): \(failure.map { "\($0)" } ?? "success")")
        guard let failure else {
            let closes = engine.noteSuccess(handler.work, now: now)
            _ = engine.succeed(handler.work)
            oracle.ended(handler.name, route: handler.route, nil, nil, now: now)
            if closes { oracle.circuitClosed(handler.route) }
            return
        }
        let action = engine.fail(handler.work, as: failure, now: now, wall: 1)
        if case .letter = action { letters.append((handler.work, handler.name, handler.route)) }
        oracle.ended(handler.name, route: handler.route, failure, action, now: now)
    }

    private func failure(of handler: Handler) -> AttemptFailure? {
        guard hasFaults else { return nil }
        if handler.isCancelled, random.chance(70) { return .timedOut }
        let partition = partitions[handler.name.partition]
        let isOver = partition.epoch != handler.name.epoch || !partition.isAssigned || partition.isReleasing
        if isOver, random.chance(30) { return .cancelled }
        switch random.next(through: 99) {
        case 0..<50: return nil
        case 50..<65: return .retry(after: nil)
        case 65..<75: return .retry(after: random.next(through: 50_000_000))
        case 75..<85: return .rejected
        default: return .unavailable
        }
    }

    private func suspend() {
        guard let index = handlers.indices.randomElement(using: &random), !handlers[index].isSuspended else { return }
        handlers[index].isSuspended = true
        engine.suspended(handlers[index].work, now: now)
    }

    private func acknowledge() {
        guard !letters.isEmpty, !hasFaults || random.chance(60) else { return }
        let letter = letters.remove(at: random.index(below: letters.count))
        script.append("letter of \(letter.name) route \(letter.route) acknowledged")
        _ = engine.letterAcknowledged(letter.work)
        oracle.letterAcknowledged(letter.name, route: letter.route)
    }

    private func pass() {
        if !hasFaults || random.chance(30), let next = engine.nextTimer {
            now = max(now, next)
        } else {
            now += random.next(through: 40_000_000)
        }
        while true {
            let timer = engine.fireTimer(now: now)
            guard timer.fired else { break }
            guard let work = timer.timedOut else { continue }
            if let index = handlers.firstIndex(where: { $0.work == work }), handlers[index].isSuspended {
                handlers[index].isCancelled = true
            } else {
                problems.append("the timeout of what is in no handler")
            }
        }
        engine.checkLetters(now: now) { _, _ in }
    }

    // MARK: The group

    private func publish(_ number: Int) {
        let partition = partitions[number]
        guard partition.isAssigned else { return }
        var found: (PartitionReport, CommitMetadata)?
        let name = PartitionName(topic: "t", partition: Int32(number))
        // Now and then maps are left as they are, since they were made a moment ago.
        let isFresh = !hasFaults || random.chance(50)
        engine.takeReports(all: true, now: isFresh ? nil : now) { if $0.name == name { found = ($0, $1) } }
        guard let (report, metadata) = found else { return problems.append("no report of partition \(number)") }
        oracle.published(number, report)
        note(number, report, metadata, isFresh: isFresh)
    }

    private func note(_ number: Int, _ report: PartitionReport, _ metadata: CommitMetadata, isFresh: Bool) {
        let map = metadata.done?.above(report.watermark)
        let above = partitions[number].log.map(\.offset).filter { $0 > report.watermark }
        let mapped = Set(above.filter { map?.contains($0) == true })
        let done = oracle.done(number).intersection(above)
        if isFresh ? mapped != done : !mapped.isSubset(of: done) {
            problems.append("\(number): the map has \(mapped.sorted()) instead of \(done.sorted()), fresh: \(isFresh)")
        }
        if map?.end ?? 0 > (above.last ?? -1) + 1 { problems.append("the map goes beyond the log") }
        let expected = oracle.attempts(number, from: report.watermark)
        let told = metadata.attempts.mapValues { Int($0) }
        if told != expected { problems.append("attempts \(told) instead of \(expected)") }
        partitions[number].published = (report.watermark, metadata, told)
    }

    private func commit(_ number: Int) {
        guard let published = partitions[number].published else { return }
        script.append("commit \(number) at \(published.watermark)")
        var metadata = published.metadata
        metadata.done = metadata.done?.above(published.watermark)
        let text = metadata.text(routeNames)
        if case .own(let read) = CommitMetadata.read(text, routeNames), read == metadata {
        } else {
            problems.append("\(text) is not read as it was written")
        }
        partitions[number].committed = (published.watermark, text, published.attempts)
    }

    private func rebalance(_ number: Int) {
        let partition = partitions[number]
        if !partition.isAssigned { return assign(number) }
        guard hasFaults else { return }
        if !partition.isReleasing {
            guard random.chance(40) else { return }
            script.append("begin to release \(number)")
            engine.beginRelease(slot: partition.slot) { _ in }
            oracle.releaseBegan(number)
            partitions[number].isReleasing = true
        } else if engine.isDrained(slot: partition.slot) || random.chance(20) {
            endRelease(number)
        }
    }

    private func assign(_ number: Int) {
        let committed = partitions[number].committed
        var metadata = CommitMetadata()
        if case .own(let own) = CommitMetadata.read(committed.metadata, routeNames) { metadata = own }
        partitions[number].epoch += 1
        partitions[number].isAssigned = true
        partitions[number].isReleasing = false
        partitions[number].published = nil
        partitions[number].next =
            partitions[number].log.firstIndex { $0.offset >= committed.offset }
            ?? partitions[number].log.count
        let epoch = partitions[number].epoch
        partitions[number].slot = engine.assign(
            PartitionName(topic: "t", partition: Int32(number)), epoch: epoch, start: committed.offset,
            metadata: metadata)
        script.append("assign \(number) epoch \(epoch) from \(committed.offset)")
        oracle.assigned(
            number, epoch: epoch, start: committed.offset, attempts: committed.attempts, done: metadata.done,
            log: partitions[number].log)
    }

    private func endRelease(_ number: Int) {
        script.append("end to release \(number)")
        let wasDrained = engine.isDrained(slot: partitions[number].slot)
        let isAtWork = handlers.contains { isOf(number, $0.name) } || letters.contains { isOf(number, $0.name) }
        if wasDrained == isAtWork { problems.append("drained: \(wasDrained), at work: \(isAtWork)") }
        guard let (report, metadata) = engine.endRelease(slot: partitions[number].slot) else {
            return problems.append("partition \(number) was not there to be released")
        }
        // Looked at before the oracle forgets the assignment.
        note(number, report, metadata, isFresh: true)
        oracle.released(number, report)
        // In order: committed. Lost: not.
        if random.chance(60) { commit(number) }
        partitions[number].isAssigned = false
        partitions[number].isReleasing = false
        partitions[number].published = nil
    }

    private func isOf(_ number: Int, _ name: LaneOracle.Name) -> Bool {
        name.partition == number && name.epoch == partitions[number].epoch
    }
}

extension RandomSource {
    fileprivate mutating func rules(isProtected: Bool) -> RouteRules {
        let orders: [RouteRules.Order] = [.key, .partition, .unordered]
        var rules = RouteRules(
            order: orders[index(below: 3)], concurrency: 1 + index(below: 8), attempts: 1 + index(below: 4),
            backoff: Backoff(minimum: next(through: 20_000_000), maximum: 50_000_000),
            timeout: chance(50) ? 1_000_000 + next(through: 30_000_000) : nil)
        if isProtected, chance(60) {
            rules.deduplication = DuplicateWindow.Bounds(
                count: 1 + index(below: 20), time: 20_000_000 + next(through: 500_000_000))
        }
        if isProtected, chance(60) {
            rules.breaker = CircuitBreaker.Rules(
                share: 0.4, minimum: 2 + index(below: 6), window: 1_000_000_000,
                pause: Backoff(minimum: next(through: 20_000_000), maximum: 50_000_000))
        }
        return rules
    }
}
