/// The guard over dead letters: a partition of which too many records became letters is not worked on any more, in this
/// process, whoever assigns it.
extension LaneEngine {
    /// A record of a partition was settled.
    mutating func guardLetters(_ partition: LanePartition, deadLettered: Bool) {
        guard letterGuards[Int(partition.slot)]?.settled(deadLettered: deadLettered) == true else { return }
        stop(partition)
    }

    /// Watches a partition from its first assignment on; one that was stopped stays so.
    mutating func prepareGuard(_ partition: LanePartition) {
        guard let rules = limits.letterGuard else { return }
        while letterGuards.count <= Int(partition.slot) { letterGuards.append(nil) }
        if letterGuards[Int(partition.slot)] == nil { letterGuards[Int(partition.slot)] = LetterGuard(rules) }
        if letterGuards[Int(partition.slot)]?.hasStopped == true { stop(partition) }
    }

    /// Calls `told` with each partition that was stopped since the last time, and how many of how many records had become
    /// letters.
    package mutating func takeStopped(_ told: (PartitionName, _ letters: Int, _ records: Int) -> Void) {
        if limits.letterGuard == nil { return }
        for case let partition? in partitions where partition.isStopped && !partition.isStopTold {
            partition.isStopTold = true
            guard let state = letterGuards[Int(partition.slot)] else { continue }
            told(partition.name, state.letters, state.rules.records)
        }
    }

    /// As if every route's processor were away, and never asked again.
    private func stop(_ partition: LanePartition) {
        partition.isStopped = true
        partition.unavailableRoutes = .max
        partition.unavailableUntil = .max
        touch(partition)
    }
}
