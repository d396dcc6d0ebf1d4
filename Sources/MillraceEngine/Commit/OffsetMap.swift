/// What is done above a committed offset: kept in its metadata, so that a restart repeats only what was really unfinished.
///
/// A value of offsets only. What is done stays done within one log; so an older map of an assignment is true, only less
/// complete.
package struct OffsetMap: Sendable, Hashable {
    /// The most bytes that a map is encoded in, which are 2,800 characters: beside a replay's mark there is always room for
    /// it. As a bitset that is a span of 16,800 offsets.
    package static let maximumBytes = 2_100

    /// The first offset that is not done: the one that is committed.
    package let base: Int64
    /// What is done: rising, none touches the next, all above the base, none empty.
    package let runs: [Range<Int64>]
    /// How many done offsets had no room: a restart repeats them.
    package let leftOut: Int64

    private init(base: Int64, runs: [Range<Int64>], leftOut: Int64) {
        self.base = base
        self.runs = runs
        self.leftOut = leftOut
    }

    /// The map of rising runs, of which those that touch are joined, and what is not above `base` is left out; what does
    /// not fit in `maximumBytes` is cut off, the highest offsets first. Nil where nothing is left.
    package init?(base: Int64, runs: some Sequence<Range<Int64>>, maximumBytes: Int = maximumBytes) {
        var joined: [Range<Int64>] = []
        for run in runs where run.upperBound > base &+ 1 && !run.isEmpty {
            let lower = max(run.lowerBound, base &+ 1)
            if let last = joined.last, lower <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, run.upperBound)
            } else {
                joined.append(lower..<run.upperBound)
            }
        }
        let kept = Self.cut(joined, base: base, maximumBytes: maximumBytes)
        if kept.isEmpty { return nil }
        self.init(base: base, runs: kept, leftOut: Self.count(joined) - Self.count(kept))
    }

    /// How many offsets are done; gaps of the log between done records count as well.
    package var count: Int64 { Self.count(runs) }

    /// The offset behind the last one that is done.
    package var end: Int64 { runs.last?.upperBound ?? base }

    package func contains(_ offset: Int64) -> Bool { runs.contains { $0.contains(offset) } }

    /// The same for a committed offset that has moved on; nil where nothing above it is left.
    package func above(_ base: Int64) -> OffsetMap? {
        if base == self.base { return self }
        guard let map = OffsetMap(base: base, runs: runs) else { return nil }
        return OffsetMap(base: map.base, runs: map.runs, leftOut: leftOut)
    }

    private static func count(_ runs: [Range<Int64>]) -> Int64 {
        runs.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
    }

    /// What of the runs can be encoded, in the form that keeps more.
    private static func cut(_ runs: [Range<Int64>], base: Int64, maximumBytes: Int) -> [Range<Int64>] {
        if encodedBytes(runs, base: base).least <= maximumBytes { return runs }
        var bytes = 1
        var position = base
        var asRuns: [Range<Int64>] = []
        for run in runs {
            bytes += Varint.size(run.lowerBound - position) + Varint.size(run.upperBound - run.lowerBound)
            if bytes > maximumBytes { break }
            asRuns.append(run)
            position = run.upperBound
        }
        let (end, isBeyond) = (base &+ 1).addingReportingOverflow(Int64(maximumBytes - 1) * 8)
        var asBits: [Range<Int64>] = []
        for run in runs where run.lowerBound < end || isBeyond {
            asBits.append(run.lowerBound..<(isBeyond ? run.upperBound : min(run.upperBound, end)))
        }
        return count(asRuns) >= count(asBits) ? asRuns : asBits
    }
}

// MARK: - Text

extension OffsetMap {
    /// The first byte says which form the rest has.
    private enum Form {
        /// Lengths of what is not done and of what is, in turns, from the base on: seven bits a byte, the lowest first.
        static let runs: UInt8 = 1
        /// A bit an offset from the one behind the base on, the lowest bit of a byte first.
        static let bits: UInt8 = 2
    }

    /// `BASE:` and the shorter form in base64url without padding.
    package var text: String { "\(base):\(Base64URL.text(encoded()))" }

