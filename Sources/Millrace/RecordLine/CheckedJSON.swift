import CloudEvents

/// Walks over JSON text whose grammar was checked before, so that nothing but what comes next has to be looked at.
struct CheckedJSON {
    enum Kind: String {
        case object = "an object"
        case array = "an array"
        case string = "a string"
        case number = "a number"
        case boolean = "true or false"
        case null = "null"
    }

    let bytes: UnsafeRawBufferPointer
    /// Where the next token starts, or white space before it.
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// What comes next. Goes to it.
    mutating func next() -> Kind {
        skipWhitespace()
        return switch bytes[position] {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// Goes into the object or array that comes next; false: it has nothing in it, and was left.
    mutating func enter() -> Bool {
        skipWhitespace()
        position += 1
        skipWhitespace()
        guard bytes[position] != UInt8(ascii: "}"), bytes[position] != UInt8(ascii: "]") else {
            position += 1
            return false
        }
        return true
    }

    /// Goes behind the comma after a member or an element; false: it was the last, and the container was left.
    mutating func more() -> Bool {
        skipWhitespace()
        defer { position += 1 }
        return bytes[position] == UInt8(ascii: ",")
    }

    /// Reads a member's name and goes behind the colon.
    mutating func name() -> [UInt8] {
        let name = text(of: token())
        skipWhitespace()
        position += 1
        return name
    }

    /// Goes behind the value that comes next, and answers where it stands.
    mutating func token() -> Range<Int> {
        skipWhitespace()
        let start = position
        var depth = 0
        repeat {
            switch bytes[position] {
            case UInt8(ascii: "\""): skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"),
                UInt8(ascii: "\n"):
                position += 1
            default: skipWord()
            }
        } while depth > 0
        return start..<position
    }

    /// The text of a string that stands there, quotes included. Half of a surrogate pair becomes U+FFFD.
    func text(of token: Range<Int>) -> [UInt8] {
        let content = UnsafeRawBufferPointer(rebasing: bytes[token.lowerBound + 1..<token.upperBound - 1])
        return JSONText.bytes(ByteView(content), hasEscapes: content.contains(UInt8(ascii: "\\")))
    }

    private mutating func skipWhitespace() {
        while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
    }

    private mutating func skipString() {
        position += 1
        while bytes[position] != UInt8(ascii: "\"") { position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1 }
        position += 1
    }

    /// A number or a literal: up to what may stand behind one.
    private mutating func skipWord() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 0...UInt8(ascii: " "): return
            default: position += 1
            }
        }
    }
}
