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
        while end - position >= 8 {
            let word = UnsafeRawPointer(position).loadUnaligned(as: UInt64.self)
            let ones: UInt64 = 0x0101_0101_0101_0101
            // A byte below space borrows, DEL carries into its top bit, others have it set: each leaves a top bit.
            guard (word | (word &- ones &* 0x20) | (word &+ ones)) & (ones &* 0x80) == 0 else { return position }
            position += 8
        }
        return position
    }

    private static func isForbidden(_ point: UInt32) -> Bool {
        point < 0xA0 || (0xFDD0...0xFDEF).contains(point) || point & 0xFFFE == 0xFFFE
    }
}

/// The names of attributes (CloudEvents 1.0.2, "Attribute Naming Convention"): a–z and 0–9, at least one of them.
enum AttributeName {
    /// Eight bytes a step; bytes that are not ASCII are refused whatever the sums make of them.
    @inline(__always)
    static func isValid(_ name: ByteView) -> Bool {
        guard let start = name.start, name.count > 0 else { return false }
        var index = 0
        while index &+ 8 <= name.count {
            let word = UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self)
            let ones: UInt64 = 0x0101_0101_0101_0101
            // Top bits: at least 'a' and not above 'z', or at least '0' and not above '9'.
            let letters = (word &+ ones &* 0x1F) & ~(word &+ ones &* 0x05)
            let digits = (word &+ ones &* 0x50) & ~(word &+ ones &* 0x46)
            guard (letters | digits) & ~word & (ones &* 0x80) == ones &* 0x80 else { return false }
            index &+= 8
        }
        while index < name.count {
            guard start[index] &- 0x61 < 26 || Ascii.isDigit(start[index]) else { return false }
            index &+= 1
        }
        return true
    }
}
