/// Writes JSON text in UTF-8. The caller sees to the commas and brackets.
package struct JSONFragmentWriter {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    /// `capacity`: how many bytes are expected.
    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Appends to what is there, which is not copied where the caller lets go of it.
    package init(appendingTo bytes: consuming [UInt8]) {
        self.bytes = bytes
    }

    /// Hands out what was written, and starts empty.
    package mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Writes text as it is.
    @inline(__always)
    package mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Writes bytes as they are.
    @inline(__always)
    package mutating func raw(_ text: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: text)
    }

    /// Writes a string of UTF-8 bytes with its quotes. Only what must be is escaped.
    package mutating func string(_ text: UnsafeRawBufferPointer) {
        bytes.append(Ascii.quote)
        if let base = text.baseAddress, !text.isEmpty {
            content(JSONScanner(base: base.assumingMemoryBound(to: UInt8.self), count: text.count))
        }
        bytes.append(Ascii.quote)
    }

    /// Copies what needs no escape in one piece, found as fast as strings are read.
    private mutating func content(_ scanner: JSONScanner) {
        var text = scanner
        var plain = text.base
        var position = plain
        while true {
            position = text.findSpecial(position)
            while position < text.end, position.pointee >= Ascii.delete { position += 1 }
            guard position < text.end else { break }
            let byte = position.pointee
            if byte < Ascii.space || byte == Ascii.quote || byte == Ascii.backslash {
                bytes.append(contentsOf: UnsafeBufferPointer(start: plain, count: position - plain))
                escape(byte)
                position += 1
                plain = position
            }
        }
        bytes.append(contentsOf: UnsafeBufferPointer(start: plain, count: text.end - plain))
    }

    /// Writes a string with its quotes.
    package mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(UnsafeRawBufferPointer($0)) }
    }

    /// Writes a whole number.
    package mutating func integer(_ number: some BinaryInteger) {
        bytes.append(contentsOf: String(number).utf8)
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(Ascii.backslash)
        switch byte {
        case Ascii.quote, Ascii.backslash: bytes.append(byte)
        case Ascii.lineFeed: bytes.append(UInt8(ascii: "n"))
        case Ascii.carriageReturn: bytes.append(UInt8(ascii: "r"))
        case Ascii.tab: bytes.append(UInt8(ascii: "t"))
        default:
            let digits: StaticString = "0123456789abcdef"
            raw("u00")
            bytes.append(digits.utf8Start[Int(byte >> 4)])
            bytes.append(digits.utf8Start[Int(byte & 15)])
        }
    }
}
