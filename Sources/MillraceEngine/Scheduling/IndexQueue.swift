/// First in, first out, of indices.
package struct IndexQueue: ~Copyable {
    private var storage: UnsafeMutablePointer<Int32>
    private var mask: Int
    private var head = 0
    private var tail = 0

    package init(capacity: Int = 256) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "a power of two")
        storage = .allocate(capacity: capacity)
        mask = capacity - 1
    }

    deinit { storage.deallocate() }

    package var count: Int { tail &- head }
    package var isEmpty: Bool { head == tail }

    package mutating func append(_ index: Int32) {
        if count > mask { grow() }
        storage[tail & mask] = index
        tail &+= 1
    }

    package mutating func popFirst() -> Int32? {
        if head == tail { return nil }
        let index = storage[head & mask]
        head &+= 1
        return index
    }

    package mutating func removeAll(where isRemoved: (Int32) -> Bool) {
        let all = count
        for _ in 0..<all {
            let index = storage[head & mask]
            head &+= 1
            if isRemoved(index) { continue }
            storage[tail & mask] = index
            tail &+= 1
        }
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Int32>.allocate(capacity: (mask + 1) * 2)
        let all = count
        for index in 0..<all { larger[index] = storage[(head &+ index) & mask] }
        storage.deallocate()
        storage = larger
        mask = mask * 2 + 1
        head = 0
        tail = all
    }
}
