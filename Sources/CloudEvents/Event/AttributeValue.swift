/// The value of an extension attribute (CloudEvents 1.0.2, "Type System"). In JSON only these three can be told apart;
/// every other type is carried as a string. In binary mode every value is a string.
public enum AttributeValue: Sendable, Hashable, CustomStringConvertible {
    /// Unicode text without control characters, noncharacters and lone surrogates.
    case string(String)
    /// A whole number of 32 bits.
    case integer(Int32)
    /// `true` or `false`.
    case boolean(Bool)

    /// The canonical text: what a header would carry.
    public var description: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .boolean(let flag): flag ? "true" : "false"
        }
    }
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    /// A string attribute.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer attribute.
    public init(integerLiteral value: Int32) { self = .integer(value) }
    /// A boolean attribute.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
