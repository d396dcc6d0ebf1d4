import MillraceEngine

extension Oracle {
    /// A lane gave its engine a record, which took it or did not.
    mutating func received(_ id: Int, _ record: SourceRecord, wasTaken: Bool) {
        guard var assignment = assignments[id] else {
            return require(!wasTaken, "a record for no assignment was taken")
        }
        let isNew = !assignment.isReleasing && record.offset >= assignment.position
        let isDone = assignment.found.isDone(record.offset)
        require(
            wasTaken == (isNew && !isDone),
            "\(assignment.partition)/\(record.offset) was \(wasTaken ? "" : "not ")taken, done before: \(isDone)")
        if isNew, isDone {
            assignment.position = record.offset + 1
            assignment.counts.alreadyDone += 1
            assignments[id] = assignment
        }
        guard wasTaken else { return }
        assignment.position = record.offset + 1
        assignment.counts.received += 1
        assignment.counts.inFlight += 1
        var live = AssignmentRecord.Live(key: record.key, content: record.digest.content, bytes: record.bytes)
        if case .routes(let mask) = record.fate {
            live.open = mask
            for route in 0..<UInt8(rules.count) where mask & (1 << UInt64(route)) != 0 {
                guard let count = assignment.inherited[AttemptKey(offset: record.offset, route: route)] else {
                    continue
                }
                // At least one attempt more: whoever counted may have died before he could write the letter.
                live.failures[route] = min(count, rules[Int(route)].attempts - 1)
                live.counted[route] = count
            }
        }
        assignment.records[record.offset] = live
        assignments[id] = assignment
    }

    mutating func reachedEnd(_ id: Int, _ offset: Int64) {
        guard let position = assignments[id]?.position else { return }
        assignments[id]?.position = max(position, offset)
    }

    mutating func skipped(_ id: Int, _ offset: Int64) {
        assignments[id]?.counts.skipped += 1
        assignments[id]?.counts.inFlight -= 1
        assignments[id]?.records[offset] = nil
        settled(id, offset, isLetter: false)
    }

    /// A record is finished in its assignment.
    private mutating func settled(_ id: Int, _ offset: Int64, isLetter: Bool) {
        guard let assignment = assignments[id] else { return }
        assignments[id]?.done.insert(offset)
        guard let rules = settings.limits.letterGuard else { return }
        let name = Guarded(member: assignment.member, partition: assignment.partition)
        var state = guarded[name] ?? Letters(isLetter: [])
        state.add(isLetter, rules)
        guarded[name] = state
    }

    /// The guard over letters says that it stopped a partition.
    mutating func guardStopped(member: Int, partition: Int) {
        let hasStopped = guarded[Guarded(member: member, partition: partition)]?.hasStopped ?? false
        require(hasStopped, "partition \(partition) was stopped, though few of its records became letters")
    }

    /// A lane keeps a record for longer, and more of it.
    mutating func charged(_ id: Int, _ offset: Int64, bytes: Int) {
        assignments[id]?.records[offset]?.bytes += bytes
    }

    // MARK: Handlers

    mutating func began(_ id: Int, _ offset: Int64, route: UInt8, attempt: Int, now: UInt64) {
        guard let assignment = assignments[id], let record = assignment.records[offset] else {
            return require(false, "a record at \(offset) began that is not there")
        }
        let name = RecordName(partition: assignment.partition, offset: offset)
        let rules = rules[Int(route)]
        let bit = UInt64(1) << UInt64(route)
        require(!record.isReleased && !assignment.isOver, "\(name) began in route \(route) after it was released")
        require(!assignment.isReleasing && !assignment.isFenced, "\(name) began while its assignment ended")
        require(record.open & bit != 0 && record.running & bit == 0, "\(name) began twice in route \(route)")
        require(record.lettering & bit == 0, "\(name) began in route \(route) while it waits for a letter")
        require(attempt == (record.failures[route] ?? 0) + 1, "\(name): attempt \(attempt) in route \(route)")
        require(attempt <= rules.attempts, "\(name): attempt \(attempt) of \(rules.attempts)")
        require(now >= record.notBefore[route] ?? 0, "\(name) began again before the processor wanted it")
        let isStopped =
            guarded[Guarded(member: assignment.member, partition: assignment.partition)]?.hasStopped ?? false
        require(!isStopped, "\(name) began although the guard over letters stopped its partition")
        require(
            settings.maximumCrashes == 0 || assignment.isAnnounced,
            "\(name) began before the beginning of its assignment was committed")
        require(!record.isHeld, "\(name) began while it was withheld")
        checkAlone(id, name)
        checkTwins(id, assignment, offset, record.content, route)
        checkCircuit(id, assignment, name, route)
        checkOrder(id, assignment, offset, record.key, route)
        require(
            running(assignment.member, assignment.lane, bit) < rules.concurrency, "too many handlers in route \(route)")
        assignments[id]?.records[offset]?.running |= bit
    }

