import Millrace

/// `millrace processors [NAME…]`.
struct ProcessorsCommand: Command {
    static let name = "processors"
    static let summary = "Lists the processors, their options, and which types they get."
    static let json = Flag.toggle("json", "Print a JSON array with an object a processor.")
    static let config = Flag.optional(
        "config", letter: "c", "FILE", .string, "Say which types they get by this configuration; '-' is stdin.")
    static let flags: [any FlagDefinition] = [config, ConfigurationFlags.set, json]
    static let arguments: [Argument] = [.repeated("NAME", "Only these.")]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let configuration = invocation[config] == nil ? nil : try invocation.configuration()
        let factories =
            try invocation.arguments.isEmpty
            ? invocation.processors.factories : invocation.arguments.map { try factory($0, invocation) }
        let listed = factories.map { ListedProcessor($0, configuration) }
        if invocation[json] {
            try invocation.output.writeLine(jsonText(listed))
        } else {
            if listed.isEmpty { invocation.report("no processor was compiled in") }
            for (index, processor) in listed.enumerated() {
                if index > 0 { try invocation.output.writeLine() }
                try write(processor, to: invocation.output)
            }
        }
        return .success
    }

    private static func factory(_ name: String, _ invocation: Invocation) throws -> any ProcessorFactory {
        if let factory = invocation.processors.factory(named: name) { return factory }
        let names = invocation.processors.factories.map(\.name).sorted()
        let meant = NearestName.of(name, among: names).map { "; did you mean '\($0)'?" } ?? ""
        throw CommandError.usage("unknown processor \(OptionValue(name).shown)\(meant)")
    }

    private static func write(_ processor: ListedProcessor, to output: TextOutput) throws {
        let title = output.usesColor ? "\u{1B}[1m\(processor.name)\u{1B}[0m" : processor.name
        try output.writeLine(processor.summary.isEmpty ? title : "\(title): \(processor.summary)")
        try output.writeLine("  types    \(list(processor.types))")
        try output.writeLine("  runs     \(processor.execution)")
        try output.writeLine("  replay   \(processor.replay)")
        if let routes = processor.routes {
            if routes.isEmpty { try output.writeLine("  routes   none: it gets nothing") }
            for route in routes { try output.writeLine("  \(route.path)  gets \(list(route.types))") }
        }
        if processor.options.isEmpty { return try output.writeLine("  options  none") }
        try output.writeLine("  options")
        try write(processor.options, indent: "    ", to: output)
    }

    private static func write(_ options: [OptionDescription], indent: String, to output: TextOutput) throws {
        let width = options.map(\.name.count).max() ?? 0
        for option in options {
            let name = option.name + String(repeating: " ", count: width - option.name.count)
            var facts = [option.allowed]
            if option.isRequired { facts.append("required") }
            if option.isSecret { facts.append("secret") }
            if let standard = option.standardText { facts.append("default \(standard)") }
            try output.writeLine("\(indent)\(name)  \(option.summary) (\(facts.joined(separator: "; ")))")
            try write(option.nested, indent: indent + "  ", to: output)
        }
    }

    private static func list(_ types: [String]) -> String {
        types.isEmpty ? "none of its own: a route names them" : types.joined(separator: ", ")
    }

    private static func jsonText(_ processors: [ListedProcessor]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for processor in processors {
            writer.beginObject()
            writer.member("name", processor.name)
            writer.member("summary", processor.summary)
            writer.name("types")
            write(processor.types, &writer)
            writer.member("execution", processor.execution)
            writer.member("replay", processor.replay)
            writer.name("options")
            write(processor.options, &writer)
            if let routes = processor.routes {
                writer.name("routes")
                writer.beginArray()
                for route in routes {
                    writer.beginObject()
                    writer.member("key", route.path)
                    writer.name("types")
                    write(route.types, &writer)
                    writer.endObject()
                }
                writer.endArray()
            }
            writer.endObject()
        }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func write(_ options: [OptionDescription], _ writer: inout JSONWriter) {
        writer.beginArray()
        for option in options {
            writer.beginObject()
            writer.member("name", option.name)
            writer.member("summary", option.summary)
            writer.member("allowed", option.allowed)
            writer.member("default", option.standardText)
            writer.name("required")
            writer.bool(option.isRequired)
            writer.name("secret")
            writer.bool(option.isSecret)
            writer.name("options")
            write(option.nested, &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func write(_ texts: [String], _ writer: inout JSONWriter) {
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }
}

/// What is said of one processor.
private struct ListedProcessor {
    struct Route {
        var path: String
        var types: [String]
    }

    var name: String
    var summary: String
    var types: [String]
    var execution: String
    var replay: String
    var options: [OptionDescription]
    /// The routes that name it; nil without a configuration.
    var routes: [Route]?

    init(_ factory: any ProcessorFactory, _ configuration: Configuration?) {
        name = factory.name
        summary = factory.summary
        types = factory.types.map(\.text)
        execution = factory.execution == .blocking ? "blocking, on a thread of its own" : "on the lane"
        replay = factory.replay.kind.rawValue
        options = factory.options
        routes = configuration.map { configuration in
            configuration.routes.enumerated().filter { $0.element.processor == factory.name }.map { index, route in
                Route(path: "routes[\(index)]", types: (route.types ?? factory.types).map(\.text))
            }
        }
    }
}
