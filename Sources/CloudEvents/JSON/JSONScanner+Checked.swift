internal import MillraceCScan

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
            let place = millrace_first_quote_or_backslash(position)
            if place < 16 { return position + Int(place) }
            position += 16
        }
        while position < end, position.pointee != Ascii.quote, position.pointee != Ascii.backslash { position += 1 }
        return position
    }
}
