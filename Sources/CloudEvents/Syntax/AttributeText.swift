/// What an attribute of type String may hold (CloudEvents 1.0.2, "Type System"): Unicode text without control
/// characters (U+0000–U+001F, U+007F–U+009F) and without noncharacters.
enum AttributeText {
    enum Fault: Equatable {
        /// Bytes that are not UTF-8, from this offset on.
        case notUTF8(at: Int)
        /// A character that must not be there, at this offset.
        case forbidden(at: Int)

        var offset: Int {
            switch self {
            case .notUTF8(let offset), .forbidden(let offset): offset
            }
        }
    }

    /// The first fault, or nil. Where both kinds occur, the bytes that are not UTF-8 are reported.
    static func check(_ view: ByteView) -> Fault? {
        guard let start = view.start else { return nil }
        let end = start + view.count
        var position = skipPrintable(start, end: end)
        var forbidden: Int?
        while position < end {
            let byte = position.pointee
            if byte < 0x80 {
                if byte < Ascii.space || byte == Ascii.delete { forbidden = forbidden ?? position - start }
                position += 1
                continue
            }
            guard let length = UTF8Sequence.length(at: position, end: end) else {
                return .notUTF8(at: position - start)
            }
            if isForbidden(UTF8Sequence.codePoint(at: position, length: length)) {
                forbidden = forbidden ?? position - start
            }
            position += length
        }
        return forbidden.map { .forbidden(at: $0) }
    }

    /// Skips ASCII characters that are no control characters, eight at a time.
    @inline(__always)
    private static func skipPrintable(_ start: BytePointer, end: BytePointer) -> BytePointer {
        var position = start
        while end - position >= 8, EightBytes(position).within(0x20, 0x7E) == EightBytes.all { position += 8 }
        return position
    }

    private static func isForbidden(_ point: UInt32) -> Bool {
        point < 0xA0 || (0xFDD0...0xFDEF).contains(point) || point & 0xFFFE == 0xFFFE
    }
}

/// The names of attributes (CloudEvents 1.0.2, "Attribute Naming Convention"): a–z and 0–9, at least one of them.
enum AttributeName {
    @inline(__always)
    static func isValid(_ name: ByteView) -> Bool {
        guard let start = name.start, name.count > 0 else { return false }
        var index = 0
        while index &+ 8 <= name.count {
            let bytes = EightBytes(start + index)
            guard bytes.within(0x61, 0x7A) | bytes.within(0x30, 0x39) == EightBytes.all else { return false }
            index &+= 8
        }
        while index < name.count {
            guard start[index] &- 0x61 < 26 || Ascii.isDigit(start[index]) else { return false }
            index &+= 1
        }
        return true
    }
}
