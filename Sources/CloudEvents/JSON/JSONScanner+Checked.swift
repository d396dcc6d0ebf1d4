extension JSONScanner {
    /// Where the string ends whose first character is at `start`, in text whose grammar was checked: only quotes and
    /// backslashes mean something there, whatever the text's language. Answers the position after the quote, and whether
    /// there are escapes; the text's end where there is no quote.
    @inline(__always)
    mutating func skipCheckedString(_ start: BytePointer) -> (after: BytePointer, hasEscapes: Bool) {
        let found = block.find(.endsAndEscapes, from: start, end: end)
        if found < end, found.pointee == Ascii.quote { return (found + 1, false) }
        return skipEscapedString(found)
    }

    @inline(never)
    private mutating func skipEscapedString(_ start: BytePointer) -> (after: BytePointer, hasEscapes: Bool) {
        var position = start
        while position < end {
            if position.pointee == Ascii.quote { return (position + 1, position != start) }
            position = block.find(.endsAndEscapes, from: min(position + 2, end), end: end)
        }
        return (end, position != start)
    }
}
