internal import MillraceCScan

/// The 64 bytes of a text that were looked at last, and which of them mean something inside a string.
///
/// Blocks are looked at as a whole and once: what stands where in the next one does not wait for where in this one a
/// string ended.
struct StringBlock {
    /// What is looked for.
    enum Wanted { case specials, endsAndEscapes }

    private var start: BytePointer
    /// Quotes and backslashes, a bit each.
    private var endsAndEscapes: UInt64 = 0
    /// These, control characters, DEL, and bytes of longer UTF-8 sequences.
    private var specials: UInt64 = 0

    /// No block yet. `end`: where the text ends.
    init(end: BytePointer) { start = end }

    /// The first position from `position` on with such a byte, or the end.
    @inline(__always)
    mutating func find(
        _ wanted: Wanted, from position: BytePointer, end: BytePointer
    ) -> BytePointer {
        let offset = UInt(bitPattern: position - start)
        if offset < 64 {
            let left = marks(wanted) >> UInt64(offset)
            if left != 0 { return position + left.trailingZeroBitCount }
            let next = start + 64
            if end - next >= 64 {
                take(millrace_marks(next), at: next)
                if marks(wanted) != 0 { return next + marks(wanted).trailingZeroBitCount }
            }
        }
        return findFurther(wanted, from: position, end: end)
    }

    /// The same, also at the text's end and where the caller went to another block.
    @inline(never)
    private mutating func findFurther(
        _ wanted: Wanted, from position: BytePointer, end: BytePointer
    ) -> BytePointer {
        let offset = UInt(bitPattern: position - start)
        var next = offset < 64 ? start + 64 : position
        while next < end {
            let left = end - next
            take(left >= 64 ? millrace_marks(next) : millrace_marks_of_last(next, left), at: next)
            if marks(wanted) != 0 { return next + marks(wanted).trailingZeroBitCount }
            next += 64
        }
        return end
    }

    @inline(__always)
    private func marks(_ wanted: Wanted) -> UInt64 { wanted == .specials ? specials : endsAndEscapes }

    @inline(__always)
    private mutating func take(_ marks: millrace_string_marks, at position: BytePointer) {
        start = position
        endsAndEscapes = marks.ends_or_escapes
        specials = marks.specials
    }
}
