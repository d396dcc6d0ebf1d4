/// `millrace completion SHELL`.
struct CompletionCommand: Command {
    static let name = "completion"
    static let summary = "Prints a script with which a shell completes commands, flags and their values."
    static let details = """
          bash    source <(millrace completion bash)
          zsh     millrace completion zsh > FOLDER/_millrace, a folder of your fpath
          fish    millrace completion fish > ~/.config/fish/completions/millrace.fish
        """
    static let arguments: [Argument] = [.required("bash|zsh|fish", "The shell.")]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let table = CompletionTable(invocation.table)
        let shell = invocation.arguments[0]
        switch shell {
        case "bash": try invocation.output.write(BashCompletion(table: table).script)
        case "zsh": try invocation.output.write(ZshCompletion(table: table).script)
        case "fish": try invocation.output.write(FishCompletion(table: table).script)
        default:
            throw CommandError.usage(
                "no completion for '\(PrintableText.of(Array(shell.utf8), limit: 40))'; allowed: bash, zsh, fish")
        }
        return .success
    }
}
