/// What a table says of one option, for help, reference and completion.
public struct OptionDescription: Sendable {
    /// The key.
    public let name: String
    /// What it is for: one or two sentences.
    public let summary: String
    /// What is allowed, in words.
    public let allowed: String
    /// What holds where nobody sets it, as it would be written in the file; nil: nothing.
    public let standard: OptionValue?
    /// It must be set.
    public let isRequired: Bool
    /// Its value is shown nowhere.
    public let isSecret: Bool
    /// The keys inside, where it is a section or a list of sections.
    public let nested: [OptionDescription]
    /// Several sections stand in a list.
    public let isList: Bool

    /// The default in one line, nil where there is none. A secret's is not shown.
    public var standardText: String? { isSecret ? nil : standard.map(\.inlineText) }
}
