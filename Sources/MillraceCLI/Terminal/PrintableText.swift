import Millrace

/// Bytes from a topic, made fit for a terminal.
enum PrintableText {
    /// The bytes as text of at most so many characters, with everything escaped that could move the cursor or change the
    /// direction of writing; bytes that are no text in hexadecimal.
    static func of(_ bytes: [UInt8], limit: Int) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let digits = Array("0123456789abcdef".utf8)
            let shown = bytes.prefix(limit / 2).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            return "0x" + String(decoding: shown, as: UTF8.self) + (bytes.count > limit / 2 ? "…" : "")
        }
        var escaped: [UInt8] = []
        LogEscape.append(String(text.prefix(limit)), to: &escaped)
        return String(decoding: escaped, as: UTF8.self) + (text.dropFirst(limit).isEmpty ? "" : "…")
    }
}
