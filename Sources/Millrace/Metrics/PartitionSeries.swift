package import MillraceEngine

/// One partition as its reports tell of it: the identity's terms over all its assignments in this process, and the state
/// of the present one.
package struct PartitionSeries: Sendable {
    /// Counts of assignments of which no report can come any more.
    private var finished = PartitionCounts()
    /// The latest counts of the latest assignments, oldest first. A late lane may report of a revoked one after the next
    /// has begun.
    private var recent: [(epoch: UInt32, counts: PartitionCounts)] = []
    private static let kept = 4

    /// The latest assignment that was revoked or lost.
    private var revokedEpoch: UInt32 = 0
    private var currentEpoch: UInt32 = 0

    /// Whether the partition is assigned to this worker.
    package var isAssigned: Bool { currentEpoch > revokedEpoch }
    /// Records in flight in the present assignment.
    package private(set) var inFlight: UInt64 = 0
    /// The present assignment's first unsettled offset.
    package private(set) var watermark: Int64?
    /// When its oldest unsettled record was received, in the engine's nanoseconds.
    package private(set) var oldestUnsettledSince: UInt64?
    /// Why it is not read.
    /// How long a handler has not returned, as told last; nil once the lane tells of the partition again. A handler that
    /// holds its lane up keeps the lane's own report of the record back.
    package private(set) var stuckFor: UInt64?
    package private(set) var held: HoldReason?
    /// Its lag in records.
    package private(set) var lag: Int64?
    /// Its last committed offset.
    package private(set) var committed: Int64?

    package init() {}

    /// The identity's terms over all assignments in this process.
    package var totals: PartitionCounts { recent.reduce(finished) { $0 + $1.counts } }

    package mutating func assign(epoch: UInt32, offset: Int64) {
        clear()
        // A lane may be faster than the fact of its assignment.
        currentEpoch = max(epoch, currentEpoch)
        watermark = offset
    }

    package mutating func revoke() {
        clear()
        revokedEpoch = currentEpoch
    }

    package mutating func take(_ report: PartitionReport) {
        record(report.counts, epoch: report.epoch)
        guard report.epoch >= currentEpoch, report.epoch > revokedEpoch else { return }
        if report.epoch > currentEpoch {
            clear()
            currentEpoch = report.epoch
        }
        inFlight = report.counts.inFlight
        watermark = report.watermark
        oldestUnsettledSince = report.oldestUnsettledSince
        stuckFor = nil
        held = report.held
    }

    package mutating func take(stuckFor nanoseconds: UInt64) {
        if isAssigned { stuckFor = max(stuckFor ?? 0, nanoseconds) }
    }

    /// A lag that comes after the revocation is of no use: the partition is another worker's.
    package mutating func take(lag records: Int64) { if isAssigned { lag = records } }

    package mutating func take(committed offset: Int64) { if isAssigned { committed = offset } }

    private mutating func clear() {
        inFlight = 0
        watermark = nil
        oldestUnsettledSince = nil
        stuckFor = nil
        held = nil
        lag = nil
        committed = nil
    }

    private mutating func record(_ counts: PartitionCounts, epoch: UInt32) {
        if let index = recent.lastIndex(where: { $0.epoch == epoch }) {
            recent[index].counts = counts
        } else if epoch > recent.last?.epoch ?? 0 {
            recent.append((epoch, counts))
            if recent.count > Self.kept { finished = finished + recent.removeFirst().counts }
        }
    }
}

extension PartitionCounts {
    fileprivate static func + (left: PartitionCounts, right: PartitionCounts) -> PartitionCounts {
        var sum = left
        sum.received &+= right.received
        sum.succeeded &+= right.succeeded
        sum.deadLettered &+= right.deadLettered
        sum.skipped &+= right.skipped
        sum.released &+= right.released
        sum.inFlight &+= right.inFlight
        sum.alreadyDone &+= right.alreadyDone
        return sum
    }
}