    /// Reads the text back; nil where it is none.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let base = Int64(parts[0]), base >= 0, base < .max,
            let bytes = Base64URL.bytes(parts[1]), let form = bytes.first
        else { return nil }
        let runs: [Range<Int64>]?
        switch form {
        case Form.runs: runs = Self.runs(bytes.dropFirst(), base: base)
        case Form.bits: runs = Self.runs(ofBits: bytes.dropFirst(), base: base)
        default: runs = nil
        }
        guard let runs, !runs.isEmpty else { return nil }
        self.init(base: base, runs: runs, leftOut: 0)
    }

    /// How many bytes each form takes.
    private static func encodedBytes(_ runs: [Range<Int64>], base: Int64) -> (runs: Int, bits: Int, least: Int) {
        var position = base
        var lengths = 1
        for run in runs {
            lengths += Varint.size(run.lowerBound - position) + Varint.size(run.upperBound - run.lowerBound)
            position = run.upperBound
        }
        let bits = 1 + Int((position - base - 1) / 8) + ((position - base - 1) % 8 == 0 ? 0 : 1)
        return (lengths, bits, min(lengths, bits))
    }

    private func encoded() -> [UInt8] {
        let size = Self.encodedBytes(runs, base: base)
        var position = base
        if size.runs <= size.bits {
            var bytes = [Form.runs]
            for run in runs {
                Varint.append(run.lowerBound - position, to: &bytes)
                Varint.append(run.upperBound - run.lowerBound, to: &bytes)
                position = run.upperBound
            }
            return bytes
        }
        var bytes = [UInt8](repeating: 0, count: size.bits)
        bytes[0] = Form.bits
        for run in runs {
            for offset in run {
                let bit = Int(offset - base - 1)
                bytes[1 + bit / 8] |= 1 << UInt8(bit % 8)
            }
        }
        return bytes
    }

    private static func runs(_ bytes: ArraySlice<UInt8>, base: Int64) -> [Range<Int64>]? {
        var rest = bytes
        var position = base
        var runs: [Range<Int64>] = []
        while !rest.isEmpty {
            guard let open = Varint.take(&rest), let done = Varint.take(&rest), open > 0, done > 0 else { return nil }
            let (lower, isFar) = position.addingReportingOverflow(open)
            let (upper, isFarther) = lower.addingReportingOverflow(done)
            if isFar || isFarther { return nil }
            runs.append(lower..<upper)
            position = upper
        }
        return runs
    }

    private static func runs(ofBits bytes: ArraySlice<UInt8>, base: Int64) -> [Range<Int64>]? {
        guard base < .max - Int64(bytes.count) * 8 - 1 else { return nil }
        var runs: [Range<Int64>] = []
        var offset = base + 1
        for byte in bytes {
            for bit in 0..<8 as Range<UInt8> {
                if byte & (1 << bit) != 0 {
                    if let last = runs.last, last.upperBound == offset {
                        runs[runs.count - 1] = last.lowerBound..<offset + 1
                    } else {
                        runs.append(offset..<offset + 1)
                    }
                }
                offset += 1
            }
        }
        return runs
    }
}

/// Numbers of 0 and more in seven bits a byte, the lowest first; the last byte's highest bit is 0.
private enum Varint {
    static func size(_ number: Int64) -> Int { max(1, (64 - number.leadingZeroBitCount + 6) / 7) }

    static func append(_ number: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(number)
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    static func take(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst(), shift <= 56 {
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int64(number) }
            shift += 7
        }
        return nil
    }
}

/// Base 64 with `-` and `_`, without padding (RFC 4648, section 5).
private enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var characters: [UInt8] = []
        characters.reserveCapacity(bytes.count / 3 * 4 + 4)
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var word = UInt32(bytes[index]) << 16
            if count > 1 { word |= UInt32(bytes[index + 1]) << 8 }
            if count > 2 { word |= UInt32(bytes[index + 2]) }
            for place in 0...count { characters.append(alphabet[Int(word >> UInt32(18 - 6 * place)) & 63]) }
            index += 3
        }
        return String(decoding: characters, as: UTF8.self)
    }

    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var word: UInt32 = 0
        var bits: UInt32 = 0
        for character in text.utf8 {
            guard let value = value(character) else { return nil }
            word = word << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> bits))
            }
        }
        // One character alone is no byte, and what is left over is 0.
        guard bits < 6, word & (1 << bits - 1) == 0 else { return nil }
        return bytes
    }

    private static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - 65)
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - 97 + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - 48 + 52)
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
