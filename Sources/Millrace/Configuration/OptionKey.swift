/// The options of a processor: a value with defaults, and a table of its keys.
public protocol ProcessorOptions: Sendable {
    /// The defaults.
    init()
    /// One entry an option: name, kind, bounds, documentation.
    static var keys: [OptionKey<Self>] { get }
}

/// No options.
public struct NoOptions: ProcessorOptions {
    /// No options.
    public init() {}
    /// None.
    public static let keys: [OptionKey<NoOptions>] = []
}

/// One option of `Options`.
public struct OptionKey<Options>: Sendable {
    /// The key in the configuration file.
    public let name: String
}

/// What a table says of one option, for help and reference.
public struct OptionDescription: Sendable {}

/// The values of a route's `options:` as they stand in the file, or as a program sets them.
public struct OptionValues: Sendable {
    /// None.
    public init() {}
}

/// What is wrong with one option.
public struct OptionFault: Sendable {}
