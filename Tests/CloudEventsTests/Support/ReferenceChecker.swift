import CloudEvents

/// RFC 8259 once more, written down as plainly as possible, to compare the fast reader with: recursive, byte by byte,
/// no positions, no classes of faults.
struct ReferenceChecker {
    private var rest: ArraySlice<UInt8>
    private let depth: Int

    /// Whether the bytes are one JSON text in UTF-8 with at most that many levels.
    static func accepts(_ bytes: [UInt8], depth: Int) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var checker = ReferenceChecker(rest: bytes[...], depth: depth)
        return checker.element(0) && checker.rest.isEmpty
    }

    private mutating func take(_ byte: Character) -> Bool {
        guard rest.first == byte.asciiValue else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func space() {
        rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    }

    private mutating func element(_ level: Int) -> Bool {
        space()
        guard value(level) else { return false }
        space()
        return true
    }

    private mutating func value(_ level: Int) -> Bool {
        switch rest.first.map({ Character(UnicodeScalar($0)) }) {
        case "{": level < depth && container("}", level) { $0.member(level + 1) }
        case "[": level < depth && container("]", level) { $0.element(level + 1) }
        case "\"": string()
        case "t": word("true")
        case "f": word("false")
        case "n": word("null")
        default: number()
        }
    }

    private mutating func container(
        _ end: Character, _ level: Int, _ item: (inout ReferenceChecker) -> Bool
    ) -> Bool {
        rest = rest.dropFirst()
        space()
        if take(end) { return true }
        repeat {
            guard item(&self) else { return false }
        } while take(",")
        return take(end)
    }

    private mutating func member(_ level: Int) -> Bool {
        space()
        guard string() else { return false }
        space()
        return take(":") && element(level)
    }

    private mutating func word(_ word: String) -> Bool {
        guard rest.starts(with: word.utf8) else { return false }
        rest = rest.dropFirst(word.utf8.count)
        return true
    }

    private mutating func digits() -> Bool {
        let count = rest.prefix { (0x30...0x39).contains($0) }.count
        rest = rest.dropFirst(count)
        return count > 0
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0"), !digits() { return false }
        if take("."), !digits() { return false }
        guard take("e") || take("E") else { return true }
        _ = take("+") || take("-")
        return digits()
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let byte = rest.first {
            if take("\"") { return true }
            if byte < 0x20 { return false }
            rest = rest.dropFirst()
            if byte == 0x5C, !escape() { return false }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard let kind = rest.first else { return false }
        rest = rest.dropFirst()
        guard kind == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(kind) }
        guard let unit = hex() else { return false }
        if (0xDC00...0xDFFF).contains(unit) { return false }
        guard (0xD800...0xDBFF).contains(unit) else { return true }
        guard take("\\"), take("u"), let second = hex() else { return false }
        return (0xDC00...0xDFFF).contains(second)
    }

    private mutating func hex() -> Int? {
        let text = String(decoding: rest.prefix(4), as: UTF8.self)
        guard text.utf8.count == 4, text.allSatisfy(\.isHexDigit), text.utf8.allSatisfy({ $0 < 0x80 }) else {
            return nil
        }
        rest = rest.dropFirst(4)
        return Int(text, radix: 16)
    }
}
