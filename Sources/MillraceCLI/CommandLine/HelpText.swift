/// Help, made from the table of commands.
struct HelpText {
    let table: CommandTable
    let usesColor: Bool

    /// All commands and the exit codes.
    func overview() -> String {
        var text = "\(title("Usage")) \(table.program) COMMAND [FLAGS]\n\n\(title("Commands"))\n"
        text += list(table.commands.map { ($0.name, $0.summary) })
        text += "\n\(title("Flags"))\n"
        text += list([
            ("-h, --help", "This help; after a command, the command's."), ("--version", "The version."),
        ])
        text += "\n\(title("Exit codes"))\n"
        text += list(ExitCode.meanings.map { (String($0.code.rawValue), $0.meaning) })
        return text
    }

    /// One command.
    func command(_ command: any Command.Type) -> String {
        let flags = command.flags.map(\.entry)
        var usage = "\(table.program) \(command.name)"
        for flag in flags where flag.isRequired { usage += " --\(flag.name) \(flag.placeholder ?? "")" }
        if flags.contains(where: { !$0.isRequired }) { usage += " [FLAGS]" }
        for argument in command.arguments { usage += " \(argument.usage)" }
        var text = "\(title("Usage")) \(usage)\n\n\(command.summary)\n"
        if !command.details.isEmpty { text += "\n\(command.details)\n" }
        if !command.arguments.isEmpty {
            text += "\n\(title("Arguments"))\n" + list(command.arguments.map { ($0.placeholder, $0.summary) })
        }
        text += "\n\(title("Flags"))\n"
        text += list(flags.map { (Self.name($0), Self.summary($0)) } + [("-h, --help", "This help.")])
        return text
    }

    /// The commands whose names begin with the same word.
    func group(_ words: [String], _ commands: [any Command.Type]) -> String {
        "\(title("Usage")) \(table.program) \(words.joined(separator: " ")) COMMAND [FLAGS]\n\n\(title("Commands"))\n"
            + list(commands.map { ($0.name, $0.summary) })
    }

    static func name(_ flag: FlagEntry) -> String {
        (flag.letter.map { "-\($0), " } ?? "") + "--\(flag.name)" + (flag.placeholder.map { " \($0)" } ?? "")
    }

    static func summary(_ flag: FlagEntry) -> String {
        var text = flag.summary
        if flag.isRequired { text += " Required." }
        if let standard = flag.standard { text += " Default: \(standard)." }
        if flag.isRepeated, flag.placeholder != nil { text += " May be repeated." }
        return text
    }

    private func title(_ text: String) -> String { usesColor ? "\u{1B}[1m\(text):\u{1B}[0m" : "\(text):" }

    /// Two columns; the second is broken into lines where it is long.
    private func list(_ rows: [(name: String, text: String)]) -> String {
        let width = min(rows.map(\.name.count).max() ?? 0, 28)
        var lines: [String] = []
        for row in rows {
            let broken = Self.lines(of: row.text, width: 96 - width)
            let name = "  " + row.name + String(repeating: " ", count: max(width - row.name.count, 0))
            if row.name.count > width {
                lines.append(name)
                lines += broken.map { String(repeating: " ", count: width + 4) + $0 }
            } else {
                lines.append(name + "  " + (broken.first ?? ""))
                lines += broken.dropFirst().map { String(repeating: " ", count: width + 4) + $0 }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The text in lines of at most `width` characters, broken at spaces.
    static func lines(of text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}
