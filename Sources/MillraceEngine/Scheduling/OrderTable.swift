/// Which work waits for which: 16,384 lists by key hash. The first of a list is the one that may run; two keys of one
/// hash merely wait for each other. The lists are circular and threaded through the work itself, so that a list costs
/// four bytes and no look-up.
package struct OrderTable: ~Copyable {
    /// How many lists there are. Few enough for the table to stay in a processor's cache beside the records.
    package static let listCount = 16_384
    /// The list of work that waits for nothing.
    package static let none: Int32 = -1

    /// The last work of each list plus one; 0 is an empty list.
    private let tails: UnsafeMutablePointer<Int32>

    package init() {
        tails = .allocate(capacity: Self.listCount)
        tails.initialize(repeating: 0, count: Self.listCount)
    }

    deinit { tails.deallocate() }

    /// The list for a hash.
    package static func list(for hash: UInt32) -> Int32 {
        Int32(truncatingIfNeeded: (hash ^ (hash >> 16)) & 0x3FFF)
    }

    package func isEmpty(_ list: Int32) -> Bool { tails[Int(list)] == 0 }

    /// Adds work at the end of its list; true where it is the first and may run.
    package mutating func append(_ work: Int32, to list: Int32, in works: inout Slab<Work>) -> Bool {
        let tail = tails[Int(list)]
        tails[Int(list)] = work + 1
        if tail == 0 {
            works[work].next = work
            return true
        }
        works[work].next = works[tail - 1].next
        works[tail - 1].next = work
        return false
    }

    /// Takes the first work off its list; returns the one that may run now, if any.
    package mutating func removeFirst(of list: Int32, in works: inout Slab<Work>) -> Int32? {
        let tail = tails[Int(list)] - 1
        let first = works[tail].next
        if first == tail {
            tails[Int(list)] = 0
            return nil
        }
        let next = works[first].next
        works[tail].next = next
        return next
    }

    /// Takes every work for which `isRemoved` holds off the list, keeping the order of the rest. Returns the first of
    /// the rest.
    package mutating func removeAll(
        of list: Int32, in works: inout Slab<Work>, where isRemoved: (Int32, borrowing Slab<Work>) -> Bool
    ) -> Int32? {
        let oldTail = tails[Int(list)] - 1
        if oldTail < 0 { return nil }
        var current = works[oldTail].next
        tails[Int(list)] = 0
        var first: Int32?
        while true {
            let next = works[current].next
            let isLast = current == oldTail
            if !isRemoved(current, works), append(current, to: list, in: &works) { first = current }
            if isLast { return first }
            current = next
        }
    }
}
