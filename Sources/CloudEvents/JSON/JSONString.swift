/// A string in checked JSON text, as it stands there.
package struct JSONString: Sendable {
    /// What stands between the quotes.
    package let raw: ByteView
    /// Whether that differs from the text.
    package let hasEscapes: Bool

    /// What stands between the quotes, of checked text.
    @inlinable @inline(__always)
    package init(_ raw: ByteView, hasEscapes: Bool) {
        self.raw = raw
        self.hasEscapes = hasEscapes
    }

    /// The text. Made at each call.
    package var string: String { JSONText.string(raw, hasEscapes: hasEscapes) }

    /// The text's UTF-8 bytes. Made at each call.
    package var bytes: [UInt8] { JSONText.bytes(raw, hasEscapes: hasEscapes) }

    /// Whether the text is the literal.
    @inline(__always)
    package static func == (string: JSONString, literal: StaticString) -> Bool {
        if !string.hasEscapes { return string.raw.equals(ByteView(literal)) }
        return JSONText.equals(string.raw, ByteView(literal))
    }

    /// Whether the text is the other one.
    @inline(__always)
    package func equals(_ plain: ByteView) -> Bool {
        hasEscapes ? JSONText.equals(raw, plain) : raw.equals(plain)
    }
}
