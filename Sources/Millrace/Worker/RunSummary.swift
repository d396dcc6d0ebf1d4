public import MillraceEngine

/// What a worker did from its start to its end: the identity's terms a partition, over all of its assignments.
public struct RunSummary: Sendable {
    /// The terms by partition. `inFlight` is 0: the rest was released.
    public internal(set) var partitions: [PartitionName: PartitionCounts] = [:]

    /// The terms of all partitions together.
    public var total: PartitionCounts {
        partitions.values.reduce(into: PartitionCounts()) { $0.add($1) }
    }
}

extension PartitionCounts {
    package mutating func add(_ other: PartitionCounts) {
        received &+= other.received
        succeeded &+= other.succeeded
        deadLettered &+= other.deadLettered
        skipped &+= other.skipped
        released &+= other.released
        inFlight &+= other.inFlight
        alreadyDone &+= other.alreadyDone
    }

    /// Records that are settled: nobody gets them again.
    public var settled: UInt64 { succeeded &+ deadLettered &+ skipped }
}
