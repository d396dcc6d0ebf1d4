/// The kinds of JSON values.
package enum JSONKind: UInt8, Sendable, Hashable, CustomStringConvertible {
    case null, boolean, number, string, array, object

    /// The kind of the value that begins with this byte, in text whose grammar was checked.
    @inline(__always)
    init(_ first: UInt8) {
        self =
            switch first {
            case Ascii.quote: .string
            case Ascii.openBrace: .object
            case Ascii.openBracket: .array
            case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
            case UInt8(ascii: "n"): .null
            default: .number
            }
    }

    /// The kind in one word, as errors name it.
    package var description: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
