package import MillraceEngine

extension Lane {
    /// What a lane that looks for a culprit tells control.
    package typealias CrashMessage = ProbeTurns.Request

    /// Whether a record that was just received waits, or is the culprit. Before its coordinates are committed nothing looks
    /// into it, not even the reader of events.
    func isProbed(_ record: Int32, offset: Int64, partition index: Int) -> Bool {
        if partitions[index].isSearchEnding {
            hold(record, index)
            return true
        }
        switch partitions[index].search?.step(offset, now: shared.clock.wall() / 1_000) {
        case nil: return false
        case .over:
            hold(record, index)
            askForEnd(index)
            return true
        case .probe(let probe):
            hold(record, index)
            tellControl(.probe(probe), partition: index)
            return true
        case .withhold(let probe, let seconds):
            hold(record, index)
            partitions[index].withheld = (probe, now &+ UInt64(seconds) * 1_000_000_000)
            tellControl(.withhold(probe, seconds: seconds), partition: index)
            return true
        case .culprit(let crashes):
            write(
                letterFor: record, reason: "crashedProcess",
                detail: "the process ended \(crashes) times while this record alone was being handled", type: nil)
            return true
        }
    }

    private func hold(_ record: Int32, _ index: Int) {
        partitions[index].probed = record
        records[Int(record)].users += 1
    }

    private func takeProbed(_ index: Int) -> Int32? {
        guard let record = partitions[index].probed else { return nil }
        partitions[index].probed = nil
        records[Int(record)].users -= 1
        return record
    }

    /// The coordinates of the record that waits are committed, or that nothing is left to try.
    func probe(_ name: PartitionName, epoch: UInt32) {
        guard
            let index = partitions.firstIndex(where: { $0.assignment.name == name && $0.assignment.epoch == epoch })
        else { return }
        if partitions[index].isSearchEnding { endSearch(index) }
        guard let record = takeProbed(index) else { return }
        let (batch, position) = batch(of: record)
        judge(record, batch, position, batch.source)
    }

    /// The process lives without the record that was withheld: it is tried once more.
    private func tryWithheld(_ index: Int) {
        guard let (probe, until) = partitions[index].withheld, now >= until else { return }
        partitions[index].withheld = nil
        tellControl(.probe(probe.again(at: shared.clock.wall() / 1_000)), partition: index)
    }

    /// The assignment is ending: the record that waits is given back.
    func dropProbed(_ index: Int) {
        guard let record = takeProbed(index) else { return }
        engine.giveBack(record)
        forget(record)
    }

    /// Goes on with the searches that have waited long enough, and ends those that have nothing left to try.
    func advanceSearches() {
        for index in partitions.indices {
            tryWithheld(index)
            guard let search = partitions[index].search, !partitions[index].isSearchEnding,
                partitions[index].probed == nil, let watermark = engine.watermark(slot: partitions[index].slot),
                search.isOver(watermark: watermark)
            else { continue }
            askForEnd(index)
        }
    }

    /// The record that was tried last must not stand in the group as tried when something else ends the process.
    private func askForEnd(_ index: Int) {
        partitions[index].isSearchEnding = true
        tellControl(.ended, partition: index)
    }

    private func endSearch(_ index: Int) {
        partitions[index].search = nil
        partitions[index].isSearchEnding = false
        engine.setSearched(slot: partitions[index].slot, false)
        shared.observer?.observe(.crashSearchEnded(partitions[index].assignment.name))
    }

    private func tellControl(_ kind: CrashMessage.Kind, partition index: Int) {
        let assignment = partitions[index].assignment
        shared.crashes(CrashMessage(name: assignment.name, epoch: assignment.epoch, kind: kind))
    }
}
