import Millrace

/// `millrace config check`.
struct ConfigCheckCommand: Command {
    static let name = "config check"
    static let summary = "Says everything that is wrong with a configuration."
    static let details = """
        Prints one line a fault: file, line and column, the key's path, what was found, what
        is allowed. Ends with 78 where there is any. Contacts nobody.
        """
    static let json = Flag.toggle("json", "Print the faults as a JSON array.")
    static let flags: [any FlagDefinition] = ConfigurationFlags.all + [json]
    static let arguments: [Argument] = [ConfigurationFlags.argument]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let loaded = try invocation.loadConfiguration(argument: invocation.arguments.first)
        if invocation[json] {
            try invocation.output.writeLine(FaultLines.json(loaded.faults))
        } else if loaded.faults.isEmpty {
            let configuration = loaded.configuration
            try invocation.output.writeLine(
                "no fault: \(count(configuration.sources.count, "source")), \(count(configuration.routes.count, "route"))"
            )
        } else {
            for fault in loaded.faults { try invocation.output.writeLine("\(fault)") }
            invocation.report(count(loaded.faults.count, "fault"))
        }
        return loaded.faults.isEmpty ? .success : .configuration
    }

    private static func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
}

/// Faults as programs read them.
enum FaultLines {
    /// A JSON array with an object a fault; members that do not apply are null.
    static func json(_ faults: [OptionFault]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for fault in faults {
            writer.beginObject()
            writer.member("code", fault.code.rawValue)
            writer.member("origin", fault.origin.description)
            writer.member("file", fault.origin.file)
            writer.name("line")
            if let line = fault.origin.line { writer.integer(Int64(line)) } else { writer.null() }
            writer.name("column")
            if let column = fault.origin.column { writer.integer(Int64(column)) } else { writer.null() }
            writer.member("key", fault.path.description)
            writer.member("problem", fault.problem)
            writer.member("found", fault.found)
            writer.member("allowed", fault.allowed)
            writer.member("suggestion", fault.suggestion)
            writer.endObject()
        }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
