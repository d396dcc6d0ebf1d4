import MillraceEngine

/// A lane as the worker's `Lane` is, turn for turn, without threads: it calls the engine in the same order.
final class SimulatedLane {
    enum Mail {
        case assign(id: Int, PartitionStart, CommitMetadata, CrashSearch?, SourceReader)
        case release([PartitionName])
        case abandon([PartitionName])
        case probe(PartitionName, epoch: UInt32)
    }

    struct Reading {
        let id: Int
        let name: PartitionName
        let epoch: UInt32
        let slot: Int32
        let reader: SourceReader
        var isReleasing = false
        var search: CrashSearch?
        var isSearchEnding = false
        /// The record that waits until its coordinates are committed.
        var probed: Int32?
        var withheld: (probe: CrashProbe, until: UInt64)?
    }

    struct Handler {
        var work: Int32
        var id: Int
        var record: SourceRecord
        var partition: Int
        var route: UInt8
        var beganAt: UInt64
        /// Its route's time is up.
        var isTimedOut = false

        var name: RecordName { RecordName(partition: partition, offset: record.offset) }
    }

    struct Letter {
        var number: Int
        var work: Int32
        var id: Int
        var name: RecordName
        var route: UInt8
        /// It is not with the producer: refused, and to be sent again.
        var isUnsent = true
    }

    let number: Int
    unowned let member: Member
    unowned let world: Simulation
    var engine: LaneEngine
    var mail: [Mail] = []
    var partitions: [Reading] = []
    /// What suspended.
    var handlers: [Handler] = []
    /// What does not suspend and has not returned: its lane does nothing else.
    var stuck: Handler?
    var letters: [Letter] = []
    /// What the producer was answered.
    var reports: [(letter: Int, wasWritten: Bool)] = []
    var records: [Int32: (id: Int, partition: Int, record: SourceRecord, isCopied: Bool)] = [:]
    private var nextSlowTurn: UInt64 = 0

    init(number: Int, member: Member, world: Simulation) {
        self.number = number
        self.member = member
        self.world = world
        engine = LaneEngine(
            routes: world.settings.rules, limits: world.settings.limits, allowedBytes: world.settings.allowedBytes,
            random: RandomSource(seed: world.random.next()))
    }

    var nextTimer: UInt64? {
        [engine.nextTimer, partitions.compactMap { $0.withheld?.until }.min()].compactMap(\.self).min()
    }
    /// The guard over letters stopped a partition: it goes on in another process.
    private(set) var isStopped = false
    /// It does nothing at the moment, or never again.
    private var isBlocked: Bool { stuck != nil || member.isDying }
    private var isWanted: Bool { !mail.isEmpty }
    var isIdle: Bool { handlers.isEmpty && stuck == nil && letters.isEmpty && mail.isEmpty }

    // MARK: Turns

    /// A turn; the given handler has something to say in it.
    func turn(ending handler: Int? = nil) {
        guard !isBlocked else { return }
        while !mail.isEmpty, !isBlocked {
            handle(mail.removeFirst())
            // Control goes on beside a lane, also while it reads its mail.
            if !mail.isEmpty, handler == nil, world.hasFaults, world.random.chance(30) { return }
        }
        if isBlocked { return }
        fireTimers()
        if let handler { end(handlers.remove(at: handler)) }
        takeReports()
        goOn()
    }

    /// The handler that the lane is in returns.
    func unstick() {
        guard let handler = stuck, !member.isDying else { return }
        stuck = nil
        end(handler)
        goOn()
    }

    private func goOn() {
        drainReady()
        if !isBlocked, !isWanted { readPartitions() }
        if isBlocked { return }
        endDrained()
        if world.now >= nextSlowTurn {
            nextSlowTurn = world.now + 5_000_000
            slowTurn()
        }
        publish()
    }

