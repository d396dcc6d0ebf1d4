/// A name of at most sixteen bytes as two words, so that it is compared in one step. The first byte is the lowest; what is
/// behind the name's end is zero.
struct NameWords: Equatable {
    var head: UInt64
    var tail: UInt64

    /// The longest name that two words hold, in bytes.
    static var maximumCount: Int { 16 }

    /// The words of a name in a text that ends at `end`.
    @inline(__always)
    init(_ start: BytePointer, count: Int, end: BytePointer) {
        guard end - start >= 16 else {
            self.init(atEnd: start, count: count)
            return
        }
        self.init(
            head: Self.load(start) & Self.mask(count), tail: Self.load(start + 8) & Self.mask(count &- 8))
    }

    @inline(never)
    private init(atEnd start: BytePointer, count: Int) {
        (head, tail) = (0, 0)
        for index in 0..<count {
            let bits = UInt64(start[index]) << UInt64(index & 7 * 8)
            if index < 8 { head |= bits } else { tail |= bits }
        }
    }

    /// The words of a name that a programmer wrote.
    init(_ name: String) {
        var name = name
        let words = name.withUTF8 { bytes -> NameWords? in
            guard let start = bytes.baseAddress else { return nil }
            return NameWords(atEnd: start, count: min(bytes.count, Self.maximumCount))
        }
        self = words ?? NameWords(head: 0, tail: 0)
    }

    @inline(__always)
    private init(head: UInt64, tail: UInt64) { (self.head, self.tail) = (head, tail) }

    @inline(__always)
    private static func load(_ start: BytePointer) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
    }

    /// The lowest bytes, at most eight. No branch: whether a name is longer than another is nobody's guess.
    @inline(__always)
    private static func mask(_ count: Int) -> UInt64 {
        count <= 0 ? 0 : .max >> UInt64(truncatingIfNeeded: 64 &- min(count, 8) &* 8)
    }
}
