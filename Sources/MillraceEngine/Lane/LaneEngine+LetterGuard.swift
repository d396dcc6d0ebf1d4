/// The guard over dead letters: a partition of which too many records became letters is not worked on any more, in this
/// process, whoever assigns it.
extension LaneEngine {
    /// A record of a partition was settled. By its slot: the caller need not hold the partition meanwhile.
    @inline(never)
    mutating func guardLetters(slot: Int32, deadLettered: Bool) {
        guard let partition = partition(slot) else { return }
        if partition.letterGuard?.state.settled(deadLettered: deadLettered) == true { stop(partition) }
    }

    /// Watches a partition from its first assignment on; one that was stopped stays so.
    mutating func prepareGuard(_ partition: LanePartition) {
        guard let rules = limits.letterGuard else { return }
        while letterGuards.count <= Int(partition.slot) { letterGuards.append(nil) }
        let letterGuard = letterGuards[Int(partition.slot)] ?? PartitionGuard(rules)
        letterGuards[Int(partition.slot)] = letterGuard
        partition.letterGuard = letterGuard
        if letterGuard.state.hasStopped { stop(partition) }
    }

    /// Calls `told` with each partition that was stopped since the last time, and how many of how many records had become
    /// letters.
    package func takeStopped(_ told: (PartitionName, _ letters: Int, _ records: Int) -> Void) {
        if limits.letterGuard == nil { return }
        for case let partition? in partitions where partition.isStopped && !partition.isStopTold {
            partition.isStopTold = true
            guard let state = partition.letterGuard?.state else { continue }
            told(partition.name, state.letters, state.rules.records)
        }
    }

    /// As if every route's processor were away, and never asked again.
    private mutating func stop(_ partition: LanePartition) {
        partition.isStopped = true
        partition.unavailableRoutes = .max
        partition.unavailableUntil = .max
        touch(partition)
    }
}

/// The guard of a slot's partition, over all its assignments in this process.
final class PartitionGuard {
    @exclusivity(unchecked) var state: LetterGuard

    init(_ rules: LetterGuard.Rules) { state = LetterGuard(rules) }
}
