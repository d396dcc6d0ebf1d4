public import Millrace
import MillraceCGlue

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The `millrace` executable as a library: an executable of one's own gets every command, with its own processors and
/// commands besides.
///
/// ```swift
/// @main struct Main {
///     static func main() async { await MillraceCommand.main(processors: .builtIn.adding(OrderAlert.self)) }
/// }
/// ```
public enum MillraceCommand {
    /// Runs the command that the process was started with, and ends the process with its exit code.
    ///
    /// Ignores SIGPIPE for the whole process: a closed pipe is an error of the write. On Linux it sets the allocator up
    /// for large fetch buffers, unless an environment variable of the allocator says otherwise.
    ///
    /// - Parameters:
    ///   - processors: What routes may name.
    ///   - commands: Commands besides the built-in ones; one of the same name takes the built-in one's place.
    public static func main(
        processors: ProcessorRegistry = .builtIn, commands: [any Command.Type] = []
    ) async -> Never {
        let environment = ProcessEnvironment.variables
        AllocatorSettings.apply(environment: environment)
        signal(SIGPIPE, SIG_IGN)
        let output = TextOutput(descriptor: STDOUT_FILENO, environment: environment, capacity: 64 << 10)
        let messages = TextOutput(descriptor: STDERR_FILENO, environment: environment, capacity: 0)
        let code = await run(
            Array(CommandLine.arguments.dropFirst()), program: programName, processors: processors,
            commands: commands, environment: environment, output: output, messages: messages,
            inputDescriptor: STDIN_FILENO)
        exit(code.rawValue)
    }

    /// Sets the C allocator up for large fetch buffers, as ``main(processors:commands:)`` does. For programs that run a
    /// worker without it; call it first of all. Does nothing where an environment variable sets the allocator up, and
    /// nothing but on Linux.
    public static func tuneAllocator() { AllocatorSettings.apply(environment: ProcessEnvironment.variables) }

    /// Runs one command in a world that is given. Never ends the process; everything that a command throws becomes a
    /// message and an exit code.
    package static func run(
        _ words: [String], program: String = "millrace", processors: ProcessorRegistry = .builtIn,
        commands: [any Command.Type] = [], environment: [String: String], output: TextOutput, messages: TextOutput,
        inputDescriptor: Int32 = 0
    ) async -> ExitCode {
        let table = CommandTable(program: program, commands: CommandTable.builtInCommands + commands)
        let help = HelpText(table: table, usesColor: output.usesColor)
        func end(_ body: () throws -> ExitCode) -> ExitCode {
            do {
                let code = try body()
                try output.flush()
                return code
            } catch {
                // What was written before the error is data too; if it cannot go out, the error says so itself.
                try? output.flush()
                return complain(error, messages, program: program, command: nil)
            }
        }
        switch words.first {
        case nil:
            try? messages.write(help.overview())
            return .usage
        case "--help", "-h":
            return end {
                try output.write(help.overview()); return .success
            }
        case "--version":
            return end {
                try output.writeLine("\(program) \(MillraceVersion.current)"); return .success
            }
        default: break
        }
        guard let (command, wordCount) = table.command(for: words) else {
            let names = Array(words.prefix { !$0.hasPrefix("-") })
            let group = names.isEmpty ? [] : table.group(Array(names.prefix(1)))
            if !group.isEmpty, words.contains(where: { $0 == "--help" || $0 == "-h" }) {
                return end {
                    try output.write(help.group(Array(names.prefix(1)), group)); return .success
                }
            }
            return end { throw unknown(words, group: group, table) }
        }
        do {
            var parser = CommandParser(command)
            try parser.parse(Array(words.dropFirst(wordCount)))
            if parser.wantsHelp {
                return end {
                    try output.write(help.command(command)); return .success
                }
            }
            let invocation = Invocation(
                command: command.name, arguments: parser.arguments, processors: processors, environment: environment,
                output: output, messages: messages, inputDescriptor: inputDescriptor, values: try parser.values(),
                table: table)
            let code = try await command.run(invocation)
            try output.flush()
            return code
        } catch {
            try? output.flush()
            return complain(error, messages, program: program, command: command.name)
        }
    }

    private static func unknown(
        _ words: [String], group: [any Command.Type], _ table: CommandTable
    ) -> CommandError {
        if let first = words.first, first.hasPrefix("-") { return .usage("a command comes before the flag '\(first)'") }
        if let first = words.first, !group.isEmpty, words.count < 2 || words[1].hasPrefix("-") {
            return .usage("'\(first)' is one of: \(group.map { $0.name }.joined(separator: ", "))")
        }
        let asked = words.prefix(group.isEmpty ? 1 : 2).joined(separator: " ")
        let meant = table.suggestion(for: words).map { "; did you mean '\($0)'?" } ?? ""
        return .usage("unknown command '\(asked)'\(meant)")
    }

    /// Says what went wrong, and which code that is.
    private static func complain(
        _ error: any Error, _ messages: TextOutput, program: String, command: String?
    ) -> ExitCode {
        let place = command.map { "\(program) \($0)" } ?? program
        func say(_ text: String) { try? messages.writeLine(text) }
        switch error {
        case let error as CommandError:
            say("\(place): \(error)")
            if error.code == .usage { say("See '\(place) --help'.") }
            return error.code
        case let error as OptionFaults:
            for fault in error.faults { say("\(fault)") }
            say(
                "\(place): \(error.faults.count == 1 ? "1 fault" : "\(error.faults.count) faults") in the configuration"
            )
            return .configuration
        case OutputError.closed: return .success
        case OutputError.failed(let reason):
            say("\(place): cannot write to stdout: \(reason)")
            return .inputOutput
        default:
            say("\(place): internal error: \(error)")
            return .internal
        }
    }

    /// The name under which the process was started, without its folder.
    private static var programName: String {
        let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? ""
        return name.isEmpty ? "millrace" : name
    }
}