    private mutating func checkOrder(
        _ id: Int, _ assignment: AssignmentRecord, _ offset: Int64, _ key: UInt32?, _ route: UInt8
    ) {
        let order = rules[Int(route)].order
        if order == .unordered || (order == .key && key == nil) { return }
        let bit = UInt64(1) << UInt64(route)
        for (otherID, other) in assignments
        where other.member == assignment.member && other.partition == assignment.partition {
            for (otherOffset, record) in other.records where otherID != id || otherOffset != offset {
                guard order == .partition || record.key == key else { continue }
                let name = RecordName(partition: assignment.partition, offset: offset)
                require(record.running & bit == 0, "\(name) began in route \(route) beside \(otherOffset)")
                if otherID == id, otherOffset < offset, !record.isReleased {
                    require(record.open & bit == 0, "\(name) began in route \(route) before \(otherOffset) was done")
                }
            }
        }
    }

    /// A route that passes over what it succeeded with has one of two equal events in a handler.
    private mutating func checkTwins(
        _ id: Int, _ assignment: AssignmentRecord, _ offset: Int64, _ content: UInt128, _ route: UInt8
    ) {
        if rules[Int(route)].deduplication == nil { return }
        let bit = UInt64(1) << UInt64(route)
        for (otherID, other) in assignments
        where other.member == assignment.member && other.partition == assignment.partition {
            for (otherOffset, record) in other.records where otherID != id || otherOffset != offset {
                let isTwin = record.content == content && record.running & bit != 0
                require(!isTwin, "\(offset) began in route \(route) beside the same event, \(otherOffset)")
            }
        }
    }

    /// While a circuit is open one record is tried at a time.
    private mutating func checkCircuit(_ id: Int, _ assignment: AssignmentRecord, _ name: RecordName, _ route: UInt8) {
        let circuit = Circuit(member: assignment.member, lane: assignment.lane, route: route)
        guard open.contains(circuit) else { return }
        require(
            circuitProbes[circuit] == nil, "\(name) began in route \(route), whose circuit is open, beside a probe")
        circuitProbes[circuit] = (id, name.offset)
    }

    private func running(_ member: Int, _ lane: Int, _ bit: UInt64) -> Int {
        assignments.values.reduce(0) { sum, assignment in
            guard assignment.member == member, assignment.lane == lane else { return sum }
            return sum + assignment.records.values.count { $0.running & bit != 0 }
        }
    }

    /// A handler ended. `failure` is nil for success, `action` what the engine wants done.
    mutating func ended(
        _ id: Int, _ offset: Int64, route: UInt8, _ failure: AttemptFailure?, _ action: AttemptAction?, now: UInt64
    ) {
        guard let assignment = assignments[id], let record = assignment.records[offset] else { return }
        let bit = UInt64(1) << UInt64(route)
        let name = RecordName(partition: assignment.partition, offset: offset)
        assignments[id]?.records[offset]?.running &= ~bit
        let circuit = Circuit(member: assignment.member, lane: assignment.lane, route: route)
        if let probe = circuitProbes[circuit], probe == (id, offset) { circuitProbes[circuit] = nil }
        guard let failure else {
            finish(name, route: route)
            // What ends after its assignment may have been cancelled and say that all is well.
            if !assignment.isOver, !record.isReleased {
                let content = Content(
                    member: assignment.member, partition: assignment.partition, route: route, content: record.content)
                succeeded[content] = now
            }
            assignments[id]?.records[offset]?.counted[route] = nil
            assignments[id]?.records[offset]?.isHandled = true
            return done(id, offset, route)
        }
        if assignment.isOver || record.isReleased { return done(id, offset, route) }
        if isHeld(assignment, failure, action, route, name) {
            if assignment.isReleasing { release(id, offset, route) }
            return
        }
        switch failure {
        case .cancelled, .unavailable:
            if assignment.isReleasing { return release(id, offset, route) }
        case .rejected:
            require(action == .letter(.rejected), "\(name): \(Self.text(action)) for a rejection")
            letterBegan(id, offset, route)
        case .retry, .timedOut:
            let failures = (record.failures[route] ?? 0) + 1
            assignments[id]?.records[offset]?.failures[route] = failures
            assignments[id]?.records[offset]?.counted[route] = failures
            if failures >= rules[Int(route)].attempts {
                let cause: LetterCause = failure == .timedOut ? .timedOut : .retriesExhausted
                require(action == .letter(cause), "\(name): \(Self.text(action)) after \(failures) failures")
                letterBegan(id, offset, route)
            } else if assignment.isReleasing {
                release(id, offset, route)
            } else if case .retrying(failures, let delay) = action {
                if case .retry(let after?) = failure {
                    assignments[id]?.records[offset]?.notBefore[route] = now + after
                } else {
                    let most = rules[Int(route)].backoff.maximum
                    require(delay <= most, "\(name) waits for \(delay)")
                }
            } else {
                require(false, "\(name): \(Self.text(action)) after \(failures) failures")
            }
        }
    }

