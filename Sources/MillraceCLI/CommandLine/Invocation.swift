public import Millrace

/// What a command is given: what the user asked for, and the world around it, which a test may replace.
public struct Invocation: Sendable {
    /// The command's name.
    public let command: String
    /// What was given by place.
    public let arguments: [String]
    /// The processors that were compiled in.
    public let processors: ProcessorRegistry
    /// The environment's variables.
    public let environment: [String: String]
    /// Where data goes: stdout.
    public let output: TextOutput
    /// Where progress, prompts and messages go: stderr.
    public let messages: TextOutput
    /// Where a command reads from that was given no file, or the file `-`: stdin's descriptor.
    public let inputDescriptor: Int32

    let values: [String: any Sendable]
    /// All commands, for help.
    let table: CommandTable

    /// The value of a flag that the command lists.
    public subscript<Value>(flag: Flag<Value>) -> Value {
        guard let value = values[flag.entry.name] as? Value else {
            // The parser reads every flag of the list, or does not call the command.
            preconditionFailure("command '\(command)' does not list its flag --\(flag.entry.name)")
        }
        return value
    }

    /// Whether the command lists the flag, so that it may be asked for.
    func lists<Value>(_ flag: Flag<Value>) -> Bool { values[flag.entry.name] is Value }

    /// Writes one line to stderr. Nobody listening there is no reason to stop.
    public func report(_ line: String) {
        try? messages.writeLine(line)
    }
}
