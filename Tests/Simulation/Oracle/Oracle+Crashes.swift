import MillraceEngine

/// Records that take the process down.
extension Oracle {
    /// A record took a member down.
    mutating func died(_ member: Int, by record: RecordName) {
        require(killers.contains(record), "\(record) took a worker down")
    }

    mutating func searchBegan(_ id: Int) { assignments[id]?.isSearched = true }

    mutating func searchEnded(_ id: Int) { assignments[id]?.isSearched = false }

    /// A record waits until its coordinates are committed, or not any more.
    mutating func held(_ id: Int, _ offset: Int64, _ isHeld: Bool) {
        assignments[id]?.records[offset]?.isHeld = isHeld
    }

    /// A record that waited is given back.
    mutating func givenBack(_ id: Int, _ offset: Int64) {
        assignments[id]?.records[offset]?.open = 0
        assignments[id]?.records[offset]?.isReleased = true
    }

    /// A record is to become a letter for the processes that ended with it.
    mutating func blamed(_ id: Int, _ record: RecordName) {
        let ends = (tried[record] ?? []).subtracting([id]).count
        let limit = settings.maximumCrashes
        require(ends >= limit, "\(record) is blamed for \(limit) crashes after \(ends)")
        let others: Set<Fault> = [.crash, .sessionEnd, .staleAssignment, .commitRefused, .answerLost]
        // With one crash allowed whatever ends beside a killer is blamed with it.
        if limit > 1, settings.faults.isDisjoint(with: others) {
            require(killers.contains(record), "\(record) is blamed for what another record did")
        }
        // Its routes are not asked.
        assignments[id]?.records[record.offset]?.open = 0
    }

    /// Where a culprit is looked for one record is handled at a time, after its coordinates were committed.
    mutating func checkAlone(_ id: Int, _ name: RecordName) {
        guard let assignment = assignments[id], assignment.isSearched else { return }
        require(assignment.probe == name.offset, "\(name) began, but \(assignment.probe ?? -1) is to be tried")
        let text = committed[name.partition]?.text
        require(text?.probe?.offset == name.offset, "\(name) began before its coordinates were committed")
        // A handler that is late in an assignment that is over is beyond anybody's reach.
        for (other, beside) in assignments
        where beside.member == assignment.member && beside.isSearched && !beside.isFenced {
            for (offset, record) in beside.records where other != id || offset != name.offset {
                require(record.running == 0, "\(name) began beside \(beside.partition)/\(offset) in a search")
            }
        }
    }
}
