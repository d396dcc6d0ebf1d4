/// Which work waits for which: lists by key. The first of a key is the one that may run; keys that share a list do
/// not wait for each other, else one that is stuck would hold others up, in other partitions too. The lists are circular
/// and threaded through the work itself, so that a list costs four bytes and no look-up.
package struct OrderTable: ~Copyable {
    /// The fewest and the most lists. There are about as many as there is work: where little is in flight, the table is
    /// small enough to stay in a processor's nearest cache while records pass through it.
    package static let listCounts = (fewest: 1_024, most: 16_384)
    /// The last work of each list plus one; 0 is an empty list.
    private var tails: UnsafeMutablePointer<Int32>
    private var mask: UInt32
    /// How much work is in all lists.
    private var count = 0

    package init() {
        tails = Self.emptyLists(Self.listCounts.fewest)
        mask = UInt32(Self.listCounts.fewest - 1)
    }

    deinit { tails.deallocate() }

    private static func emptyLists(_ count: Int) -> UnsafeMutablePointer<Int32> {
        let lists = UnsafeMutablePointer<Int32>.allocate(capacity: count)
        lists.initialize(repeating: 0, count: count)
        return lists
    }

    /// The list of a key, until the next work is added.
    package func list(for key: UInt32) -> Int32 {
        Int32(truncatingIfNeeded: (key ^ (key >> 16)) & mask)
    }

    package func isEmpty(_ list: Int32) -> Bool { tails[Int(list)] == 0 }

    /// Four times as many lists. The order within each key stays.
    private mutating func grow(_ works: inout Slab<Work>) {
        let (old, oldCount) = (tails, Int(mask) + 1)
        tails = Self.emptyLists(oldCount * 4)
        mask = UInt32(oldCount * 4 - 1)
        count = 0
        for list in 0..<oldCount where old[list] != 0 {
            let last = old[list] - 1
            var current = works[last].next
            while true {
                let next = works[current].next
                let isLast = current == last
                _ = thread(current, in: &works)
                if isLast { break }
                current = next
            }
        }
        old.deallocate()
    }

    /// Adds work behind what is there of its key; true where it is the first and may run.
    package mutating func append(_ work: Int32, in works: inout Slab<Work>) -> Bool {
        if count > mask, count < Self.listCounts.most { grow(&works) }
        return thread(work, in: &works)
    }

    private mutating func thread(_ work: Int32, in works: inout Slab<Work>) -> Bool {
        count += 1
        let key = works[work].key
        let list = Int(list(for: key))
        let tail = tails[list] - 1
        tails[list] = work + 1
        if tail < 0 {
            works[work].next = work
            return true
        }
        var current = works[tail].next
        works[work].next = current
        works[tail].next = work
        while current != work {
            if works[current].key == key { return false }
            current = works[current].next
        }
        return true
    }

    /// Takes the first work of its key away; returns the one of the same key that may run now, if any.
    package mutating func removeFirst(_ work: Int32, in works: inout Slab<Work>) -> Int32? {
        count -= 1
        let key = works[work].key
        let list = Int(list(for: key))
        let tail = tails[list] - 1
        var before = tail
        while works[before].next != work { before = works[before].next }
        if before == work {
            tails[list] = 0
            return nil
        }
        var current = works[work].next
        works[before].next = current
        if work == tail {
            tails[list] = before + 1
            return nil
        }
        while works[current].key != key {
            if current == tail { return nil }
            current = works[current].next
        }
        return current
    }

    /// Takes every work for which `isRemoved` holds off a list, keeping the order of the rest. Calls `mayRun` with what
    /// is the first of its key now.
    package mutating func removeAll(
        of list: Int32, in works: inout Slab<Work>, where isRemoved: (borrowing Work) -> Bool, mayRun: (Int32) -> Void
    ) {
        let oldTail = tails[Int(list)] - 1
        if oldTail < 0 { return }
        var current = works[oldTail].next
        tails[Int(list)] = 0
        while true {
            let next = works[current].next
            let isLast = current == oldTail
            count -= 1
            if !isRemoved(works[current]), thread(current, in: &works) { mayRun(current) }
            if isLast { return }
            current = next
        }
    }
}
