import Millrace

/// `millrace config keys`.
struct ConfigKeysCommand: Command {
    static let name = "config keys"
    static let summary = "Lists every key of the configuration, its default, and the variable that sets it."
    static let details = """
        The kafka section takes any property of librdkafka; MILLRACE_KAFKA_BOOTSTRAP_SERVERS
        sets bootstrap.servers, and so on. Keys within lists ([…]) have no variables: --set
        reaches them, and ${NAME} in the file. A route's options are the processor's own:
        the command 'processors' lists them.
        """
    static let json = Flag.toggle("json", "Print a JSON array with an object a key.")
    static let flags: [any FlagDefinition] = [json]

    private struct Key {
        var path: String
        var variable: String?
        var description: OptionDescription
    }

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let keys = keys()
        if invocation[json] {
            try invocation.output.writeLine(jsonText(keys))
            return .success
        }
        for key in keys {
            let bold = invocation.output.usesColor ? ("\u{1B}[1m", "\u{1B}[0m") : ("", "")
            try invocation.output.writeLine(bold.0 + key.path + bold.1)
            for line in HelpText.lines(of: key.description.summary, width: 94) {
                try invocation.output.writeLine("    \(line)")
            }
            var facts = [key.description.allowed]
            if key.description.isRequired { facts.append("required") }
            if let standard = key.description.standardText { facts.append("default \(standard)") }
            if let variable = key.variable { facts.append(variable) }
            try invocation.output.writeLine("    (\(facts.joined(separator: "; ")))")
        }
        return .success
    }

    /// Every key that takes a value, in the order of the tables.
    private static func keys() -> [Key] {
        let variables = Dictionary(uniqueKeysWithValues: EnvironmentOverrides.names.map { ($1, $0) })
        var keys: [Key] = []
        func add(_ descriptions: [OptionDescription], below path: OptionPath, list: String) {
            for description in descriptions {
                let path = path.appending(description.name)
                let text = list + (list.isEmpty ? path.description : ".\(description.name)")
                if description.isList {
                    add(description.nested, below: path, list: "\(text)[…]")
                } else if !description.nested.isEmpty {
                    add(description.nested, below: path, list: list.isEmpty ? "" : text)
                } else {
                    keys.append(Key(path: text, variable: variables[path], description: description))
                }
            }
        }
        add(OptionTable.describe(Configuration.keys, Configuration()), below: OptionPath(), list: "")
        return keys
    }

    private static func jsonText(_ keys: [Key]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for key in keys {
            writer.beginObject()
            writer.member("key", key.path)
            writer.member("summary", key.description.summary)
            writer.member("allowed", key.description.allowed)
            writer.member("default", key.description.standardText)
            writer.name("required")
            writer.bool(key.description.isRequired)
            writer.member("variable", key.variable)
            writer.endObject()
        }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
