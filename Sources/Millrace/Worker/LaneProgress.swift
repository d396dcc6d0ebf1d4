import Synchronization

/// What a lane is doing at this moment, readable by others while the lane is stuck in it.
package final class LaneProgress: Sendable {
    private let route = Atomic<Int>(-1)
    private let slot = Atomic<Int>(-1)
    private let offset = Atomic<Int64>(-1)

    func enter(route: Int, slot: Int32, offset: Int64) {
        self.slot.store(Int(slot), ordering: .relaxed)
        self.offset.store(offset, ordering: .relaxed)
        self.route.store(route, ordering: .relaxed)
    }

    func leave() { route.store(-1, ordering: .relaxed) }

    /// The route, the partition's slot and the offset of the handler that the lane is in; nil: in none.
    package var current: (route: Int, slot: Int, offset: Int64)? {
        let route = route.load(ordering: .relaxed)
        return route < 0 ? nil : (route, slot.load(ordering: .relaxed), offset.load(ordering: .relaxed))
    }
}
