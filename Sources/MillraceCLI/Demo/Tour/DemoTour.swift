import Millrace
import QlikTasks

/// What a user does after a run: the inventory, the dead letters by cause, a replay into a second processor. Each command
/// is printed as it is typed, and run as it is printed.
struct DemoTour {
    /// So many lines of a command's output are shown.
    private static let limit = 6

    let invocation: Invocation
    let cluster: DemoCluster
    let folder: DemoFolder

    /// Runs all of it, or up to the first command that fails.
    /// - Returns: the last command's exit code.
    func run() async throws -> ExitCode {
        let configuration = DemoConfiguration(
            cluster.properties, group: cluster.group, topic: cluster.topic, database: folder.database)
        do { try FileBytes.write(Array(configuration.text.utf8), to: folder.configuration, overwriting: false) } catch {
            throw CommandError(.inputOutput, "cannot write \(folder.configuration): \(error.reason)")
        }
        try invocation.output.write(
            """

            What you would type next. The configuration that is named has the routes
            \(TaskInventoryProcessor.name) and \(TaskAuditProcessor.name); it goes away with the demo.

            """)
        let config = ["--config", folder.configuration]
        let replay =
            ["replay", "--topic", cluster.topic, "--from", "earliest", "--type", DemoEvents.updated]
            + ["--processors", TaskAuditProcessor.name, "--name", "audit", "--log-level", "error"] + config
        let steps: [(title: String, words: [String], lines: Int)] = [
            ("The inventory of tasks, which \(TaskInventoryProcessor.name) kept", ["tasks"] + config, Self.limit),
            ("The dead letters, by cause", ["deadletter", "groups"] + config, .max),
            ("A replay of the updates into a second processor; what is broken fails there too", replay, .max),
        ]
        for step in steps {
            let code = try await show(step.title, step.words, step.lines, configuration.environment)
            guard code == .success else { return code }
        }
        guard let task = try auditedTask() else { return .success }
        return try await show(
            "What that processor now knows of one task", ["tasks", "history", task] + config, Self.limit,
            configuration.environment)
    }

    /// Prints a command and what it prints.
    private func show(
        _ title: String, _ words: [String], _ limit: Int, _ environment: [String: String]
    ) async throws -> ExitCode {
        let program = invocation.table.program
        let typed = ([program] + words).map(Invocation.quoted).joined(separator: " ")
        try invocation.output.write("\n\(title)\n  $ \(typed)\n")
        try invocation.output.flush()
        let (output, messages) = (DemoTranscript(), DemoTranscript())
        let code = await MillraceCommand.run(
            words, program: program, environment: environment, output: output.stream(isTerminal: false),
            messages: messages.stream(isTerminal: true))
        let lines = output.lines
        // Tables are wider than most terminals: without wrapping, a row is a line.
        let isCut = invocation.output.usesColor && !lines.isEmpty
        if isCut { try invocation.output.write("\u{1B}[?7l") }
        for line in lines.prefix(limit) { try invocation.output.writeLine("  \(line)") }
        if isCut { try invocation.output.write("\u{1B}[?7h") }
        if lines.count > limit { try invocation.output.writeLine("  … \((lines.count - limit).grouped) more lines") }
        for line in messages.lines { try invocation.output.writeLine("  \(line)") }
        return code
    }

    /// The first task of the inventory of which the audit knows something.
    private func auditedTask() throws -> String? {
        try TaskDatabases.read(folder.database) { reader in
            var ids: [String] = []
            try reader.tasks(TaskFilter()) { row in
                if let id = row["id"] { ids.append(id) }
            }
            for id in ids {
                var isAudited = false
                try reader.history(of: id) { _ in isAudited = true }
                if isAudited { return id }
            }
            return nil
        }
    }
}
