/// Tests on eight bytes at once, by arithmetic on one word.
///
/// A test answers the top bit of each byte. It is meant for ASCII: bytes from 0x80 on fail every test, and what their
/// carries do to their neighbours does not matter then.
struct EightBytes {
    private var word: UInt64
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    /// All eight top bits.
    static var all: UInt64 { ones &* 0x80 }

    @inline(__always)
    init(_ position: BytePointer) {
        word = UnsafeRawPointer(position).loadUnaligned(as: UInt64.self)
    }

    /// Which bytes are in the range.
    @inline(__always)
    func within(_ low: UInt8, _ high: UInt8) -> UInt64 {
        let reachesLow = word &+ Self.ones &* UInt64(0x80 - low)
        let passesHigh = word &+ Self.ones &* UInt64(0x7F - high)
        return reachesLow & ~passesHigh & ~word & Self.all
    }

    /// Which bytes are letters.
    @inline(__always)
    var letters: UInt64 {
        var lower = self
        lower.word |= Self.ones &* 0x20
        return lower.within(0x61, 0x7A)
    }
}
