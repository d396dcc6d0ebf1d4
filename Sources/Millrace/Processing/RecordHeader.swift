/// A record's header as received. A record may have several of one name.
public struct RecordHeader: Sendable, Hashable {
    /// The name; Kafka has no rule for it but that it is text.
    public var name: String
    /// The value; nil and empty are different.
    public var value: [UInt8]?

    /// A header.
    public init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    /// A header with text.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = Array(value.utf8)
    }

    /// The value as text; nil where it is null or not UTF-8.
    public var text: String? { value.flatMap { String(validating: $0, as: UTF8.self) } }
}
