extension JSONScanner {
    /// Skips a string whose opening quote stands just before `start`.
    @inline(__always)
    mutating func skipString(_ start: BytePointer) -> BytePointer? {
        let special = findSpecial(start)
        if special < end, special.pointee == Ascii.quote { return special + 1 }
        return skipUnusual(special)
    }

    /// The same; a sink is told of it.
    @inline(__always)
    mutating func skipString(_ start: BytePointer, telling sink: inout some StringSink) -> BytePointer? {
        let special = findSpecial(start)
        if special < end, special.pointee == Ascii.quote {
            sink.note(start, special, isPlain: true)
            return special + 1
        }
        guard let after = skipUnusual(special) else { return nil }
        sink.note(start, after - 1, isPlain: false)
        return after
    }

    @inline(never)
    private mutating func skipUnusual(_ special: BytePointer) -> BytePointer? {
        var position = special
        while position < end {
            if position.pointee == Ascii.quote { return position + 1 }
            guard let next = skipSpecial(position) else { return nil }
            position = findSpecial(next)
        }
        return fail(position, "a string must end with a quote")
    }

    /// The first position with a quote, a backslash, a control character, DEL, or a byte of a longer UTF-8 sequence; or
    /// the end.
    @inline(__always)
    mutating func findSpecial(_ start: BytePointer) -> BytePointer { block.find(.specials, from: start, end: end) }

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
