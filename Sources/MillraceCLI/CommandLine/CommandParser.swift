import Millrace

/// Reads the words after a command's name.
struct CommandParser {
    let command: any Command.Type
    private var texts: [String: [String]] = [:]
    private(set) var arguments: [String] = []
    private(set) var wantsHelp = false

    init(_ command: any Command.Type) { self.command = command }

    /// Takes the words apart: `--name VALUE`, `--name=VALUE`, `-n VALUE`; `--` ends the flags, a single `-` is an
    /// argument.
    mutating func parse(_ words: [String]) throws(CommandError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                arguments += rest
                return try countArguments()
            }
            guard word.hasPrefix("-"), word != "-" else {
                arguments.append(word)
                continue
            }
            if word == "--help" || word == "-h" {
                wantsHelp = true
                return
            }
            try parseFlag(word, &rest)
        }
        try countArguments()
    }

    private mutating func parseFlag(_ word: String, _ rest: inout ArraySlice<String>) throws(CommandError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let entries = command.flags.map(\.entry)
        guard let flag = entries.first(where: { "--\($0.name)" == parts[0] || $0.letter.map { "-\($0)" } == parts[0] })
        else {
            let names = entries.map { "--\($0.name)" } + ["--help"]
            let meant = NearestName.of(parts[0], among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw .usage("unknown flag '\(parts[0])'\(meant)")
        }
        guard flag.placeholder != nil else {
            if parts.count > 1 { throw .usage("flag '\(parts[0])' takes no value") }
            texts[flag.name, default: []].append("true")
            return
        }
        if texts[flag.name] != nil, !flag.isRepeated { throw .usage("flag '\(parts[0])' is given twice") }
        if parts.count > 1 {
            texts[flag.name, default: []].append(parts[1])
        } else if let next = rest.first, !next.hasPrefix("--") {
            texts[flag.name, default: []].append(next)
            rest = rest.dropFirst()
        } else {
            throw .usage("flag '\(parts[0])' needs a value: \(flag.allowed ?? "")")
        }
    }

    private func countArguments() throws(CommandError) {
        var count = arguments.count
        for argument in command.arguments {
            if count < argument.minimum { throw .usage("\(argument.placeholder) is missing: \(argument.summary)") }
            count -= min(count, argument.maximum)
        }
        if count > 0, let extra = arguments.last { throw .usage("unexpected argument '\(extra)'") }
    }

    /// The value of each flag, by name.
    func values() throws(CommandError) -> [String: any Sendable] {
        var values: [String: any Sendable] = [:]
        for flag in command.flags.map(\.entry) {
            let texts = texts[flag.name] ?? []
            if texts.isEmpty, flag.isRequired {
                throw .usage("flag '--\(flag.name) \(flag.placeholder ?? "")' is missing: \(flag.summary)")
            }
            var reading = OptionReading()
            let value = flag.read(texts, &reading)
            if let fault = reading.faults.first { throw .usage(fault.description) }
            values[flag.name] = value
        }
        return values
    }
}
