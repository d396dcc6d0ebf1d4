import Millrace

/// `millrace config print`.
struct ConfigPrintCommand: Command {
    static let name = "config print"
    static let summary = "Prints the configuration that holds, and where each value came from."
    static let details = """
        A flag goes before an environment variable (MILLRACE_WORKER_GROUP for worker.group),
        that before the file, that before the default. Secrets are shown as ***.
        """
    static let json = Flag.toggle("json", "Print a JSON array with an object a key.")
    static let flags: [any FlagDefinition] = ConfigurationFlags.all + [json]
    static let arguments: [Argument] = [ConfigurationFlags.argument]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let loaded = try invocation.loadConfiguration(argument: invocation.arguments.first)
        let settings = EffectiveSettings(loaded, processors: invocation.processors).settings
        try invocation.output.write(invocation[json] ? jsonText(settings) : yamlText(settings))
        // What can be said was said; the faults end it all the same.
        guard loaded.faults.isEmpty else { throw OptionFaults(loaded.faults) }
        return .success
    }

    private static func yamlText(_ settings: [EffectiveSetting]) -> String {
        var lines = YAMLLines()
        for setting in settings {
            if let value = setting.value {
                lines.value(value.inlineText, at: setting.path, comment: setting.originText)
            } else {
                lines.commentedOut("", at: setting.path, comment: "not set")
            }
        }
        return lines.text
    }

    private static func jsonText(_ settings: [EffectiveSetting]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for setting in settings {
            writer.beginObject()
            writer.member("key", setting.path.description)
            writer.name("value")
            write(setting.value, &writer)
            writer.member("origin", setting.origin.description)
            writer.name("variables")
            writer.beginArray()
            for variable in setting.origin.variables { writer.string(variable) }
            writer.endArray()
            writer.name("secret")
            writer.bool(setting.value?.isSecret ?? false)
            writer.endObject()
        }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    /// Texts and lists of texts; what is neither, as it would stand in the file.
    private static func write(_ value: OptionValue?, _ writer: inout JSONWriter) {
        guard let value else { return writer.null() }
        switch value.content {
        case .text(let text): writer.string(value.isSecret ? "***" : text)
        case .list(let items) where !value.isSecret:
            writer.beginArray()
            for item in items { write(item, &writer) }
            writer.endArray()
        case .null, .faulty: writer.null()
        case .list, .map: writer.string(value.inlineText)
        }
    }
}
