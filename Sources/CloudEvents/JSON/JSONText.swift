/// The content of JSON strings whose grammar was checked: from escapes to text.
enum JSONText {
    /// Writes the text of what stands between a string's quotes, which is never longer; answers how many bytes it wrote.
    /// Half of a surrogate pair becomes U+FFFD.
    static func unescape(_ raw: ByteView, into out: UnsafeMutablePointer<UInt8>) -> Int {
        guard var position = raw.start else { return 0 }
        let end = position + raw.count
        var target = out
        while position < end {
            let byte = position.pointee
            if byte != Ascii.backslash {
                target.pointee = byte
                target += 1
                position += 1
                continue
            }
            let (point, length) = escape(at: position, end: end)
            target = UTF8Sequence.write(point, to: target)
            position += length
        }
        return target - out
    }

    /// What stands between the quotes of the string whose first character is at the position; its grammar was checked.
    static func content(at start: BytePointer) -> ByteView {
        var end = start
        while end.pointee != Ascii.quote { end += end.pointee == Ascii.backslash ? 2 : 1 }
        return ByteView(start, count: end - start)
    }

    /// The text as a string.
    static func string(_ raw: ByteView, hasEscapes: Bool) -> String {
        guard hasEscapes else { return raw.text }
        return String(unsafeUninitializedCapacity: max(1, raw.count)) { out in
            guard let base = out.baseAddress else { return 0 }
            return unescape(raw, into: base)
        }
    }

    /// The text as bytes.
    static func bytes(_ raw: ByteView, hasEscapes: Bool) -> [UInt8] {
        guard hasEscapes else { return Array(raw.bytes) }
        return [UInt8](unsafeUninitializedCapacity: raw.count) { out, count in
            if let base = out.baseAddress { count = unescape(raw, into: base) }
        }
    }

    /// Whether the text of what stands between a string's quotes is the plain one, without making it.
    ///
    /// `lowercasing`: whether A–Z in the string are taken as a–z.
    static func equals(_ raw: ByteView, _ plain: ByteView, lowercasing: Bool = false) -> Bool {
        guard let start = raw.start, let other = plain.start else { return raw.count == plain.count }
        let end = start + raw.count
        let otherEnd = other + plain.count
        var position = start
        var theirs = other
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4) { scratch in
            guard let base = scratch.baseAddress else { return false }
            while position < end {
                guard theirs < otherEnd else { return false }
                if position.pointee != Ascii.backslash {
                    let byte = lowercasing ? Ascii.lowercased(position.pointee) : position.pointee
                    guard byte == theirs.pointee else { return false }
                    position += 1
                    theirs += 1
                    continue
                }
                let (point, length) = escape(at: position, end: end)
                let count = UTF8Sequence.write(point, to: base) - base
                if lowercasing, count == 1 { base.pointee = Ascii.lowercased(base.pointee) }
                guard otherEnd - theirs >= count, ByteView(base, count: count).equals(ByteView(theirs, count: count))
                else { return false }
                position += length
                theirs += count
            }
            return theirs == otherEnd
        }
    }

    /// The code point that an escape stands for, and the escape's length.
    private static func escape(at position: BytePointer, end: BytePointer) -> (point: UInt32, length: Int) {
        guard end - position >= 2 else { return (0xFFFD, 1) }
        switch position[1] {
        case UInt8(ascii: "b"): return (0x08, 2)
        case UInt8(ascii: "f"): return (0x0C, 2)
        case UInt8(ascii: "n"): return (0x0A, 2)
        case UInt8(ascii: "r"): return (0x0D, 2)
        case UInt8(ascii: "t"): return (0x09, 2)
        case UInt8(ascii: "u"):
            guard let unit = JSONScanner.hexUnit(position + 2, end: end) else { return (0xFFFD, 2) }
            guard unit & 0xF800 == 0xD800 else { return (unit, 6) }
            if unit < 0xDC00, end - position >= 12, position[6] == Ascii.backslash, position[7] == UInt8(ascii: "u"),
                let second = JSONScanner.hexUnit(position + 8, end: end), second & 0xFC00 == 0xDC00
            {
                return (0x10000 + ((unit & 0x3FF) << 10) + (second & 0x3FF), 12)
            }
            return (0xFFFD, 6)
        default: return (UInt32(position[1]), 2)
        }
    }
}
