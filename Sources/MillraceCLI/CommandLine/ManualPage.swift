import Millrace

/// The manual page (man(7) macros), made from the table of commands.
struct ManualPage {
    let table: CommandTable

    var text: String {
        let program = table.program
        var lines = [
            ".TH \(Self.escaped(program.uppercased())) 1 \"\" \"\(Self.escaped("\(program) \(MillraceVersion.current)"))\" \"User Commands\"",
            ".SH NAME", Self.escaped("\(program) - works off CloudEvents from Kafka, and loses nothing"),
            ".SH SYNOPSIS", ".B \(Self.escaped(program))", ".I COMMAND", "[FLAGS]", ".SH DESCRIPTION",
        ]
        lines += Self.paragraph(
            "Reads CloudEvents from Kafka topics, routes them by type to processors, sets aside what fails as dead letters,"
                + " and commits only what is settled. Data goes to stdout, progress and messages to stderr.")
        lines.append(".SH COMMANDS")
        for command in table.commands { lines += self.command(command) }
        lines += [".SH EXIT STATUS"]
        for (code, meaning) in ExitCode.meanings {
            lines += [".TP", ".B \(code.rawValue)", Self.escaped(meaning)]
        }
        lines += [".SH ENVIRONMENT"]
        for (name, meaning) in Self.variables { lines += [".TP", ".B \(Self.escaped(name))", Self.escaped(meaning)] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let variables = [
        ("MILLRACE_CONFIG", "The configuration file, where --config names none."),
        ("MILLRACE_*", "Keys of the configuration; 'config keys' lists them."),
        ("NO_COLOR", "Nothing is emphasised."),
    ]

    private func command(_ command: any Command.Type) -> [String] {
        let flags = command.flags.map(\.entry)
        var usage = command.name
        for flag in flags where flag.isRequired { usage += " --\(flag.name) \(flag.placeholder ?? "")" }
        if flags.contains(where: { !$0.isRequired }) { usage += " [FLAGS]" }
        for argument in command.arguments { usage += " \(argument.usage)" }
        var lines = [".SS \(Self.escaped(usage))"]
        lines += Self.paragraph(command.summary)
        lines += Self.details(command.details)
        for argument in command.arguments {
            lines += [".TP", ".I \(Self.escaped(argument.placeholder))", Self.escaped(argument.summary)]
        }
        for flag in flags {
            lines += [".TP", ".B \(Self.escaped(HelpText.name(flag)))", Self.escaped(HelpText.summary(flag))]
        }
        return lines
    }

    /// Paragraphs; indented lines are examples and stand as they are.
    private static func details(_ text: String) -> [String] {
        var lines: [String] = []
        var isExample = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let indented = line.hasPrefix(" ")
            if line.isEmpty {
                if isExample { lines += [".fi", ".RE"] }
                isExample = false
                lines.append(".PP")
                continue
            }
            if indented, !isExample { lines += [".RS", ".nf"] }
            if !indented, isExample { lines += [".fi", ".RE"] }
            isExample = indented
            lines.append(escaped(indented ? String(line.drop { $0 == " " }) : String(line)))
        }
        if isExample { lines += [".fi", ".RE"] }
        return lines.isEmpty ? [] : [".PP"] + lines
    }

    private static func paragraph(_ text: String) -> [String] { [".PP", escaped(text)] }

    /// Text that stands for itself: no escape, no request, in ASCII.
    static func escaped(_ text: String) -> String {
        var result = text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" : ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "\"": result += "\\(dq"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result +=
                    scalar.isASCII
                    ? String(scalar) : "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
            }
        }
        return result
    }
}