    // MARK: What is passed over and held

    /// A route passed a record over, since it had succeeded with the same event.
    mutating func passedOver(_ id: Int, _ record: SourceRecord, route: UInt8, now: UInt64) {
        guard let assignment = assignments[id] else { return }
        let name = RecordName(partition: assignment.partition, offset: record.offset)
        let content = Content(
            member: assignment.member, partition: assignment.partition, route: route, content: record.digest.content)
        let time = rules[Int(route)].deduplication?.time ?? 0
        require(
            succeeded[content].map { $0 + time > now } ?? false,
            "\(name) is passed over in route \(route), which did not succeed with it of late: it is lost")
        finish(name, route: route)
        assignments[id]?.records[record.offset]?.counted[route] = nil
        done(id, record.offset, route)
    }

    mutating func circuitClosed(_ id: Int, route: UInt8) {
        guard let assignment = assignments[id] else { return }
        let circuit = Circuit(member: assignment.member, lane: assignment.lane, route: route)
        let wasOpen = open.remove(circuit) != nil
        circuitProbes[circuit] = nil
        require(wasOpen, "a circuit closed that was not open")
    }

    /// Whether a failure is its route's and not the event's: no attempt is spent, and no letter written.
    private mutating func isHeld(
        _ assignment: AssignmentRecord, _ failure: AttemptFailure, _ action: AttemptAction?, _ route: UInt8,
        _ name: RecordName
    ) -> Bool {
        if failure == .cancelled || failure == .unavailable { return false }
        let circuit = Circuit(member: assignment.member, lane: assignment.lane, route: route)
        let wasOpen = open.contains(circuit)
        guard case .held(let change) = action else {
            let isGivenBack = assignment.isReleasing && wasOpen
            require(
                isGivenBack || !wasOpen, "\(name): \(Self.text(action)) while the circuit of route \(route) is open")
            return isGivenBack
        }
        if case .opened = change { open.insert(circuit) }
        let isWatched = rules[Int(route)].breaker != nil
        require(isWatched, "\(name) is held in route \(route), which has no circuit breaker")
        return true
    }

    private static func text(_ action: AttemptAction?) -> String { action.map { "\($0)" } ?? "nothing" }

    /// A letter was asked for, by the reading of the record or by a route.
    mutating func letterBegan(_ id: Int, _ offset: Int64, _ route: UInt8) {
        assignments[id]?.records[offset]?.lettering |= 1 << UInt64(route)
        assignments[id]?.records[offset]?.open |= 1 << UInt64(route)
    }

    /// A lane heard that a letter was written, or gave it up.
    mutating func letterEnded(_ id: Int, _ offset: Int64, _ route: UInt8, wasWritten: Bool) {
        assignments[id]?.records[offset]?.lettering &= ~(1 << UInt64(route))
        assignments[id]?.records[offset]?.isHandled = true
        if wasWritten {
            assignments[id]?.records[offset]?.isDeadLettered = true
            assignments[id]?.records[offset]?.counted[route] = nil
        }
        done(id, offset, route)
    }

    private mutating func release(_ id: Int, _ offset: Int64, _ route: UInt8) {
        assignments[id]?.records[offset]?.isReleased = true
        done(id, offset, route)
    }

