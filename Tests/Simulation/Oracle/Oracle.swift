import MillraceEngine

/// Judges workers by what went in and what came out: records read, handlers called, letters written, reports and
/// commits. It never looks at an engine's state.
struct Oracle {
    /// What is true of a record, whoever handled it.
    private struct Truth {
        var offset: Int64
        var due: UInt64
        /// The routes that some handler finished well, or that a letter was written for.
        var done: UInt64 = 0

        /// A letter of what no route got stands for all of them.
        var isDone: Bool { due & ~done == 0 || done & (1 << UInt64(LaneEngine.readingRoute)) != 0 }
    }

    let rules: [RouteRules]
    let settings: Settings
    private var truths: [[Truth]]
    /// Everything before this one is done.
    private var firstUndone: [Int]
    var assignments: [Int: AssignmentRecord] = [:]
    /// The assignment of a member's partition as control has it.
    private(set) var owned: [Int: [Int: Int]] = [:]
    /// What the group has: the offset and what stands beside it.
    private(set) var committed: [(offset: Int64, text: CommitText)?]
    /// Records that take processes down.
    var killers: Set<RecordName> = []
    /// The assignments that tried a record alone, as they were about to commit.
    var tried: [RecordName: Set<Int>] = [:]
    /// Letters that were written, with how many of the same assignment.
    private var letters: [LetterName: Int] = [:]
    /// When routes last succeeded with something, in a process.
    var succeeded: [Content: UInt64] = [:]
    /// Circuits that are open, as they were told, and what was begun while they were.
    var open: Set<Circuit> = []
    var circuitProbes: [Circuit: (id: Int, offset: Int64)] = [:]
    /// What became letters of the last records of a process's partition.
    var guarded: [Guarded: Letters] = [:]
    /// What came out that must not.
    private(set) var violations: [String] = []

    private struct LetterName: Hashable {
        var assignment: Int
        var offset: Int64
        var route: UInt8
    }

    struct Content: Hashable {
        var member: Int
        var partition: Int
        var route: UInt8
        var content: UInt128
    }

    struct Guarded: Hashable {
        var member: Int
        var partition: Int
    }

    struct Circuit: Hashable {
        var member: Int
        var lane: Int
        var route: UInt8
    }

    init(_ settings: Settings) {
        self.settings = settings
        rules = settings.rules
        truths = Array(repeating: [], count: settings.partitions)
        firstUndone = Array(repeating: 0, count: settings.partitions)
        committed = Array(repeating: nil, count: settings.partitions)
    }

    mutating func require(_ holds: Bool, _ what: @autoclosure () -> String) {
        if !holds { violations.append(what()) }
    }

    // MARK: The log

    mutating func appended(_ partition: Int, _ records: ArraySlice<SourceRecord>) {
        truths[partition] += records.map { Truth(offset: $0.offset, due: $0.due) }
        for record in records {
            if case .killer = record.temper {
                killers.insert(RecordName(partition: partition, offset: record.offset))
            }
        }
    }

    mutating func finish(_ record: RecordName, route: UInt8) {
        var (low, high) = (0, truths[record.partition].count)
        while low < high {
            let middle = (low + high) / 2
            if truths[record.partition][middle].offset < record.offset { low = middle + 1 } else { high = middle }
        }
        truths[record.partition][low].done |= 1 << UInt64(route)
    }

    /// The records of a log that a map names.
    func named(_ partition: Int, by text: CommitText) -> Set<Int64> {
        if text.done.isEmpty { return [] }
        return Set(truths[partition].lazy.map(\.offset).filter(text.isDone))
    }

    /// The first record that somebody still has to finish; nil where there is none.
    mutating func undone(_ partition: Int) -> Int64? {
        while firstUndone[partition] < truths[partition].count, truths[partition][firstUndone[partition]].isDone {
            firstUndone[partition] += 1
        }
        return firstUndone[partition] < truths[partition].count
            ? truths[partition][firstUndone[partition]].offset : nil
    }

    // MARK: Letters

    mutating func letterWritten(_ assignment: Int, _ record: RecordName, route: UInt8) {
        let name = LetterName(assignment: assignment, offset: record.offset, route: route)
        letters[name, default: 0] += 1
        require(letters[name] == 1, "\(record) has two letters of one assignment, in route \(route)")
        finish(record, route: route)
    }

    // MARK: Assignments

    mutating func assigned(_ id: Int, member: Int, lane: Int, partition: Int, start: Int64, end: Int64) {
        require(
            start == committed[partition]?.offset ?? 0,
            "partition \(partition) starts at \(start), not where it is committed")
        var found = committed[partition]?.text ?? CommitText()
        // It ended without that record too: nobody is suspected.
        if found.probe?.isWithheld == true { (found.starts, found.probe) = (0, nil) }
        assignments[id] = AssignmentRecord(
            member: member, lane: lane, partition: partition, start: start, end: end, found: found)
        let done = named(partition, by: found)
        assignments[id]?.done = done
        owned[member, default: [:]][partition] = id
    }

    /// A member's control has given partitions up, in whatever way: nothing of them may begin or be committed.
    mutating func ended(member: Int, partitions: [Int]) {
        for partition in partitions {
            guard let id = owned[member]?.removeValue(forKey: partition) else { continue }
            assignments[id]?.isFenced = true
            forgetIfFinished(id)
        }
    }

