/// Timers by due time: a binary heap. A timer whose purpose is gone may stay; whoever takes one checks.
package struct TimerHeap<Payload: BitwiseCopyable> {
    private var heap: [(due: UInt64, order: UInt64, payload: Payload)] = []
    private var order: UInt64 = 0

    package init() {}

    package var nextDue: UInt64? { heap.first?.due }
    package var count: Int { heap.count }

    package mutating func add(due: UInt64, _ payload: Payload) {
        order &+= 1
        heap.append((due, order, payload))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if Self.isBefore(heap[parent], heap[child]) { break }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    /// Takes the earliest timer that is due; of those due at one time, the one added first.
    package mutating func popDue(now: UInt64) -> Payload? {
        guard let first = heap.first, first.due <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            var parent = 0
            while true {
                var child = 2 * parent + 1
                if child >= heap.count { break }
                if child + 1 < heap.count, Self.isBefore(heap[child + 1], heap[child]) { child += 1 }
                if Self.isBefore(heap[parent], heap[child]) { break }
                heap.swapAt(parent, child)
                parent = child
            }
        }
        return first.payload
    }

    /// Drops the timers for which `isRemoved` holds.
    package mutating func removeAll(where isRemoved: (Payload) -> Bool) {
        heap.removeAll { isRemoved($0.payload) }
        // Sorted is a heap.
        heap.sort(by: Self.isBefore)
    }

    private static func isBefore(
        _ left: (due: UInt64, order: UInt64, payload: Payload), _ right: (due: UInt64, order: UInt64, payload: Payload)
    ) -> Bool {
        left.due != right.due ? left.due < right.due : left.order < right.order
    }
}
