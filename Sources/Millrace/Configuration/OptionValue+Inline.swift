extension OptionValue {
    /// The value in one line, as it could be written in the file. A secret is `"***"`.
    package var inlineText: String {
        if isSecret { return "\"***\"" }
        switch content {
        case .null, .faulty: return "null"
        case .text(let text): return Self.scalar(text)
        case .list(let items): return "[\(items.map(\.inlineText).joined(separator: ", "))]"
        case .map(let values):
            let entries = values.entries.map { "\(Self.scalar($0.name)): \($0.value.inlineText)" }
            return "{\(entries.joined(separator: ", "))}"
        }
    }

    /// The text as a YAML scalar: plain where it may be so in every place, else in double quotes.
    private static func scalar(_ text: String) -> String {
        let isPlain =
            !["", "null", "Null", "NULL", "~"].contains(text) && !text.contains("${")
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "_-./+*:@%".unicodeScalars.contains(scalar)
            } && !text.hasSuffix(":") && !"-*%@:".contains(text.first ?? "-")
        if isPlain { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "$": quoted += "$"
            default:
                if scalar.properties.generalCategory == .control {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted.replacing("${", with: "$${") + "\""
    }
}
