/// `millrace help [COMMAND]`.
struct HelpCommand: Command {
    static let name = "help"
    static let summary = "Says what a command does and what it takes."
    static let arguments: [Argument] = [.repeated("COMMAND", "The command; without one: all of them.")]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let help = HelpText(table: invocation.table, usesColor: invocation.output.usesColor)
        let words = invocation.arguments
        if words.isEmpty {
            try invocation.output.write(help.overview())
        } else if let match = invocation.table.command(for: words), match.wordCount == words.count {
            try invocation.output.write(help.command(match.command))
        } else if case let group = invocation.table.group(words), !group.isEmpty {
            try invocation.output.write(help.group(words, group))
        } else {
            let meant = invocation.table.suggestion(for: words).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandError.usage("unknown command '\(words.joined(separator: " "))'\(meant)")
        }
        return .success
    }
}
