extension JSONScanner {
    /// Where the string ends whose first character is at `start`, in text whose grammar was checked: only quotes and
    /// backslashes mean something there, so that text of any language is passed 16 bytes a step. Answers the position
    /// after the quote, and whether there are escapes; the text's end where there is no quote.
    @inline(__always)
    func skipCheckedString(_ start: BytePointer) -> (after: BytePointer, hasEscapes: Bool) {
        var position = start
        var hasEscapes = false
        while true {
            position = findQuoteOrBackslash(position)
            guard position < end else { return (end, hasEscapes) }
            if position.pointee == Ascii.quote { return (position + 1, hasEscapes) }
            hasEscapes = true
            position = min(position + 2, end)
        }
    }

    @inline(__always)
    private func findQuoteOrBackslash(_ start: BytePointer) -> BytePointer {
        var position = start
        while position <= lastBlock {
            let nibbles = Self.quotesAndBackslashes(position)
            if nibbles != 0 { return position + nibbles.trailingZeroBitCount &>> 2 }
            position += 16
        }
        while position < end, position.pointee != Ascii.quote, position.pointee != Ascii.backslash { position += 1 }
        return position
    }

    /// Four bits for each of the 16 bytes, set where it is a quote or a backslash.
    @inline(__always)
    private static func quotesAndBackslashes(_ position: BytePointer) -> UInt64 {
        let bytes = UnsafeRawPointer(position).loadUnaligned(as: SIMD16<UInt8>.self)
        let quotes = (bytes ^ SIMD16(repeating: Ascii.quote)) &- SIMD16(repeating: 1)
        let backslashes = (bytes ^ SIMD16(repeating: Ascii.backslash)) &- SIMD16(repeating: 1)
        // The top bit is set for zero less one, and also for what is no ASCII, which is taken out.
        let special = SIMD16<Int8>(truncatingIfNeeded: (quotes | backslashes) & ~bytes)
        // Vectors of one size, lane by lane.
        let full = unsafeBitCast(special &>> SIMD16(repeating: 7), to: SIMD8<UInt16>.self)
        let nibbles = SIMD8<UInt8>(truncatingIfNeeded: full &>> SIMD8(repeating: 4))
        // Eight lanes of one byte are eight bytes.
        return UInt64(littleEndian: unsafeBitCast(nibbles, to: UInt64.self))
    }
}
