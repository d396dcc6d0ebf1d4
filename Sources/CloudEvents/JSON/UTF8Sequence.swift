/// One character in UTF-8, as RFC 3629 allows it: shortest form, no surrogates, nothing above U+10FFFF.
package enum UTF8Sequence {
    /// The length of the character of two to four bytes that starts at the position, or nil if there is none.
    @inline(__always)
    package static func length(at position: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> Int? {
        let lead = position[0]
        let left = end - position
        if lead < 0xE0 {
            guard lead >= 0xC2, left >= 2, position[1] & 0xC0 == 0x80 else { return nil }
            return 2
        }
        if lead < 0xF0 {
            guard left >= 3, position[1] & 0xC0 == 0x80, position[2] & 0xC0 == 0x80 else { return nil }
            if lead == 0xE0, position[1] < 0xA0 { return nil }
            if lead == 0xED, position[1] >= 0xA0 { return nil }
            return 3
        }
        guard lead < 0xF5, left >= 4, position[1] & 0xC0 == 0x80, position[2] & 0xC0 == 0x80,
            position[3] & 0xC0 == 0x80
        else { return nil }
        if lead == 0xF0, position[1] < 0x90 { return nil }
        if lead == 0xF4, position[1] >= 0x90 { return nil }
        return 4
    }

    /// The code point of the valid character of that length at the position.
    @inline(__always)
    static func codePoint(at position: BytePointer, length: Int) -> UInt32 {
        switch length {
        case 2: (UInt32(position[0] & 0x1F) << 6) | UInt32(position[1] & 0x3F)
        case 3:
            (UInt32(position[0] & 0x0F) << 12) | (UInt32(position[1] & 0x3F) << 6) | UInt32(position[2] & 0x3F)
        default:
            (UInt32(position[0] & 0x07) << 18) | (UInt32(position[1] & 0x3F) << 12)
                | (UInt32(position[2] & 0x3F) << 6) | UInt32(position[3] & 0x3F)
        }
    }

    /// Writes the code point, which must be a Unicode scalar value, and answers the position after it.
    @inline(__always)
    static func write(_ point: UInt32, to out: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        if point < 0x80 {
            out[0] = UInt8(truncatingIfNeeded: point)
            return out + 1
        }
        if point < 0x800 {
            out[0] = 0xC0 | UInt8(truncatingIfNeeded: point >> 6)
            out[1] = 0x80 | UInt8(truncatingIfNeeded: point & 0x3F)
            return out + 2
        }
        if point < 0x10000 {
            out[0] = 0xE0 | UInt8(truncatingIfNeeded: point >> 12)
            out[1] = 0x80 | UInt8(truncatingIfNeeded: (point >> 6) & 0x3F)
            out[2] = 0x80 | UInt8(truncatingIfNeeded: point & 0x3F)
            return out + 3
        }
        out[0] = 0xF0 | UInt8(truncatingIfNeeded: point >> 18)
        out[1] = 0x80 | UInt8(truncatingIfNeeded: (point >> 12) & 0x3F)
        out[2] = 0x80 | UInt8(truncatingIfNeeded: (point >> 6) & 0x3F)
        out[3] = 0x80 | UInt8(truncatingIfNeeded: point & 0x3F)
        return out + 4
    }
}

/// Recognises the encodings that JSON texts wrongly come in, and the mark in front of those that come rightly.
enum TextEncoding {
    /// Whether the text starts like UTF-16 or UTF-32: with a byte order mark of theirs, or with a zero byte in one of the
    /// first two places, where UTF-8 JSON has none.
    static func looksWide(_ base: BytePointer, count: Int) -> Bool {
        guard count >= 2 else { return false }
        if base[0] == 0xFE, base[1] == 0xFF { return true }
        if base[0] == 0xFF, base[1] == 0xFE { return true }
        return (base[0] == 0) != (base[1] == 0) || (count >= 4 && base[0] == 0 && base[1] == 0 && base[3] != 0)
    }

    /// Whether the text starts with the byte order mark of UTF-8.
    @inline(__always)
    static func hasMark(_ base: BytePointer, count: Int) -> Bool {
        count >= 3 && base[0] == 0xEF && base[1] == 0xBB && base[2] == 0xBF
    }
}
