/// Why letters were written, without what differs from one to the next: letters of one cause have the same one.
package struct LetterCause: Sendable, Hashable {
    /// The code; nil where a letter says none.
    package let reason: String?
    /// What failed.
    package let processor: String?
    /// The cause in words, with `#` for numbers and ids and `'…'` for what stood in quotes.
    package let detail: String?

    package init(_ letter: DeadLetter) {
        reason = letter.reason
        processor = letter.processor
        detail = letter.detail.map { Self.normalised($0) }
    }

    /// So much of a text tells causes apart; what comes behind it in an exception's message is mostly data.
    private static let considered = 500
    /// Names that have digits and are no numbers.
    private static let names: Set<String> = [
        "utf-8", "utf-16", "utf8", "base64", "data_base64", "sha-256", "sha256", "int32", "int64", "http/2",
    ]
    private static let quotes: [Character: Character] = [
        "'": "'", "\"": "\"", "`": "`", "\u{201C}": "\u{201D}", "\u{2018}": "\u{2019}", "\u{AB}": "\u{BB}",
    ]

    /// The text with values masked: what stands in quotes, and every word with a digit.
    package static func normalised(_ text: String) -> String {
        var rest = text.prefix(considered)
        var result = ""
        while let first = rest.first {
            if let close = quotes[first], !isPart(result.last), let end = closing(close, in: rest) {
                result += "\(first)…\(close)"
                rest = rest[rest.index(after: end)...]
            } else if isPart(first) {
                let word = word(at: rest)
                let isValue = word.contains(where: \.isNumber) && !names.contains(word.lowercased())
                result += isValue ? "#" : word
                rest = rest.dropFirst(word.count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func isPart(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
    }

    /// Letters and digits, and what joins them in ids, numbers and times.
    private static func word(at text: Substring) -> Substring {
        var word = text.prefix { isPart($0) || $0 == "-" || $0 == "." || $0 == ":" || $0 == "+" }
        while let last = word.last, !isPart(last) { word.removeLast() }
        // A colon joins digits (times, ports); between words it does not.
        guard let colon = word.firstIndex(of: ":") else { return word }
        let before = word[..<colon].last?.isNumber == true
        let after = word[word.index(after: colon)...].first?.isNumber == true
        return before && after ? word : word[..<colon]
    }

    /// Where what the text begins with is closed: before something that is no part of a word.
    private static func closing(_ close: Character, in text: Substring) -> Substring.Index? {
        var index = text.index(after: text.startIndex)
        while let found = text[index...].firstIndex(of: close) {
            let next = text.index(after: found)
            if next == text.endIndex || !isPart(text[next]) { return found }
            index = next
        }
        return nil
    }
}
