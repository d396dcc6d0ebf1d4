/// Which event types a route takes: an exact name, a prefix that ends in `*`, or `*` alone.
public struct TypePattern: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The pattern as written. A literal keeps its text; `config check` judges it.
    public let text: String

    /// Keeps the text.
    public init(_ text: String) { self.text = text }
    /// Keeps the literal's text.
    public init(stringLiteral value: String) { text = value }
    /// The pattern as written.
    public var description: String { text }

    /// What is wrong with the pattern, or nil: it must not be empty, and `*` may stand only at its end.
    package var fault: String? {
        if text.isEmpty { return "a type pattern must not be empty" }
        if text.utf8.dropLast().contains(UInt8(ascii: "*")) { return "'*' may stand only at the end of a type pattern" }
        return nil
    }
}