    private func fireTimers() {
        while true {
            let timer = engine.fireTimer(now: world.now)
            guard timer.fired else { return }
            guard let work = timer.timedOut else { continue }
            if let index = handlers.firstIndex(where: { $0.work == work }) {
                handlers[index].isTimedOut = true
                let handler = handlers[index]
                let timeout = world.settings.rules[Int(handler.route)].timeout ?? .max
                world.oracle.require(
                    world.now - handler.beganAt >= timeout,
                    "\(handler.name) is cancelled in route \(handler.route) too early")
            } else {
                world.oracle.require(false, "the timeout of what is in no handler")
            }
        }
    }

    private func slowTurn() {
        engine.checkLetters(now: world.now) { _, _ in }
        advanceSearches()
        engine.forgetOldEvents(now: world.now)
        engine.takeStopped { name, letters, records in
            world.note("\(member).\(number) stops partition \(name.partition): \(letters) letters of \(records)")
            world.oracle.guardStopped(member: member.id, partition: Int(name.partition))
            isStopped = true
        }
        for index in letters.indices where letters[index].isUnsent { send(index) }
    }

    // MARK: Assignments

    private func handle(_ message: Mail) {
        switch message {
        case .assign(let id, let start, let metadata, let search, let reader):
            let slot = engine.assign(start.name, epoch: start.epoch, start: start.offset, metadata: metadata)
            partitions.append(
                Reading(
                    id: id, name: start.name, epoch: start.epoch, slot: slot, reader: reader, search: search))
            if search != nil { engine.setSearched(slot: slot, true) }
        case .probe(let name, let epoch): probe(name, epoch: epoch)
        case .release(let names):
            for name in names { release(name) }
            endDrained()
        case .abandon(let names):
            for name in names {
                guard let index = partitions.firstIndex(where: { $0.name == name }) else { continue }
                release(name)
                end(index)
                dropUnsentLetters()
            }
        }
    }

    private func release(_ name: PartitionName) {
        guard let index = partitions.firstIndex(where: { $0.name == name }) else { return }
        partitions[index].isReleasing = true
        dropProbed(index)
        engine.beginRelease(slot: partitions[index].slot) { records[$0] = nil }
        world.oracle.releaseBegan(partitions[index].id)
    }

    private func endDrained() {
        for index in partitions.indices.reversed() where partitions[index].isReleasing {
            let isDrained = engine.isDrained(slot: partitions[index].slot)
            let isAtWork = world.oracle.isAtWork(partitions[index].id)
            world.oracle.require(
                isDrained != isAtWork,
                "\(partitions[index].name.partition) is \(isDrained ? "" : "not ")drained, at work: \(isAtWork)")
            if isDrained { end(index) }
        }
    }

    private func end(_ index: Int) {
        let partition = partitions.remove(at: index)
        guard let (report, metadata) = engine.endRelease(slot: partition.slot) else {
            return world.oracle.require(false, "partition \(partition.name.partition) was not there to be released")
        }
        world.note("\(member).\(number) ended partition \(partition.name.partition) at \(report.watermark)")
        world.oracle.released(partition.id, report, metadata)
        member.board.publish([ReportBoard.Entry(report: report, metadata: metadata, hasEnded: true)])
    }

    // MARK: Reading

    private func readPartitions() {
        for index in partitions.indices where !partitions[index].isReleasing && !isBlocked {
            let partition = partitions[index]
            let room = engine.readable(slot: partition.slot)
            if room == 0 { continue }
            let most = world.hasFaults ? 1 + world.random.index(below: 12) : 100
            let log = world.logs[partition.reader.partition]
            for item in partition.reader.read(log, max: min(room, most)) {
                switch item {
                case .record(let record): receive(record, index)
                case .end(let offset):
                    engine.reachedEnd(slot: partition.slot, offset: offset)
                    world.oracle.reachedEnd(partition.id, offset)
                }
            }
            // A client may give again what it gave before.
            if world.isFaulty(.repeatedRecord, percent: 10), let record = log.records.first {
                receive(record, index)
            }
            drainReady()
        }
    }

