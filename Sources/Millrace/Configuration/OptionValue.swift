/// A value as it stands in the configuration, before a table gives it a type: text, a list, a map, or nothing.
///
/// A program writes it as a literal: `"events.jsonl"`, `3`, `true`, `["a", "b"]`, `["attempts": 3]`.
public struct OptionValue: Sendable {
    package enum Content: Sendable {
        case null
        case text(String)
        case list([OptionValue])
        case map(OptionValues)
        /// Its fault was noted before: whoever reads it says nothing more.
        case faulty
    }

    package var content: Content
    package var origin: OptionOrigin
    /// Whoever shows the value shows `***` instead.
    package var isSecret = false

    package init(_ content: Content, origin: OptionOrigin = .program, isSecret: Bool = false) {
        self.content = content
        self.origin = origin
        self.isSecret = isSecret
    }

    /// A text, a number, a boolean, a duration or a size, as it would be written in the file.
    public init(_ text: String) { self.init(.text(text)) }

    /// An empty text, list or map. Not null: that is no value, which is said elsewhere.
    package var isEmpty: Bool {
        switch content {
        case .null, .faulty: false
        case .text(let text): text.isEmpty
        case .list(let items): items.isEmpty
        case .map(let values): values.entries.isEmpty
        }
    }

    /// The value in words for an operator: quoted, cut, without control characters; `***` for a secret.
    package var shown: String {
        if isSecret { return "***" }
        switch content {
        case .null, .faulty: return "nothing"
        case .text(let text): return "'\(Self.printable(text))'"
        case .list: return "a list"
        case .map: return "a map"
        }
    }

    /// At most 80 characters, control characters escaped.
    package static func printable(_ text: String) -> String {
        var printed = ""
        for scalar in text.unicodeScalars.prefix(80) {
            printed += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return text.unicodeScalars.dropFirst(80).isEmpty ? printed : printed + "…"
    }
}

extension OptionValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByStringInterpolation
{
    /// A text.
    public init(stringLiteral value: String) { self.init(.text(value)) }
    /// A whole number.
    public init(integerLiteral value: Int) { self.init(.text(String(value))) }
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self.init(.text(value ? "true" : "false")) }
    /// A list.
    public init(arrayLiteral elements: OptionValue...) { self.init(.list(elements)) }
    /// A map.
    public init(dictionaryLiteral elements: (String, OptionValue)...) {
        self.init(.map(OptionValues(entries: elements.map { OptionEntry($0.0, $0.1) })))
    }
}
