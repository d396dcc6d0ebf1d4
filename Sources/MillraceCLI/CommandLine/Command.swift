/// One command of the executable. A plug-in's own stands beside the built-in ones:
///
/// ```swift
/// struct Count: Command {
///     static let name = "count"
///     static let summary = "Counts lines."
///     static let json = Flag.toggle("json", "Print JSON.")
///     static let limit = Flag.optional("limit", "N", .integer(in: 1...), "Stop after N lines.")
///     static let flags: [any FlagDefinition] = [json, limit]
///     static let arguments: [Argument] = [.repeated("FILE", "What to count; without any: stdin.")]
///
///     static func run(_ invocation: Invocation) async throws -> ExitCode {
///         if let limit = invocation[limit] { invocation.report("at most \(limit)") }  // stderr
///         try invocation.output.writeLine("\(invocation.arguments.count)")            // stdout
///         return .success
///     }
/// }
///
/// await MillraceCommand.main(processors: .builtIn, commands: [Count.self])
/// ```
///
/// Data goes to ``Invocation/output``, everything else to ``Invocation/report(_:)``. What went wrong is thrown as a
/// ``CommandError``, faults of the configuration as `OptionFaults`; a closed pipe leaves as the `OutputError` that it is.
public protocol Command: Sendable {
    /// One or more words: `run`, `config check`.
    static var name: String { get }
    /// One sentence for the list of commands.
    static var summary: String { get }
    /// Paragraphs for the command's own help, in lines of at most 80 characters. Empty unless declared.
    static var details: String { get }
    /// What it takes by name. `--help` is everybody's.
    static var flags: [any FlagDefinition] { get }
    /// What it takes by place. Nothing unless declared.
    static var arguments: [Argument] { get }
    /// Does it. The flags have been read and are within their bounds, the arguments are as many as declared.
    static func run(_ invocation: Invocation) async throws -> ExitCode
}

extension Command {
    /// None.
    public static var details: String { "" }
    /// None.
    public static var flags: [any FlagDefinition] { [] }
    /// None.
    public static var arguments: [Argument] { [] }
}