    private func receive(_ record: SourceRecord, _ place: Int) {
        if isBlocked { return }
        let partition = partitions[place]
        let index = engine.receive(
            slot: partition.slot, offset: record.offset, bytes: record.bytes, keyHash: record.key, now: world.now)
        world.oracle.received(partition.id, record, wasTaken: index != nil)
        guard let index else { return }
        world.note("\(member).\(number) reads \(partition.reader.partition)/\(record.offset)")
        records[index] = (partition.id, partition.reader.partition, record, false)
        if partition.search != nil, isProbed(index, offset: record.offset, place) { return }
        judge(index)
    }

    func judge(_ index: Int32) {
        guard let (id, number, record, _) = records[index] else { return }
        let name = RecordName(partition: number, offset: record.offset)
        if case .killer = record.temper, record.isOfNoRoute { return die(name, "is read") }
        switch record.fate {
        case .routes(let mask): engine.dispatch(index, routes: mask)
        case .skipped:
            engine.skip(index)
            records[index] = nil
            world.oracle.skipped(id, record.offset)
        case .unreadable: begin(letterOf: engine.letter(index, now: world.now), id, name, LaneEngine.readingRoute)
        }
    }

    /// A record takes the process down.
    private func die(_ record: RecordName, _ how: String) {
        world.note("\(member) dies when \(record) \(how)")
        world.oracle.died(member.id, by: record)
        member.isDying = true
    }

    // MARK: Handlers

    private func drainReady() {
        var goesOn = true
        while goesOn {
            goesOn = false
            for route in world.settings.rules.indices {
                while !isWanted, !isBlocked, let work = take(route) {
                    goesOn = true
                    begin(work, route)
                }
            }
        }
    }

    private func take(_ route: Int) -> Int32? {
        while true {
            let isReady = engine.hasReady(route: route)
            let taken = engine.takeReady(route: route, now: world.now)
            world.oracle.require(isReady || taken == nil, "took what was not ready")
            guard let work = taken else { return nil }
            if world.settings.rules[route].deduplication == nil || admits(work, UInt8(route)) { return work }
        }
    }

    /// Whether a handler gets some work of a route that passes over what it succeeded with.
    private func admits(_ work: Int32, _ route: UInt8) -> Bool {
        guard let (id, partition, record, _) = records[engine.record(of: work)] else { return true }
        switch engine.admit(work, record.digest, now: world.now) {
        case .handle, .handleReuse: return true
        case .waits: return false
        case .duplicate(let finished, _):
            world.note("\(member).\(number) passes \(partition)/\(record.offset) over in route \(route)")
            free(finished)
            world.oracle.passedOver(id, record, route: route, now: world.now)
            return false
        }
    }

    private func begin(_ work: Int32, _ route: Int) {
        guard let (id, partition, record, _) = records[engine.record(of: work)] else {
            return world.oracle.require(false, "took work of no record")
        }
        let attempt = Int(engine.work(work).attempt)
        let handler = Handler(
            work: work, id: id, record: record, partition: partition, route: UInt8(route),
            beganAt: world.now)
        world.note("\(member).\(number) begins \(handler.name) in route \(route), attempt \(attempt)")
        world.oracle.began(id, record.offset, route: UInt8(route), attempt: attempt, now: world.now)
        if case .killer = record.temper, !world.hasFaults || world.random.chance(60) {
            return die(handler.name, "is handled")
        }
        if world.isFaulty(.stuckHandler, percent: world.settings.sticks) {
            stuck = handler
        } else if world.hasFaults, world.random.chance(world.settings.suspends) {
            handlers.append(handler)
            engine.suspended(work, now: world.now)
        } else {
            end(handler)
        }
    }

