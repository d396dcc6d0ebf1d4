/// How one kind of value is read from the configuration, written back, and described.
///
/// The common ones are here (``string``, ``integer(in:)``, ``duration(in:)``, …); a processor may make its own:
///
/// ```swift
/// let colour = OptionType("a colour such as #ff8800", parse: { Colour($0) }, text: { $0.hex })
/// ```
public struct OptionType<Value: Sendable>: Sendable {
    /// What is allowed, in words: `a duration such as 10s, at least 1s`.
    public let allowed: String
    package let isSecret: Bool
    /// Nil: not allowed, and the fault was noted.
    package let read: @Sendable (OptionValue, inout OptionReading) -> Value?
    /// What ``read`` makes the same value of.
    package let write: @Sendable (Value) -> OptionValue

    package init(
        _ allowed: String, isSecret: Bool = false,
        read: @escaping @Sendable (OptionValue, inout OptionReading) -> Value?,
        write: @escaping @Sendable (Value) -> OptionValue
    ) {
        self.allowed = allowed
        self.isSecret = isSecret
        self.read = read
        self.write = write
    }

    /// A value that is written as one text.
    ///
    /// - Parameters:
    ///   - allowed: What is allowed, in words, with an example.
    ///   - parse: The value of a text, or nil where the text does not say one.
    ///   - text: The text that `parse` makes the same value of.
    public init(
        _ allowed: String, parse: @escaping @Sendable (String) -> Value?, text: @escaping @Sendable (Value) -> String
    ) {
        self.init(allowed, judge: { parse($0).map(Judgement.value) ?? .invalid }, text: text)
    }

    /// What a text turned out to be.
    package enum Judgement: Sendable {
        case value(Value)
        case invalid
        case outOfRange
        case meant(String)
    }

    /// A value that is written as one text, with faults told apart.
    package init(
        _ allowed: String, isSecret: Bool = false, judge: @escaping @Sendable (String) -> Judgement,
        text: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            allowed, isSecret: isSecret,
            read: { value, reading in
                guard let text = reading.text(of: value, allowed: allowed, isSecret: isSecret) else { return nil }
                var value = value
                value.isSecret = isSecret
                switch judge(text) {
                case .value(let judged): return judged
                case .invalid:
                    reading.note(.invalidValue, value, "not valid here", allowed: allowed)
                case .meant(let name):
                    reading.note(.invalidValue, value, "not valid here", allowed: allowed, suggestion: name)
                case .outOfRange: reading.note(.outOfRange, value, "out of range", allowed: allowed)
                }
                return nil
            },
            write: { OptionValue(.text(text($0)), isSecret: isSecret) })
    }
}

extension OptionReading {
    /// Notes a fault about a value that stands here.
    package mutating func note(
        _ code: OptionFault.Code, _ value: OptionValue, _ problem: String, allowed: String? = nil,
        suggestion: String? = nil
    ) {
        note(
            OptionFault(
                code, origin: value.origin, problem, found: value.shown, allowed: allowed, suggestion: suggestion))
    }

    /// The value's text, or nil and a fault.
    package mutating func text(of value: OptionValue, allowed: String, isSecret: Bool) -> String? {
        switch value.content {
        case .text(let text): return text
        case .null:
            note(OptionFault(.missingValue, origin: value.origin, "has no value", allowed: allowed))
        case .list, .map:
            note(.wrongKind, value, "one value belongs here", allowed: allowed)
        case .faulty: break
        }
        return nil
    }
}
