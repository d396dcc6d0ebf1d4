import CloudEvents

/// A value before or after a change. Documented as a string; any JSON value is read.
public enum ChangeValue: Sendable, Hashable, CustomStringConvertible {
    /// A string.
    case string(String)
    /// `null`: the member had, or has, no value.
    case null
    /// A boolean, a number, an array or an object, as JSON text without white space between its parts: `true`,
    /// `[1,2]`.
    case json(String)

    /// The string itself, `null`, or the JSON text.
    public var description: String {
        switch self {
        case .string(let text), .json(let text): text
        case .null: "null"
        }
    }
}

extension ChangeValue {
    /// The value at hand of checked text.
    init(_ cursor: inout JSONCursor) throws(EventDataError) {
        switch cursor.kind {
        case .string: self = .string(try cursor.string().string)
        case .null:
            cursor.skip()
            self = .null
        default: self = .json(Self.compact(cursor.skip()))
        }
    }

    /// Checked JSON text without the white space that stands outside of its strings.
    private static func compact(_ text: ByteView) -> String {
        var compact: [UInt8] = []
        var inString = false
        var isEscaped = false
        for byte in text.bytes where inString || byte > UInt8(ascii: " ") {
            compact.append(byte)
            if byte == UInt8(ascii: "\""), !isEscaped { inString.toggle() }
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        }
        return String(decoding: compact, as: UTF8.self)
    }
}
