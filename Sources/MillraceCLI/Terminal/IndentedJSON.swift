import Millrace

/// JSON text for people: a member or an element a line, everything else as it stands, escaped for a terminal.
enum IndentedJSON {
    /// Deeper values stand on one line.
    private static let maximumDepth = 32

    /// The lines of one document whose grammar was checked.
    static func lines(_ json: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        var line: [UInt8] = []
        var depth = 0
        var isInString = false
        var isEscaped = false
        var opened = false
        func breakLine() {
            lines.append(LogEscape.line(String(decoding: line, as: UTF8.self)))
            line = Array(repeatElement(UInt8(ascii: " "), count: 2 * min(depth, maximumDepth)))
        }
        for byte in json {
            if isInString {
                line.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            if [0x20, 0x09, 0x0A, 0x0D].contains(byte) { continue }
            let closes = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
            if opened, !closes, depth <= maximumDepth { breakLine() }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if !opened, depth < maximumDepth { breakLine() }
            case UInt8(ascii: "\""): isInString = true
            default: break
            }
            opened = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
            line.append(byte)
            if byte == UInt8(ascii: ":") { line.append(UInt8(ascii: " ")) }
            if byte == UInt8(ascii: ","), depth <= maximumDepth { breakLine() }
        }
        lines.append(LogEscape.line(String(decoding: line, as: UTF8.self)))
        return lines
    }
}
