extension JSONScanner {
    /// Skips a string whose opening quote stands just before `start`.
    ///
    /// 16 bytes a step: the loop only stops at bytes that mean something. Arithmetic in place of comparisons, because
    /// comparisons of vectors are compiled byte by byte by Swift 6.3.
    ///
    /// `noticingDelete`: whether DEL is marked, which JSON allows and attributes do not.
    @inline(__always)
    mutating func skipString(_ start: BytePointer, noticingDelete: Bool = true) -> BytePointer? {
        var position = start
        while true {
            position = findSpecial(position, noticingDelete)
            guard position < end else { return fail(position, "a string must end with a quote") }
            if position.pointee == Ascii.quote { return position + 1 }
            guard let next = skipSpecial(position) else { return nil }
            position = next
        }
    }

    /// The first position with a quote, a backslash, a control character or a byte of a longer UTF-8 sequence, or DEL if
    /// it is to be noticed; or the end.
    @inline(__always)
    func findSpecial(_ start: BytePointer, _ noticingDelete: Bool) -> BytePointer {
        var position = start
        while position <= lastBlock {
            let nibbles = Self.specials(position, noticingDelete)
            if nibbles != 0 { return position + nibbles.trailingZeroBitCount &>> 2 }
            position += 16
        }
        while position < end {
            let byte = position.pointee
            if byte < Ascii.space || byte >= Ascii.delete || byte == Ascii.quote || byte == Ascii.backslash { break }
            position += 1
        }
        return position
    }

    /// Four bits for each of the 16 bytes, set where it is special.
    @inline(__always)
    private static func specials(_ position: BytePointer, _ noticingDelete: Bool) -> UInt64 {
        let bytes = UnsafeRawPointer(position).loadUnaligned(as: SIMD16<UInt8>.self)
        // The quote trades places with space, next to the control characters: one subtraction finds them all.
        let controlsAndQuotes = (bytes ^ SIMD16(repeating: 0x02)) &- SIMD16(repeating: 0x21)
        let backslashes = (bytes ^ SIMD16(repeating: Ascii.backslash)) &- SIMD16(repeating: 1)
        let beyond = noticingDelete ? bytes | (bytes &+ SIMD16(repeating: 1)) : bytes
        let special = SIMD16<Int8>(truncatingIfNeeded: controlsAndQuotes | backslashes | beyond)
        // Vectors of one size, lane by lane.
        let full = unsafeBitCast(special &>> SIMD16(repeating: 7), to: SIMD8<UInt16>.self)
        let nibbles = SIMD8<UInt8>(truncatingIfNeeded: full &>> SIMD8(repeating: 4))
        // Eight lanes of one byte are eight bytes.
        return UInt64(littleEndian: unsafeBitCast(nibbles, to: UInt64.self))
    }

    /// Skips what stopped the fast loop: an escape, a run of non-ASCII characters, DEL; all else is at fault.
    @inline(never)
    private mutating func skipSpecial(_ start: BytePointer) -> BytePointer? {
        var position = start
        if position.pointee == Ascii.backslash { return skipEscape(position) }
        marks.insert(.special)
        if position.pointee == Ascii.delete { return position + 1 }
        guard position.pointee >= 0x80 else {
            return fail(position, "a control character in a string must be written as an escape")
        }
        while position < end, position.pointee >= 0x80 {
            guard let length = UTF8Sequence.length(at: position, end: end) else {
                return fail(position, "the byte is not UTF-8", kind: .invalidUTF8)
            }
            position += length
        }
        return position
    }

    /// Skips an escape sequence; `start` is its backslash. A surrogate pair is skipped as one.
    private mutating func skipEscape(_ start: BytePointer) -> BytePointer? {
        marks.insert(.escape)
        marks.insert(.special)
        switch peek(start + 1) {
        case Ascii.quote, Ascii.backslash, Ascii.slash, UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            guard let unit = Self.hexUnit(start + 2, end: end) else {
                return fail(min(start + 2, end), "\\u must be followed by four hexadecimal digits")
            }
            guard unit & 0xF800 == 0xD800 else { return start + 6 }
            if unit < 0xDC00, peek(start + 6) == Ascii.backslash, peek(start + 7) == UInt8(ascii: "u"),
                let second = Self.hexUnit(start + 8, end: end), second & 0xFC00 == 0xDC00
            {
                return start + 12
            }
            marks.insert(.loneSurrogate)
            if loneSurrogate == nil { loneSurrogate = start }
            return start + 6
        default:
            return fail(min(start + 1, end), "a backslash in a string must be followed by one of \"\\/bfnrtu")
        }
    }

    /// The four hexadecimal digits at the position as a number, or nil if they are not four.
    @inline(__always)
    static func hexUnit(_ position: BytePointer, end: BytePointer) -> UInt32? {
        guard end - position >= 4 else { return nil }
        var unit: UInt32 = 0
        for index in 0..<4 {
            guard let digit = Ascii.hexValue(position[index]) else { return nil }
            unit = (unit << 4) | UInt32(digit)
        }
        return unit
    }
}
