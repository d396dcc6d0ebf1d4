extension OptionType where Value == String {
    /// Any text.
    public static var string: OptionType<String> { OptionType("a text", parse: { $0 }, text: { $0 }) }

    /// A file or a folder. A relative one starts at the folder in which the program was started.
    public static var path: OptionType<String> {
        OptionType(
            "a path", parse: { $0.isEmpty || $0.utf8.contains(0) ? nil : $0 }, text: { $0 })
    }

    /// A text that is shown nowhere: not by `config print`, not in a fault.
    public static var secret: OptionType<String> {
        OptionType("a text", isSecret: true, judge: { .value($0) }, text: { $0 })
    }
}

extension OptionType where Value == Bool {
    /// `true` or `false`.
    public static var boolean: OptionType<Bool> {
        OptionType(
            "true or false",
            judge: { text in
                switch text.lowercased() {
                case "true": .value(true)
                case "false": .value(false)
                case "yes", "on", "1": .meant("true")
                case "no", "off", "0": .meant("false")
                default: .invalid
                }
            }, text: { $0 ? "true" : "false" })
    }
}

extension OptionType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the cases, by its raw value.
    public static func choice(_ type: Value.Type = Value.self) -> OptionType<Value> {
        choice(type.allCases.map { ($0.rawValue, $0) }, name: { $0.rawValue })
    }
}

extension OptionType {
    /// One of several named values.
    package static func choice(
        _ choices: [(name: String, value: Value)], name: @escaping @Sendable (Value) -> String
    ) -> OptionType<Value> {
        let names = choices.map(\.name)
        return OptionType(
            names.joined(separator: ", "),
            judge: { text in
                if let choice = choices.first(where: { $0.name == text }) { return .value(choice.value) }
                return NearestName.of(text, among: names).map(Judgement.meant) ?? .invalid
            }, text: name)
    }
}
