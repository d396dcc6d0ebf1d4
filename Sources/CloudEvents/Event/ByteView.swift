/// Borrowed bytes, or nothing. Whoever makes one sees to it that the memory outlives it.
package struct ByteView: @unchecked Sendable {
    /// The first byte; nil says that there is nothing, which is not the same as no bytes.
    package var start: UnsafePointer<UInt8>?
    /// How many bytes.
    package var count: Int

    /// Nothing.
    @inlinable @inline(__always)
    package init() {
        start = nil
        count = 0
    }

    /// The bytes from the position on.
    @inlinable @inline(__always)
    package init(_ start: UnsafePointer<UInt8>, count: Int) {
        self.start = start
        self.count = count
    }

    /// The buffer's bytes. A buffer without memory is an empty text, not nothing.
    @inline(__always)
    package init(_ bytes: UnsafeRawBufferPointer) {
        if let base = bytes.baseAddress {
            self.init(base.assumingMemoryBound(to: UInt8.self), count: bytes.count)
        } else {
            self.init("")
        }
    }

    /// The literal's bytes, which live as long as the program.
    @inlinable @inline(__always)
    package init(_ literal: StaticString) {
        self.init(literal.utf8Start, count: literal.utf8CodeUnitCount)
    }

    /// Whether there is something, if only an empty text.
    @inline(__always)
    package var isPresent: Bool { start != nil }

    /// The bytes as a buffer; empty if there is nothing.
    @inline(__always)
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// The text, or nil if there is nothing. Bytes that are not UTF-8 are replaced by U+FFFD.
    package var string: String? {
        isPresent ? text : nil
    }

    /// The text; empty if there is nothing.
    package var text: String {
        String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The byte at an index below `count`.
    @inlinable @inline(__always)
    package subscript(index: Int) -> UInt8 {
        // A caller that counts wrongly, never an input.
        guard let start else { preconditionFailure("nothing has no bytes: callers index below `count`") }
        return start[index]
    }

    /// Whether both hold the same bytes.
    @inlinable @inline(__always)
    package func equals(_ other: ByteView) -> Bool {
        guard count == other.count else { return false }
        return differsNowhere(other)
    }

    /// Whether the bytes are the literal's.
    @inlinable @inline(__always)
    package func equals(_ literal: StaticString) -> Bool {
        equals(ByteView(literal))
    }

    /// Whether the bytes are the literal's, which must be lower-case, letters A–Z taken as a–z.
    package func equalsIgnoringCase(_ literal: StaticString) -> Bool {
        count == literal.utf8CodeUnitCount && hasPrefixIgnoringCase(literal)
    }

    /// Whether the bytes begin with the literal's, which must be lower-case, letters A–Z taken as a–z.
    package func hasPrefixIgnoringCase(_ literal: StaticString) -> Bool {
        guard let start, count >= literal.utf8CodeUnitCount else { return false }
        for index in 0..<literal.utf8CodeUnitCount
        where Ascii.lowercased(start[index]) != literal.utf8Start[index] {
            return false
        }
        return true
    }

    /// Whether both hold the same bytes, letters A–Z taken as a–z.
    package func equalsIgnoringCase(_ other: ByteView) -> Bool {
        guard count == other.count, let start, let theirs = other.start else { return count == other.count }
        for index in 0..<count where Ascii.lowercased(start[index]) != Ascii.lowercased(theirs[index]) {
            return false
        }
        return true
    }

    /// Whether these bytes come before the others: in the order of the first byte that differs, then of length.
    package func precedes(_ other: ByteView) -> Bool {
        bytes.lexicographicallyPrecedes(other.bytes)
    }

    /// The bytes from one position up to another.
    @inlinable @inline(__always)
    package func slice(_ range: Range<Int>) -> ByteView {
        guard let start else { return self }
        return ByteView(start + range.lowerBound, count: range.count)
    }

    /// Eight bytes a step; both have the same count.
    @inlinable @inline(__always)
    func differsNowhere(_ other: ByteView) -> Bool {
        guard count > 0, let mine = start, let theirs = other.start else { return true }
        if mine == theirs { return true }
        var index = 0
        let left = UnsafeRawPointer(mine)
        let right = UnsafeRawPointer(theirs)
        while index &+ 8 <= count {
            if left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                != right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            {
                return false
            }
            index &+= 8
        }
        while index < count {
            if mine[index] != theirs[index] { return false }
            index &+= 1
        }
        return true
    }
}

/// Memory of an event's own: for texts that are not in the record as they are (escapes, canonical names), and for events
/// that were made here. Filled by one thread before anybody else sees it, never changed after.
package final class OwnedBytes: @unchecked Sendable {
    private let memory: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var used = 0

    /// Memory for that many bytes.
    package init(capacity: Int) {
        self.capacity = max(capacity, 1)
        memory = .allocate(capacity: self.capacity)
    }

    deinit {
        memory.deallocate()
    }

    /// How many bytes are still free.
    package var free: Int { capacity - used }

    /// Lets the body write behind what is there; it answers how many bytes it wrote.
    package func append(_ body: (UnsafeMutablePointer<UInt8>) -> Int) -> ByteView {
        let start = memory + used
        let count = body(start)
        precondition(count >= 0 && used + count <= capacity, "an event's own memory is made large enough beforehand")
        used += count
        return ByteView(UnsafePointer(start), count: count)
    }

    /// Copies the bytes.
    package func append(_ bytes: UnsafeRawBufferPointer) -> ByteView {
        append { out in
            if let base = bytes.baseAddress {
                out.update(from: base.assumingMemoryBound(to: UInt8.self), count: bytes.count)
            }
            return bytes.count
        }
    }
}
