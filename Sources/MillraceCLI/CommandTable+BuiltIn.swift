extension CommandTable {
    /// The commands that come with Millrace, in the order of help. A new command is added here.
    static var builtInCommands: [any Command.Type] {
        [
            RunCommand.self,
            DemoCommand.self,
            BrokerCommand.self,
            ProduceCommand.self,
            ExplainCommand.self,
            ReplayCommand.self,
            ReplayListCommand.self,
            ReplayStatusCommand.self,
            TasksCommand.self,
            TasksHistoryCommand.self,
            DeadLetterListCommand.self,
            DeadLetterGroupsCommand.self,
            DeadLetterCountCommand.self,
            DeadLetterShowCommand.self,
            DeadLetterExportCommand.self,
            ConfigInitCommand.self,
            ConfigCheckCommand.self,
            ConfigPrintCommand.self,
            ConfigKeysCommand.self,
            ProcessorsCommand.self,
            CompletionCommand.self,
            ManCommand.self,
            HelpCommand.self,
        ]
    }
}
