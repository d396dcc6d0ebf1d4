/// A partition of a topic, by name.
public struct PartitionName: Sendable, Hashable {
    /// The topic's name.
    public var topic: String
    /// The partition's number, from 0.
    public var partition: Int32

    /// Names a partition.
    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }
}

/// A record, by its coordinates.
public struct RecordName: Sendable, Hashable {
    /// The topic's name.
    public var topic: String
    /// The partition's number, from 0.
    public var partition: Int32
    /// The record's offset in the partition.
    public var offset: Int64

    /// Names a record.
    public init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}

/// Where an assignment of a partition starts.
public struct PartitionStart: Sendable, Hashable {
    /// The partition.
    public var name: PartitionName
    /// The first offset that will be read.
    public var offset: Int64
    /// Counts the assignments of this partition in this process, from 1.
    public var epoch: UInt32

    /// States a start.
    public init(name: PartitionName, offset: Int64, epoch: UInt32) {
        self.name = name
        self.offset = offset
        self.epoch = epoch
    }
}

/// The identity's terms of one assignment of a partition:
/// `received = succeeded + deadLettered + skipped + released + inFlight`.
public struct PartitionCounts: Sendable, Hashable {
    /// Records taken in.
    public var received: UInt64 = 0
    /// Records that every matching processor finished.
    public var succeeded: UInt64 = 0
    /// Records with at least one acknowledged letter.
    public var deadLettered: UInt64 = 0
    /// Records passed over by a written-down policy.
    public var skipped: UInt64 = 0
    /// Records given back unfinished on revocation, loss or stop.
    public var released: UInt64 = 0
    /// Records taken in and not yet settled or given back.
    public var inFlight: UInt64 = 0
    /// Records that an earlier assignment had finished, as the map beside the committed offset says: passed over, and in
    /// none of the other terms.
    public var alreadyDone: UInt64 = 0

    /// All terms zero.
    public init() {}

    /// Whether the identity holds.
    public var balances: Bool { received == succeeded + deadLettered + skipped + released + inFlight }
}

/// The state of one assignment of a partition.
public struct PartitionReport: Sendable, Hashable {
    /// The partition.
    public var name: PartitionName
    /// Counts the assignments of this partition in this process, from 1.
    public var epoch: UInt32
    /// The identity's terms.
    public var counts: PartitionCounts
    /// The first unsettled offset: what may be committed.
    public var watermark: Int64
    /// When the oldest unsettled record was received, in the engine's nanoseconds; nil when nothing is unsettled.
    public var oldestUnsettledSince: UInt64?
    /// Why the partition is not read at the moment, if it is not.
    public var held: HoldReason?

    /// Makes a report.
    public init(
        name: PartitionName, epoch: UInt32, counts: PartitionCounts, watermark: Int64, oldestUnsettledSince: UInt64?,
        held: HoldReason?
    ) {
        self.name = name
        self.epoch = epoch
        self.counts = counts
        self.watermark = watermark
        self.oldestUnsettledSince = oldestUnsettledSince
        self.held = held
    }
}

/// Why a partition is not read although it is assigned.
public enum HoldReason: String, Sendable, Hashable {
    /// A processor said that it is unavailable.
    case unavailable
    /// The circuit breaker of a route is open for which records of the partition wait.
    case circuit
    /// Letters are refused or late.
    case letters
    /// Too many of its records became letters: it waits for an operator.
    case letterGuard
    /// The worker's byte budget is used up.
    case memory
    /// As many records as allowed are in flight.
    case concurrency
    /// So much is done above an unfinished record that no more of it could be kept beside the committed offset.
    case offsets
    /// Its records are tried one at a time: one of them may be taking the process down.
    case searched
    /// The worker is draining.
    case draining
}
