/// Tells broken events from other bytes, where no header does: a document that names `specversion` was meant as one.
enum ImplicitEvent {
    /// Whether a value that could not be read was meant as an event, so that its own fault is worth more than the
    /// general one.
    static func isMeant(_ value: ByteView) -> Bool {
        guard var start = value.start, value.count > 0 else { return true }
        let end = start + value.count
        if TextEncoding.looksWide(start, count: value.count) { return holdsBrace(start, end) }
        if TextEncoding.hasMark(start, count: value.count) { start += 3 }
        while start < end, start.pointee <= Ascii.space { start += 1 }
        guard start < end, start.pointee == Ascii.openBrace else { return false }
        return holds("\"specversion\"", start, end)
    }

    /// Whether the first character of text in UTF-16 or UTF-32 is an opening brace.
    private static func holdsBrace(_ start: BytePointer, _ end: BytePointer) -> Bool {
        var position = start
        while position < end, position.pointee == 0 || position.pointee >= 0xFE { position += 1 }
        return position < end && position.pointee == Ascii.openBrace
    }

    private static func holds(_ word: StaticString, _ start: BytePointer, _ end: BytePointer) -> Bool {
        let count = word.utf8CodeUnitCount
        var position = start
        while end - position >= count {
            if position.pointee == word.utf8Start.pointee, ByteView(position, count: count).equals(word) {
                return true
            }
            position += 1
        }
        return false
    }
}
