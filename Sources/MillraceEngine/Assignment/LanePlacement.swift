/// Which lane gets a partition, and which of its assignments in this process it is.
package struct LanePlacement: Sendable {
    private let laneCount: Int
    private var epochs: [PartitionName: UInt32] = [:]
    /// The lane that a partition had before has it again: a late handler there still blocks its key.
    private var lastLane: [PartitionName: Int] = [:]

    /// `laneCount`: 1 or more.
    package init(laneCount: Int) { self.laneCount = max(1, laneCount) }

    /// Begins an assignment. `taken`: the lanes of all partitions that the worker has, one entry each.
    package mutating func place(_ name: PartitionName, taken: [Int]) -> (lane: Int, epoch: UInt32) {
        let lane = lastLane[name] ?? leastLoaded(taken)
        lastLane[name] = lane
        let epoch = (epochs[name] ?? 0) &+ 1
        epochs[name] = epoch
        return (lane, epoch)
    }

    private func leastLoaded(_ taken: [Int]) -> Int {
        var load = Array(repeating: 0, count: laneCount)
        for lane in taken { load[lane] += 1 }
        return load.indices.min { load[$0] < load[$1] } ?? 0
    }
}
