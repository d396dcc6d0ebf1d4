/// One entry on its way to a sink.
public struct LogEntry: Sendable {
    /// When it was logged: milliseconds since 1970-01-01T00:00:00Z.
    public var millisecondsSinceEpoch: Int64
    /// How much it matters.
    public var level: Log.Level
    /// A short constant sentence; what varies is in the metadata.
    public var message: String
    /// What varies, in the order in which it was written.
    public var metadata: LogMetadata

    /// Makes an entry.
    public init(millisecondsSinceEpoch: Int64, level: Log.Level, message: String, metadata: LogMetadata) {
        self.millisecondsSinceEpoch = millisecondsSinceEpoch
        self.level = level
        self.message = message
        self.metadata = metadata
    }
}

/// Keys and values of an entry, each key once, in the order in which they were written.
public struct LogMetadata: Sendable, Hashable, ExpressibleByDictionaryLiteral, RandomAccessCollection {
    /// One key with its value.
    public struct Element: Sendable, Hashable {
        /// The key.
        public var key: LogKey
        /// The value.
        public var value: LogValue
    }

    private var elements: [Element] = []

    /// No metadata.
    public init() {}

    /// The pairs of a literal; of a key that stands twice the last value counts.
    public init(dictionaryLiteral pairs: (LogKey, LogValue)...) {
        elements.reserveCapacity(pairs.count)
        for (key, value) in pairs { self[key] = value }
    }

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The number of pairs.
    public var endIndex: Int { elements.count }
    /// The pair at a position.
    public subscript(position: Int) -> Element { elements[position] }

    /// The value of a key. Set to nil to remove it; a new key goes to the end.
    public subscript(key: LogKey) -> LogValue? {
        get { elements.first { $0.key == key }?.value }
        set {
            let index = elements.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): elements[index].value = value
            case (let index?, nil): elements.remove(at: index)
            case (nil, let value?): elements.append(Element(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Both, with the other's value where a key stands in both.
    public func merging(_ other: LogMetadata) -> LogMetadata {
        if elements.isEmpty { return other }
        if other.elements.isEmpty { return self }
        var merged = self
        for element in other.elements { merged[element.key] = element.value }
        return merged
    }
}

/// A value in the metadata of an entry.
public struct LogValue: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringInterpolation,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
    package enum Kind: Sendable, Hashable {
        case text(String)
        case integer(Int64)
        case number(Double)
        case flag(Bool)
    }
    package let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    /// Text. Control characters are escaped when it is written.
    public static func text(_ text: String) -> LogValue { LogValue(.text(text)) }
    /// A whole number; one that 64 bits with a sign cannot hold becomes the nearest that they can.
    public static func integer(_ integer: some BinaryInteger) -> LogValue {
        LogValue(.integer(Int64(clamping: integer)))
    }
    /// A number.
    public static func number(_ number: Double) -> LogValue { LogValue(.number(number)) }
    /// True or false.
    public static func flag(_ flag: Bool) -> LogValue { LogValue(.flag(flag)) }
    /// A time in seconds, from nanoseconds.
    public static func seconds(nanoseconds: UInt64) -> LogValue { LogValue(.number(Double(nanoseconds) / 1e9)) }

    /// Text.
    public init(stringLiteral value: String) { kind = .text(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { kind = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { kind = .number(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { kind = .flag(value) }

    /// The value without quotes or escapes.
    public var description: String {
        switch kind {
        case .text(let text): text
        case .integer(let integer): String(integer)
        case .number(let number): String(number)
        case .flag(let flag): String(flag)
        }
    }
}
