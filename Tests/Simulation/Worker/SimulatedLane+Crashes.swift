import MillraceEngine

/// As `Lane+Crashes` of a worker.
extension SimulatedLane {
    private var wall: Int64 { Int64(world.now / 1_000_000_000) }

    /// Whether a record that was just received waits, or is the culprit.
    func isProbed(_ record: Int32, offset: Int64, _ place: Int) -> Bool {
        if partitions[place].isSearchEnding {
            hold(record, place)
            return true
        }
        switch partitions[place].search?.step(offset, now: wall) {
        case nil: return false
        case .over:
            hold(record, place)
            askForEnd(place)
            return true
        case .probe(let probe):
            hold(record, place)
            tellControl(.probe(probe), place)
            return true
        case .withhold(let probe, let seconds):
            hold(record, place)
            partitions[place].withheld = (probe, world.now &+ UInt64(seconds) * 1_000_000_000)
            tellControl(.withhold(probe, seconds: seconds), place)
            return true
        case .culprit(let crashes):
            guard let (id, partition, found, _) = records[record] else { return true }
            let name = RecordName(partition: partition, offset: found.offset)
            world.note("\(member).\(number) found \(name), which was alone in \(crashes) crashes")
            world.oracle.blamed(id, name)
            begin(letterOf: engine.letter(record, now: world.now), id, name, LaneEngine.readingRoute)
            return true
        }
    }

    private func hold(_ record: Int32, _ place: Int) {
        partitions[place].probed = record
        if let (id, _, found, _) = records[record] { world.oracle.held(id, found.offset, true) }
    }

    private func takeProbed(_ place: Int) -> Int32? {
        guard let record = partitions[place].probed else { return nil }
        partitions[place].probed = nil
        if let (id, _, found, _) = records[record] { world.oracle.held(id, found.offset, false) }
        return record
    }

    /// The coordinates of the record that waits are committed.
    func probe(_ name: PartitionName, epoch: UInt32) {
        guard let place = partitions.firstIndex(where: { $0.name == name && $0.epoch == epoch }) else { return }
        if partitions[place].isSearchEnding { endSearch(place) }
        guard let record = takeProbed(place) else { return }
        judge(record)
    }

    private func tryWithheld(_ place: Int) {
        guard let (probe, until) = partitions[place].withheld, world.now >= until else { return }
        partitions[place].withheld = nil
        tellControl(.probe(probe.again(at: wall)), place)
    }

    /// The assignment is ending: the record that waits is given back.
    func dropProbed(_ place: Int) {
        guard let record = takeProbed(place) else { return }
        engine.giveBack(record)
        if let (id, _, found, _) = records[record] { world.oracle.givenBack(id, found.offset) }
        records[record] = nil
    }

    func advanceSearches() {
        for place in partitions.indices {
            tryWithheld(place)
            guard let search = partitions[place].search, !partitions[place].isSearchEnding,
                partitions[place].probed == nil, let watermark = engine.watermark(slot: partitions[place].slot),
                search.isOver(watermark: watermark)
            else { continue }
            askForEnd(place)
        }
    }

    private func askForEnd(_ place: Int) {
        partitions[place].isSearchEnding = true
        tellControl(.ended, place)
    }

    private func endSearch(_ place: Int) {
        partitions[place].search = nil
        partitions[place].isSearchEnding = false
        engine.setSearched(slot: partitions[place].slot, false)
        world.note("\(member).\(number) looks for nobody in partition \(partitions[place].reader.partition) any more")
        world.oracle.searchEnded(partitions[place].id)
    }

    private func tellControl(_ kind: ProbeTurns.Request.Kind, _ place: Int) {
        let partition = partitions[place]
        member.crashMessages.append(ProbeTurns.Request(name: partition.name, epoch: partition.epoch, kind: kind))
    }
}
