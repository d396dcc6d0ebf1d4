import CloudEvents

/// A value of a set that the documentation lists and that grows without notice: any text is a value. One that is not
/// listed is kept as it is and counted (`unknownEnum:/data/status`), never an error.
///
/// Two values are equal if their UTF-8 bytes are.
public protocol GrowingValue: RawRepresentable, Hashable, Sendable, CustomStringConvertible where RawValue == String {
    /// The values that the documentation lists.
    static var documented: [StaticString] { get }
    /// The value that is spelt so; case counts.
    init(rawValue: String)
}

extension GrowingValue {
    /// Whether the documentation lists the value.
    public var isDocumented: Bool {
        var text = rawValue
        return text.withUTF8 { Self.documents(ByteView(UnsafeRawBufferPointer($0))) }
    }

    /// The spelling.
    public var description: String { rawValue }

    /// Whether both are spelt with the same bytes.
    public static func == (left: Self, right: Self) -> Bool {
        left.rawValue.utf8.elementsEqual(right.rawValue.utf8)
    }

    /// Hashes the spelling's bytes.
    public func hash(into hasher: inout Hasher) {
        var text = rawValue
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    static func documents(_ text: ByteView) -> Bool {
        for value in documented where text.equals(value) { return true }
        return false
    }

    static func documents(_ text: JSONString) -> Bool {
        guard text.hasEscapes else { return documents(text.raw) }
        return text.bytes.withUnsafeBytes { documents(ByteView($0)) }
    }
}
