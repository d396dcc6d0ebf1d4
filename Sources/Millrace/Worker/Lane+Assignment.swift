import MillraceEngine
import Synchronization

extension Lane {
    func begin(_ assignment: LaneAssignment) {
        let slot = engine.assign(
            assignment.name, epoch: assignment.epoch, start: assignment.start, metadata: assignment.metadata)
        slotNames.withLock { $0[Int(slot)] = assignment.name }
        partitions.append(LaneReading(assignment: assignment, slot: slot))
        tellRemembered(assignment.name, slot: slot)
        if assignment.search != nil { engine.setSearched(slot: slot, true) }
    }

    /// Takes nothing of a partition in any more and gives back what has not started.
    func release(_ name: PartitionName) {
        guard let index = partitions.firstIndex(where: { $0.assignment.name == name }) else { return }
        partitions[index].isReleasing = true
        dropProbed(index)
        engine.beginRelease(slot: partitions[index].slot) { forget($0) }
        endDrained()
    }

    /// Ends a partition's assignment now.
    func abandon(_ name: PartitionName) {
        guard let index = partitions.firstIndex(where: { $0.assignment.name == name }) else { return }
        let slot = partitions[index].slot
        dropProbed(index)
        engine.beginRelease(slot: slot) { forget($0) }
        end(index)
        dropUnsentLetters()
        // Their results can have no effect: let them end.
        for runner in runners { runner?.cancelReleased() }
    }

    /// Ends the assignments of which nothing is at work any more.
    func endDrained() {
        for index in partitions.indices.reversed()
        where partitions[index].isReleasing && engine.isDrained(slot: partitions[index].slot) {
            end(index)
        }
    }

    private func end(_ index: Int) {
        let partition = partitions.remove(at: index)
        guard let (report, metadata) = engine.endRelease(slot: partition.slot) else { return }
        publishEnd(report, metadata)
    }
}