    private func end(_ handler: Handler) {
        if case .killer = handler.record.temper, !isOver(handler) { return die(handler.name, "is handled") }
        let failure = world.failure(of: handler, isOver: isOver(handler))
        let text = failure.map { "\($0)" } ?? "done"
        world.note("\(member).\(number) ends \(handler.name) in route \(handler.route): \(text)")
        guard let failure else {
            let rules = world.settings.rules[Int(handler.route)]
            if rules.deduplication != nil || rules.breaker != nil, engine.noteSuccess(handler.work, now: world.now) {
                world.oracle.circuitClosed(handler.id, route: handler.route)
            }
            free(engine.succeed(handler.work))
            return world.oracle.ended(
                handler.id, handler.record.offset, route: handler.route, nil, nil, now: world.now)
        }
        let action = engine.fail(handler.work, as: failure, now: world.now, wall: 1)
        world.oracle.ended(
            handler.id, handler.record.offset, route: handler.route, failure, action, now: world.now)
        switch action {
        case .finished(let record): records[record] = nil
        case .letter: begin(letterOf: handler.work, handler.id, handler.name, handler.route)
        case .retrying, .unavailable, .held: copyOut(engine.record(of: handler.work))
        case .none: break
        }
    }

    /// What waits is copied, and its headers are counted then.
    private func copyOut(_ index: Int32) {
        guard let (id, _, record, isCopied) = records[index], !isCopied else { return }
        records[index]?.isCopied = true
        engine.charge(index, bytes: record.bytes / 10)
        world.oracle.charged(id, record.offset, bytes: record.bytes / 10)
    }

    /// Whether a handler is told to end, as its result can have no effect or its partition is to be given back.
    private func isOver(_ handler: Handler) -> Bool {
        guard let partition = partitions.first(where: { $0.id == handler.id }) else { return true }
        return partition.isReleasing
    }

    // MARK: Letters

    func begin(letterOf work: Int32, _ id: Int, _ name: RecordName, _ route: UInt8) {
        world.letterCount += 1
        if route == LaneEngine.readingRoute { world.oracle.letterBegan(id, name.offset, route) }
        letters.append(Letter(number: world.letterCount, work: work, id: id, name: name, route: route))
        send(letters.count - 1)
    }

    private func send(_ index: Int) {
        letters[index].isUnsent = false
        let letter = letters[index]
        world.deadLetters.requests.append(
            DeadLetterTopic.Request(
                letter: letter.number, member: member.id, lane: number, assignment: letter.id, record: letter.name,
                route: letter.route))
    }

    private func takeReports() {
        for (number, wasWritten) in reports {
            guard let index = letters.firstIndex(where: { $0.number == number }) else { continue }
            if wasWritten {
                let letter = letters.remove(at: index)
                free(engine.letterAcknowledged(letter.work))
                world.oracle.letterEnded(letter.id, letter.name.offset, letter.route, wasWritten: true)
            } else {
                letters[index].isUnsent = true
            }
        }
        reports = []
    }

    /// The next owner writes letters of his own.
    private func dropUnsentLetters() {
        for index in letters.indices.reversed() where letters[index].isUnsent && engine.isOver(letters[index].work) {
            let letter = letters.remove(at: index)
            free(engine.letterDropped(letter.work))
            world.oracle.letterEnded(letter.id, letter.name.offset, letter.route, wasWritten: false)
        }
    }

    private func free(_ record: Int32) {
        if record >= 0 { records[record] = nil }
    }

    // MARK: Reports

    private func publish() {
        let expected = world.oracle.bytes(member: member.id, lane: number)
        world.oracle.require(
            engine.usedBytes == expected, "lane \(member).\(number) holds \(engine.usedBytes) bytes of \(expected)")
        var published: [ReportBoard.Entry] = []
        engine.takeReports(all: false, now: world.now) { published.append(ReportBoard.Entry(report: $0, metadata: $1)) }
        for entry in published {
            let partition = partitions.first { $0.name == entry.report.name && $0.epoch == entry.report.epoch }
            guard let partition else {
                world.oracle.require(false, "a report of partition \(entry.report.name.partition), which has ended")
                continue
            }
            world.oracle.published(partition.id, entry.report, entry.metadata)
        }
        member.board.publish(published)
    }
}
