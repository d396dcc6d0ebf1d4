/// Who sleeps on a lane, by due time: a binary heap with the continuations in it, so that waking one is no look-up.
///
/// Not ``TimerHeap``: a generic type of another module looks its elements' types up at each step, which was a twelfth of a
/// lane's time where handlers sleep.
struct SleeperHeap {
    private struct Sleeper {
        var due: UInt64
        /// Rises from sleep to sleep: of those due at one time, the one that began first wakes first.
        var number: UInt64
        /// Nil: woken before its time.
        var continuation: UnsafeContinuation<Bool, Never>?

        func isBefore(_ other: Sleeper) -> Bool { due != other.due ? due < other.due : number < other.number }
    }

    private var heap: [Sleeper] = []

    var nextDue: UInt64? { heap.first?.due }

    mutating func add(due: UInt64, number: UInt64, _ continuation: UnsafeContinuation<Bool, Never>) {
        let added = Sleeper(due: due, number: number, continuation: continuation)
        heap.append(added)
        var hole = heap.count - 1
        while hole > 0 {
            let parent = (hole - 1) / 2
            if heap[parent].isBefore(added) { break }
            heap[hole] = heap[parent]
            hole = parent
        }
        heap[hole] = added
    }

    /// Takes the earliest that is due and still sleeps.
    mutating func popDue(now: UInt64) -> UnsafeContinuation<Bool, Never>? {
        while let first = heap.first, first.due <= now {
            removeFirst()
            if let continuation = first.continuation { return continuation }
        }
        return nil
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        let count = heap.count
        if count == 0 { return }
        var hole = 0
        while true {
            var child = 2 * hole + 1
            if child >= count { break }
            if child + 1 < count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            if last.isBefore(heap[child]) { break }
            heap[hole] = heap[child]
            hole = child
        }
        heap[hole] = last
    }

    /// Takes some before their time, wherever they are; the numbers of those that do not sleep here are left. One pass, since
    /// a stop cancels all at once.
    mutating func take(_ numbers: inout Set<UInt64>) -> [UnsafeContinuation<Bool, Never>] {
        var taken: [UnsafeContinuation<Bool, Never>] = []
        for index in heap.indices where !numbers.isEmpty && numbers.remove(heap[index].number) != nil {
            if let continuation = heap[index].continuation { taken.append(continuation) }
            heap[index].continuation = nil
        }
        return taken
    }

    /// Takes all.
    mutating func takeAll() -> [UnsafeContinuation<Bool, Never>] {
        defer { heap = [] }
        return heap.compactMap(\.continuation)
    }
}
