/// A growing array of trivial values with a free list: an index stays valid until it is given back.
package struct Slab<Element: BitwiseCopyable>: ~Copyable {
    private var storage: UnsafeMutablePointer<Element>
    private var isUsed: UnsafeMutablePointer<Bool>
    private var free: UnsafeMutablePointer<Int32>
    private var freeCount = 0
    /// One past the highest index ever given out.
    package private(set) var end: Int32 = 0
    private var capacity: Int
    /// How many elements are in use.
    package private(set) var count = 0

    package init(capacity: Int = 1024) {
        self.capacity = capacity
        storage = .allocate(capacity: capacity)
        isUsed = .allocate(capacity: capacity)
        free = .allocate(capacity: capacity)
    }

    deinit {
        storage.deallocate()
        isUsed.deallocate()
        free.deallocate()
    }

    package mutating func insert(_ element: Element) -> Int32 {
        count += 1
        if freeCount > 0 {
            freeCount -= 1
            let index = free[freeCount]
            storage[Int(index)] = element
            isUsed[Int(index)] = true
            return index
        }
        if Int(end) == capacity { grow() }
        let index = end
        end += 1
        storage[Int(index)] = element
        isUsed[Int(index)] = true
        return index
    }

    package mutating func remove(_ index: Int32) {
        precondition(contains(index), "an index was given back twice")
        isUsed[Int(index)] = false
        free[freeCount] = index
        freeCount += 1
        count -= 1
    }

    package func contains(_ index: Int32) -> Bool {
        index >= 0 && index < end && isUsed[Int(index)]
    }

    package subscript(index: Int32) -> Element {
        unsafeAddress {
            precondition(contains(index), "an index that is not in use")
            return UnsafePointer(storage + Int(index))
        }
        unsafeMutableAddress {
            precondition(contains(index), "an index that is not in use")
            return storage + Int(index)
        }
    }

    private mutating func grow() {
        let larger = capacity * 2
        storage = Self.moved(storage, count: capacity, to: larger)
        isUsed = Self.moved(isUsed, count: capacity, to: larger)
        free = Self.moved(free, count: freeCount, to: larger)
        capacity = larger
    }

    private static func moved<T: BitwiseCopyable>(
        _ old: UnsafeMutablePointer<T>, count: Int, to capacity: Int
    ) -> UnsafeMutablePointer<T> {
        let new = UnsafeMutablePointer<T>.allocate(capacity: capacity)
        new.update(from: old, count: count)
        old.deallocate()
        return new
    }
}
