public import Millrace

/// One flag of a command, with the type of its value.
///
/// A command holds its flags in statics, lists them in ``Command/flags``, and reads them from its invocation:
///
/// ```swift
/// static let limit = Flag.value("limit", "N", .integer(in: 1...), default: 10, "Lines at most.")
/// static let flags: [any FlagDefinition] = [limit]
/// static func run(_ invocation: Invocation) async throws -> ExitCode {
///     let limit = invocation[limit]  // Int
/// ```
///
/// Values have the same types as the options of the configuration: what `drain: 10s` takes, `--drain 10s` takes.
public struct Flag<Value: Sendable>: FlagDefinition {
    /// What the table knows of it.
    public let entry: FlagEntry
}

/// A flag of any type, as ``Command/flags`` lists it.
public protocol FlagDefinition: Sendable {
    /// What the table knows of it.
    var entry: FlagEntry { get }
}

/// A flag without the type of its value: for parsing, help and completion.
public struct FlagEntry: Sendable {
    /// Without the leading `--`.
    public let name: String
    /// The one letter that stands for it after one `-`.
    public let letter: Character?
    /// What stands for the value in help; nil: the flag takes none.
    public let placeholder: String?
    /// What it is for: a sentence.
    public let summary: String
    /// What is allowed, in words; nil where it takes no value.
    public let allowed: String?
    /// What holds where it is not given, in words.
    public let standard: String?
    /// It must be given.
    public let isRequired: Bool
    /// It may be given more than once.
    public let isRepeated: Bool
    /// The value from the texts given, in order; nil: a fault was noted.
    package let read: @Sendable ([String], inout OptionReading) -> (any Sendable)?
}

extension Flag where Value == Bool {
    /// On where given; takes no value.
    public static func toggle(_ name: String, letter: Character? = nil, _ summary: String) -> Flag<Bool> {
        Flag(
            entry: FlagEntry(
                name: name, letter: letter, placeholder: nil, summary: summary, allowed: nil, standard: nil,
                isRequired: false, isRepeated: true, read: { texts, _ in !texts.isEmpty }))
    }
}

extension Flag {
    /// With a value; the default where not given.
    public static func value(
        _ name: String, letter: Character? = nil, _ placeholder: String, _ type: OptionType<Value>,
        default standard: Value, _ summary: String
    ) -> Flag {
        Flag(
            entry: FlagEntry(
                name: name, letter: letter, placeholder: placeholder, summary: summary, allowed: type.allowed,
                standard: type.isSecret ? nil : type.write(standard).inlineText, isRequired: false, isRepeated: false,
                read: { texts, reading in texts.isEmpty ? standard : type.read(texts, of: name, &reading).first }))
    }

    /// With a value; must be given.
    public static func required(
        _ name: String, letter: Character? = nil, _ placeholder: String, _ type: OptionType<Value>, _ summary: String
    ) -> Flag {
        Flag(
            entry: FlagEntry(
                name: name, letter: letter, placeholder: placeholder, summary: summary, allowed: type.allowed,
                standard: nil, isRequired: true, isRepeated: false,
                read: { texts, reading in type.read(texts, of: name, &reading).first }))
    }

    /// With a value; nil where not given.
    public static func optional<Wrapped>(
        _ name: String, letter: Character? = nil, _ placeholder: String, _ type: OptionType<Wrapped>, _ summary: String
    ) -> Flag where Value == Wrapped? {
        Flag(
            entry: FlagEntry(
                name: name, letter: letter, placeholder: placeholder, summary: summary, allowed: type.allowed,
                standard: nil, isRequired: false, isRepeated: false,
                read: { texts, reading in
                    // Boxed as an optional, which is what the invocation looks for.
                    let value: Wrapped? = type.read(texts, of: name, &reading).first
                    return value as (any Sendable)
                }))
    }

    /// With a value, as often as wanted, in order.
    public static func repeated<Element>(
        _ name: String, letter: Character? = nil, _ placeholder: String, _ type: OptionType<Element>, _ summary: String
    ) -> Flag where Value == [Element] {
        Flag(
            entry: FlagEntry(
                name: name, letter: letter, placeholder: placeholder, summary: summary, allowed: type.allowed,
                standard: nil, isRequired: false, isRepeated: true,
                read: { texts, reading in type.read(texts, of: name, &reading) }))
    }
}

extension OptionType {
    fileprivate func read(_ texts: [String], of flag: String, _ reading: inout OptionReading) -> [Value] {
        texts.compactMap { read(OptionValue(.text($0), origin: .flag("--\(flag)")), &reading) }
    }
}