    /// A route is done with a record.
    private mutating func done(_ id: Int, _ offset: Int64, _ route: UInt8) {
        assignments[id]?.records[offset]?.open &= ~(1 << UInt64(route))
        guard let assignment = assignments[id], let record = assignment.records[offset], record.open == 0 else {
            return
        }
        if assignment.isOver {
            assignments[id]?.records[offset] = nil
            return forgetIfFinished(id)
        }
        if record.isReleased { return }
        assignments[id]?.records[offset] = nil
        assignments[id]?.counts.inFlight -= 1
        settled(id, offset, isLetter: record.isDeadLettered)
        if record.isDeadLettered {
            assignments[id]?.counts.deadLettered += 1
        } else if !record.isHandled {
            assignments[id]?.counts.skipped += 1
        } else {
            assignments[id]?.counts.succeeded += 1
        }
    }

    // MARK: The end of an assignment on its lane

    mutating func releaseBegan(_ id: Int) {
        guard let assignment = assignments[id], !assignment.isReleasing else { return }
        assignments[id]?.isReleasing = true
        for (offset, record) in assignment.records {
            let idle = record.open & ~record.running & ~record.lettering
            if idle == 0 || record.isHeld { continue }
            assignments[id]?.records[offset]?.isReleased = true
            assignments[id]?.records[offset]?.open &= ~idle
        }
    }

    /// Whether something of an assignment is in a handler or waits for a letter.
    func isAtWork(_ id: Int) -> Bool {
        assignments[id]?.records.values.contains { $0.running != 0 || $0.lettering != 0 } ?? false
    }

    /// A lane has ended an assignment, with its last report.
    mutating func released(_ id: Int, _ report: PartitionReport, _ metadata: CommitMetadata) {
        guard let assignment = assignments[id] else { return require(false, "an unknown assignment ended") }
        assignments[id]?.counts.released = assignment.counts.inFlight
        assignments[id]?.counts.inFlight = 0
        published(id, report, metadata, isLast: true)
        assignments[id]?.isOver = true
        for (offset, record) in assignment.records {
            assignments[id]?.records[offset]?.isReleased = true
            if record.open == 0 { assignments[id]?.records[offset] = nil }
        }
        forgetIfFinished(id)
    }

    // MARK: Reports

    mutating func published(
        _ id: Int, _ report: PartitionReport, _ metadata: CommitMetadata, isLast: Bool = false
    ) {
        guard let assignment = assignments[id], !assignment.isOver else {
            return require(false, "a report of partition \(report.name.partition), which is not assigned")
        }
        let partition = assignment.partition
        require(report.counts.balances, "partition \(partition): \(report.counts) does not balance")
        require(
            report.counts == assignment.counts,
            "partition \(partition): \(report.counts) instead of \(assignment.counts)")
        var snapshot = assignment.snapshot
        require(
            report.watermark == snapshot.watermark,
            "partition \(partition): watermark \(report.watermark), but \(snapshot.watermark) is the first unsettled")
        let told = metadata.attempts.mapValues { Int($0) }
        require(told == snapshot.counts, "partition \(partition): attempts \(told) instead of \(snapshot.counts)")
        let map = metadata.done?.above(snapshot.watermark)
        let named = snapshot.done.filter { map?.contains($0) == true }
        // Maps are made now and then only; the last one of an assignment is complete.
        require(
            !isLast || named == snapshot.done,
            "partition \(partition): the last map has \(named.sorted()) instead of \(snapshot.done.sorted())")
        snapshot.done = named
        assignments[id]?.published = snapshot
    }

    /// The bytes of all records of a lane that are not finished, those of assignments that are over in handlers included.
    func bytes(member: Int, lane: Int) -> Int {
        assignments.values.reduce(0) { sum, assignment in
            guard assignment.member == member, assignment.lane == lane else { return sum }
            return sum + assignment.records.values.reduce(0) { $0 + ($1.open == 0 && !$1.isHeld ? 0 : $1.bytes) }
        }
    }
}

/// What became letters of the last records of a partition.
struct Letters {
    var isLetter: [Bool]
    var hasStopped = false

    mutating func add(_ isLetter: Bool, _ rules: LetterGuard.Rules) {
        self.isLetter = (self.isLetter + [isLetter]).suffix(rules.records)
        if Double(self.isLetter.count(where: \.self)) > rules.share * Double(rules.records) { hasStopped = true }
    }
}
