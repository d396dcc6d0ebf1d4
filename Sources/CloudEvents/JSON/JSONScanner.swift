typealias BytePointer = UnsafePointer<UInt8>

/// Walks JSON text in place and checks its grammar (RFC 8259), its UTF-8 (RFC 3629) and its depth, without recursion,
/// without copying, and without allocating below 64 levels.
///
/// Each `skip…` function takes the position at which something starts and answers the position after it, or nil when
/// it is at fault; `fault` then says why. Positions are always within `base...end`.
struct JSONScanner {
    let base: BytePointer
    let end: BytePointer

    /// Where the search for the ends of strings is.
    var block: StringBlock

    /// Marks of the strings scanned since it was last cleared.
    var marks: StringMarks = []
    /// The first unpaired surrogate escape that nobody has taken on. It is a syntax fault, but for the strings that the
    /// caller judges himself, so it is only decided at the end.
    var loneSurrogate: BytePointer?
    private(set) var failure: Failure?

    struct Failure {
        var kind: JSONFault.Kind
        var position: BytePointer
        var detail: StaticString
    }

    /// `count` must be positive.
    init(base: BytePointer, count: Int) {
        self.base = base
        end = base + count
        block = StringBlock(end: end)
    }

    /// The byte at the position; zero, which is nowhere legal, at the end.
    @inline(__always)
    func peek(_ position: BytePointer) -> UInt8 {
        position < end ? position.pointee : 0
    }

    /// Moves to the next byte that is no white space, and answers it; zero at the end.
    @inline(__always)
    func next(_ position: inout BytePointer) -> UInt8 {
        let byte = peek(position)
        if byte > Ascii.space { return byte }
        position = Self.skipWhitespaceRun(position, end: end)
        return peek(position)
    }

    @inline(__always)
    func skipWhitespace(_ start: BytePointer) -> BytePointer {
        peek(start) > Ascii.space ? start : Self.skipWhitespaceRun(start, end: end)
    }

    /// Static, so that the scanner need not be in memory for the call.
    @inline(never)
    static func skipWhitespaceRun(_ start: BytePointer, end: BytePointer) -> BytePointer {
        var position = start
        while position < end {
            switch position.pointee {
            case Ascii.space, Ascii.tab, Ascii.lineFeed, Ascii.carriageReturn: position += 1
            default: return position
            }
        }
        return position
    }

    // MARK: Faults

    /// Records a fault at the position. A byte that is not UTF-8 is reported as that, wherever it stands.
    @inline(never)
    mutating func fail(_ position: BytePointer, _ detail: StaticString) -> BytePointer? {
        if position < end, position.pointee >= 0x80, UTF8Sequence.length(at: position, end: end) == nil {
            return fail(position, "the byte is not UTF-8", kind: .invalidUTF8)
        }
        return fail(position, detail, kind: .syntax)
    }

    @inline(never)
    mutating func fail(_ position: BytePointer, _ detail: StaticString, kind: JSONFault.Kind) -> BytePointer? {
        failure = Failure(kind: kind, position: position, detail: detail)
        return nil
    }

    /// The fault to report: the recorded one, or an unpaired surrogate before it, or none.
    func fault(textOffset: Int = 0) -> JSONFault? {
        if let loneSurrogate, failure.map({ loneSurrogate < $0.position }) ?? true {
            return JSONFault(
                kind: .syntax, offset: loneSurrogate - base + textOffset,
                detail: "a \\u escape is half of a surrogate pair; both halves must stand together")
        }
        guard let failure else { return nil }
        let offset = failure.position - base
        if offset <= 1, TextEncoding.looksWide(base, count: end - base) {
            return JSONFault(
                kind: .otherEncoding, offset: textOffset,
                detail: "the text is in UTF-16 or UTF-32; JSON between systems must be UTF-8")
        }
        let place = failure.position == end ? "the text ends too early: " : ""
        return JSONFault(kind: failure.kind, offset: offset + textOffset, detail: place + failure.detail.description)
    }
}

/// What the strings contain that makes a second look necessary.
struct StringMarks: OptionSet {
    let rawValue: UInt8
    /// An escape sequence: the text is not what the bytes are.
    static let escape = StringMarks(rawValue: 1)
    /// A byte outside U+0020–U+007E, or an escape: the text may hold characters that an attribute must not.
    static let special = StringMarks(rawValue: 2)
    /// An unpaired surrogate escape: the text is no Unicode text.
    static let loneSurrogate = StringMarks(rawValue: 4)
}

/// The bytes that have a meaning in what is read here.
enum Ascii {
    static var tab: UInt8 { 0x09 }
    static var lineFeed: UInt8 { 0x0A }
    static var carriageReturn: UInt8 { 0x0D }
    static var space: UInt8 { 0x20 }
    static var quote: UInt8 { 0x22 }
    static var plus: UInt8 { 0x2B }
    static var comma: UInt8 { 0x2C }
    static var minus: UInt8 { 0x2D }
    static var dot: UInt8 { 0x2E }
    static var slash: UInt8 { 0x2F }
    static var zero: UInt8 { 0x30 }
    static var nine: UInt8 { 0x39 }
    static var colon: UInt8 { 0x3A }
    static var backslash: UInt8 { 0x5C }
    static var openBracket: UInt8 { 0x5B }
    static var closeBracket: UInt8 { 0x5D }
    static var openBrace: UInt8 { 0x7B }
    static var closeBrace: UInt8 { 0x7D }
    static var delete: UInt8 { 0x7F }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// The value of a hexadecimal digit, or nil.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte - zero }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
