/// One option of `Options`: its name, where its value goes, what is allowed, what it is for.
///
/// Made by the factories: ``string(_:_:_:)``, ``integer(_:_:in:_:)``, ``duration(_:_:in:_:)`` and so on.
public struct OptionKey<Options: Sendable>: Sendable {
    /// The key in the configuration file.
    public let name: String
    let summary: String
    let allowed: String
    let isSecret: Bool
    package let isList: Bool
    /// A map by a table of its own: where it is absent, what that table requires is missing.
    let isSection: Bool
    private(set) var isRequired = false
    let nested: @Sendable () -> [OptionDescription]
    let read: @Sendable (OptionValue, inout Options, inout OptionReading) -> Void
    /// Nil: not set, and nothing stands for it.
    let write: @Sendable (Options) -> OptionValue?

    init(
        name: String, summary: String, allowed: String, isSecret: Bool = false, isList: Bool = false,
        isSection: Bool = false, nested: @escaping @Sendable () -> [OptionDescription] = { [] },
        read: @escaping @Sendable (OptionValue, inout Options, inout OptionReading) -> Void,
        write: @escaping @Sendable (Options) -> OptionValue?
    ) {
        self.name = name
        self.summary = summary
        self.allowed = allowed
        self.isSecret = isSecret
        self.isList = isList
        self.isSection = isSection
        self.nested = nested
        self.read = read
        self.write = write
    }

    /// The same option, which must be set, and not to an empty text.
    public func required() -> OptionKey {
        var copy = self
        copy.isRequired = true
        return copy
    }
}

extension OptionKey {
    /// An option of any type.
    public static func option<Value>(
        _ name: String, _ path: any WritableKeyPath<Options, Value> & Sendable, _ type: OptionType<Value>,
        _ summary: String
    ) -> OptionKey {
        OptionKey(
            name: name, summary: summary, allowed: type.allowed, isSecret: type.isSecret,
            read: { value, options, reading in
                if let value = type.read(value, &reading) { options[keyPath: path] = value }
            },
            write: { type.write($0[keyPath: path]) })
    }

    /// An option that may stay unset, which is `nil`.
    public static func optional<Value>(
        _ name: String, _ path: any WritableKeyPath<Options, Value?> & Sendable, _ type: OptionType<Value>,
        _ summary: String
    ) -> OptionKey {
        OptionKey(
            name: name, summary: summary, allowed: type.allowed, isSecret: type.isSecret,
            read: { value, options, reading in
                if let value = type.read(value, &reading) { options[keyPath: path] = value }
            },
            write: { $0[keyPath: path].map(type.write) })
    }

    /// Options of their own, in a map.
    public static func section<Section: ProcessorOptions>(
        _ name: String, _ path: any WritableKeyPath<Options, Section> & Sendable, _ summary: String
    ) -> OptionKey {
        section(name, path, keys: { Section.keys }, initial: { Section() }, summary)
    }

    /// Options in a map, by a table that is given.
    package static func section<Section: Sendable>(
        _ name: String, _ path: any WritableKeyPath<Options, Section> & Sendable,
        keys: @escaping @Sendable () -> [OptionKey<Section>], initial: @escaping @Sendable () -> Section,
        _ summary: String
    ) -> OptionKey {
        OptionKey(
            name: name, summary: summary, allowed: "a map", isSection: true,
            nested: { OptionTable.describe(keys(), initial()) },
            read: { value, options, reading in
                OptionTable.read(value, keys(), into: &options[keyPath: path], &reading)
            },
            write: { OptionValue(.map(OptionTable.write($0[keyPath: path], keys()))) })
    }

    /// Options in a map that may be absent altogether, which is `nil`; an empty map is not.
    package static func optionalSection<Section: Sendable>(
        _ name: String, _ path: any WritableKeyPath<Options, Section?> & Sendable,
        keys: @escaping @Sendable () -> [OptionKey<Section>], initial: @escaping @Sendable () -> Section,
        _ summary: String
    ) -> OptionKey {
        OptionKey(
            name: name, summary: summary, allowed: "a map, or {}",
            nested: { OptionTable.describe(keys(), initial()) },
            read: { value, options, reading in
                var section = options[keyPath: path] ?? initial()
                OptionTable.read(value, keys(), into: &section, &reading)
                options[keyPath: path] = section
            },
            write: { options in
                options[keyPath: path].map { OptionValue(.map(OptionTable.write($0, keys()))) }
            })
    }

    /// A list of maps, each by the same table.
    package static func sections<Section: Sendable>(
        _ name: String, _ path: any WritableKeyPath<Options, [Section]> & Sendable,
        keys: @escaping @Sendable () -> [OptionKey<Section>], initial: @escaping @Sendable () -> Section,
        _ summary: String
    ) -> OptionKey {
        OptionKey(
            name: name, summary: summary, allowed: "a list of maps", isList: true,
            nested: { OptionTable.describe(keys(), initial()) },
            read: { value, options, reading in
                let items: [OptionValue]
                switch value.content {
                case .list(let list): items = list
                case .null, .faulty: return
                case .text, .map:
                    return reading.note(
                        .wrongKind, value, "a list belongs here", allowed: "items that each begin with '- '")
                }
                options[keyPath: path] = items.enumerated().map { index, item in
                    var section = initial()
                    reading.within(.index(index)) { OptionTable.read(item, keys(), into: &section, &$0) }
                    return section
                }
            },
            write: { options in
                OptionValue(.list(options[keyPath: path].map { OptionValue(.map(OptionTable.write($0, keys()))) }))
            })
    }
}
