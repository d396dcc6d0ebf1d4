import Millrace

/// All commands of the executable. Parsing, help and suggestions are made from it.
struct CommandTable: Sendable {
    /// The executable's name, as help and messages write it.
    var program: String
    var commands: [any Command.Type]

    /// A later command of the same name takes the place of the earlier.
    init(program: String, commands: [any Command.Type]) {
        self.program = program
        self.commands = commands.enumerated()
            .filter { index, command in !commands[(index + 1)...].contains { $0.name == command.name } }
            .map(\.element)
    }

    /// The command that the first words name, and how many words that took. The longest name wins.
    func command(for words: [String]) -> (command: any Command.Type, wordCount: Int)? {
        commands.map { ($0, $0.words) }
            .filter { words.starts(with: $0.1) }
            .max { $0.1.count < $1.1.count }
            .map { ($0.0, $0.1.count) }
    }

    /// The commands whose names begin with these words: those of a group.
    func group(_ words: [String]) -> [any Command.Type] {
        commands.filter { $0.words.starts(with: words) }
    }

    /// The name that was probably meant.
    func suggestion(for words: [String]) -> String? {
        let longest = commands.map { $0.words.count }.max() ?? 1
        return (1...max(longest, 1)).reversed().lazy
            .filter { $0 <= words.count }
            .compactMap { NearestName.of(words.prefix($0).joined(separator: " "), among: commands.map { $0.name }) }
            .first
    }
}

extension Command {
    static var words: [String] { name.split(separator: " ").map(String.init) }
}
