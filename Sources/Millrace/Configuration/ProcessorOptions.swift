/// The options of a processor: a value with defaults, and a table of its keys.
///
/// The table is all there is to write: `config check` judges a file by it, `processors` prints it, and the processor is
/// given the value, read and within its bounds.
///
/// ```swift
/// struct Options: ProcessorOptions {
///     var channel = "#orders"
///     var limit = 10
///     static let keys: [OptionKey<Self>] = [
///         .string("channel", \.channel, "Where alerts go."),
///         .integer("limit", \.limit, in: 1...1000, "Alerts an hour."),
///     ]
/// }
/// ```
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