    /// A member gives partitions back in order.
    mutating func givesBack(_ ids: [Int]) {
        for id in ids { assignments[id]?.isGivenBack = true }
    }

    /// A member is gone with all that it knew.
    mutating func crashed(_ member: Int) {
        owned[member] = nil
        for (id, assignment) in assignments where assignment.member == member {
            assignments[id] = nil
        }
        for circuit in open where circuit.member == member { open.remove(circuit) }
    }

    /// A revocation in order is over: what its assignments settled is committed, unless the group refused it.
    mutating func handedOver(_ id: Int) {
        guard let assignment = assignments[id] else { return }
        guard assignment.isOver, let last = assignment.published else {
            return require(false, "partition \(assignment.partition) was given back before its lane had ended it")
        }
        guard let (offset, text) = committed[assignment.partition] else {
            return require(
                last.watermark == assignment.start, "nothing is committed of partition \(assignment.partition)")
        }
        let known = Snapshot(
            watermark: offset, counts: text.counts, done: named(assignment.partition, by: text))
        require(
            known == last, "partition \(assignment.partition) was given back at \(last), but \(known) is committed")
        // Whoever gives it back in order is no suspect.
        let starts = offset > assignment.start ? 0 : assignment.found.starts
        require(text.starts == starts, "\(text.starts) starts instead of \(starts) are left after an end in order")
        let probe = assignment.found.probe.flatMap { $0.offset >= offset ? $0 : nil }
        require(text.probe == probe, "a probe is left after an end in order")
    }

    func forgets(_ id: Int) -> Bool { assignments[id].map { $0.isOver && $0.records.isEmpty } ?? true }

    mutating func forgetIfFinished(_ id: Int) {
        if let assignment = assignments[id], assignment.isFenced, forgets(id) { assignments[id] = nil }
    }

    // MARK: Commits

    /// Control took what a lane had published.
    mutating func taken(member: Int, partition: Int) {
        guard let id = owned[member]?[partition] else { return }
        let published = assignments[id]?.published
        assignments[id]?.taken = published
    }

    /// A member commits. `text` is what stands beside the offset.
    mutating func commits(member: Int, partition: Int, offset: Int64, _ text: String) {
        guard let id = owned[member]?[partition], let assignment = assignments[id] else {
            return require(
                false, "member \(member) commits \(offset) for partition \(partition), which it does not have")
        }
        guard let text = CommitText(text, settings.routeNames) else {
            return require(false, "'\(text)' is not of the format")
        }
        let taken = assignment.taken ?? assignment.beginning
        require(offset == taken.watermark, "\(offset) is committed, but \(taken.watermark) was published")
        require(
            offset >= assignment.lastCommit,
            "\(offset) is committed for partition \(partition) behind \(assignment.lastCommit)")
        if let undone = undone(partition) {
            require(undone >= offset, "\(offset) is committed, but \(partition)/\(undone) is not done")
        }
        require(text.counts == taken.counts, "attempts \(text.counts) are committed instead of \(taken.counts)")
        checkMap(partition, offset, text, assignment)
        let counted = settings.maximumCrashes == 0 || offset > assignment.start ? 0 : assignment.found.starts + 1
        require(
            text.starts == counted || (assignment.isGivenBack && text.starts == min(counted, assignment.found.starts)),
            "\(text.starts) starts are committed instead of \(counted)")
        assignments[id]?.isAnnounced = true
        assignments[id]?.lastCommit = offset
        if let probe = text.probe, !probe.isWithheld, probe != assignment.found.probe {
            assignments[id]?.probe = probe.offset
            tried[RecordName(partition: partition, offset: probe.offset), default: []].insert(id)
        }
    }

    private mutating func checkMap(
        _ partition: Int, _ offset: Int64, _ text: CommitText, _ assignment: AssignmentRecord
    ) {
        guard let base = text.base else { return require(text.done.isEmpty, "a map without a base") }
        require(base == offset, "the map of \(base) is committed with \(offset)")
        require(text.done.allSatisfy { $0.lowerBound > base }, "a map names \(text.done) beside \(base)")
        require(
            (text.done.last?.upperBound ?? 0) <= max(assignment.position, assignment.found.done.last?.upperBound ?? 0),
            "a map goes beyond what was read")
        for truth in truths[partition] where truth.offset >= offset && text.isDone(truth.offset) {
            require(truth.isDone, "a map names \(partition)/\(truth.offset), which is not done: it is lost")
        }
    }

    mutating func accepted(_ partition: Int, _ value: Group.Offset) {
        committed[partition] = (value.offset, CommitText(value.metadata, settings.routeNames) ?? CommitText())
    }

    /// What is wrong when everything should be done.
    mutating func checkEnd(_ partition: Int, end: Int64) {
        if let undone = undone(partition) { require(false, "\(partition)/\(undone) is lost") }
        let offset = committed[partition]?.offset ?? 0
        require(offset == end, "partition \(partition) is committed to \(offset) of \(end)")
    }
}

/// What a lane published of an assignment, and what may be committed by it.
struct Snapshot: Equatable, CustomStringConvertible {
    var watermark: Int64
    var counts: [AttemptKey: Int]
    var done: Set<Int64>

    var description: String {
        var text = "\(watermark)"
        if !counts.isEmpty {
            text += " with \(counts.sorted { $0.key < $1.key }.map { "\($0.key.offset)/\($0.key.route):\($0.value)" })"
        }
        return done.isEmpty ? text : text + ", done \(done.sorted())"
    }
}
