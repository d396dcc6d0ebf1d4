import Millrace

/// `millrace config init [FILE]`.
struct ConfigInitCommand: Command {
    static let name = "config init"
    static let summary = "Writes a commented configuration to start from."
    static let force = Flag.toggle("force", "Overwrite a file that is there.")
    static let flags: [any FlagDefinition] = [force]
    static let arguments: [Argument] = [.optional("FILE", "Where to; without it: stdout.")]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        var template = ConfigurationTemplate(processors: invocation.processors)
        let text = template.text(program: invocation.table.program)
        guard let file = invocation.arguments.first, file != "-" else {
            try invocation.output.write(text)
            return .success
        }
        do {
            try FileBytes.write(Array(text.utf8), to: file, overwriting: invocation[force])
        } catch {
            let hint = error.isPresent ? "'--force' overwrites it" : nil
            throw CommandError(.inputOutput, "cannot write \(file): \(error.reason)", hint: hint)
        }
        invocation.report(
            "wrote \(file); '\(invocation.table.program) config check --config \(file)' says if it is right")
        return .success
    }
}
