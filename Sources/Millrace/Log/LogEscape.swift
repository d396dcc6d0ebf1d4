/// Keeps an entry on one line and a terminal's state untouched, whatever the text holds: it may come from a topic.
package enum LogEscape {
    /// Appends the text with control characters, line separators and characters that change the direction of writing
    /// spelt as JSON spells them (`\n`, `\u001b`); inside quotes, `"` and `\` too.
    package static func append(_ text: String, quoted: Bool = false, to bytes: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C:
                if quoted { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x20...0x7E: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
            case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
            case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
            case 0x00...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
                bytes.append(contentsOf: #"\u"#.utf8)
                let digits = String(scalar.value, radix: 16)
                bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
                bytes.append(contentsOf: digits.utf8)
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }
}

extension LogEscape {
    /// The text with everything escaped that would end its line or reach a terminal's state.
    package static func line(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
