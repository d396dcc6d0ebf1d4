/// Which work waits for which: 16,384 lists by key. The first of a key is the one that may run; keys that share a list do
/// not wait for each other, else one that is stuck would hold others up, in other partitions too. The lists are circular
/// and threaded through the work itself, so that a list costs four bytes and no look-up.
package struct OrderTable: ~Copyable {
    /// How many lists there are. Few enough for the table to stay in a processor's cache beside the records.
    package static let listCount = 16_384
    /// The last work of each list plus one; 0 is an empty list.
    private let tails: UnsafeMutablePointer<Int32>

    package init() {
        tails = .allocate(capacity: Self.listCount)
        tails.initialize(repeating: 0, count: Self.listCount)
    }

    deinit { tails.deallocate() }

    /// The list of a key.
    package static func list(for key: UInt32) -> Int32 {
        Int32(truncatingIfNeeded: (key ^ (key >> 16)) & 0x3FFF)
    }

    package func isEmpty(_ list: Int32) -> Bool { tails[Int(list)] == 0 }

    /// Adds work behind what is there of its key; true where it is the first and may run.
    package mutating func append(_ work: Int32, in works: inout Slab<Work>) -> Bool {
        let key = works[work].key
        let list = Int(Self.list(for: key))
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
        let key = works[work].key
        let list = Int(Self.list(for: key))
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
            if !isRemoved(works[current]), append(current, in: &works) { mayRun(current) }
            if isLast { return }
            current = next
        }
    }
}
