import Millrace

/// A commented start of a configuration, made from the tables: what `config init` writes.
struct ConfigurationTemplate {
    /// What stands there live; everything else is commented out with its default.
    private let live: OptionValues
    private let processors: ProcessorRegistry
    private var lines = YAMLLines()

    /// What would be written for a key that has no default, so that a reader sees the form.
    private static let examples = [
        "admin": "127.0.0.1:8080", "lanes": "2", "contentMode": "structured", "types": "[com.example.order.*]",
        "timeout": "30s", "deduplicate": "{window: 10m, count: 10000}",
        "circuitBreaker": "{share: 0.9, minimum: 50, window: 1m, pause: 1s..1m}",
        "guard": "{share: 0.5, records: 1000}",
    ]

    /// A route for each processor that the executable adds; without any, one that keeps all events in a file.
    init(processors: ProcessorRegistry) {
        self.processors = processors
        let builtIn = Set(ProcessorRegistry.builtIn.factories.map(\.name))
        let own = processors.factories.filter { !builtIn.contains($0.name) }
        let routes = own.isEmpty ? processors.factories.filter { $0.name == "jsonl" } : own
        live = [
            "kafka": ["bootstrap.servers": "${KAFKA:-127.0.0.1:9092}"],
            "worker": ["group": "millrace"],
            "sources": [["topic": "events"]],
            "deadLetter": ["topic": "{topic}.dead-letter"],
            "routes": OptionValue(.list(routes.map(Self.route))),
        ]
    }

    private static func route(_ factory: any ProcessorFactory) -> OptionValue {
        var route: OptionValues = ["processor": OptionValue(factory.name)]
        if factory.types.isEmpty { route["types"] = ["*"] }
        let required = factory.options.filter(\.isRequired)
        if !required.isEmpty {
            route["options"] = OptionValue(
                .map(
                    OptionValues(
                        entries: required.map { option in
                            OptionEntry(option.name, OptionValue(option.name == "path" ? "events.jsonl" : "CHANGE-ME"))
                        })))
        }
        return OptionValue(.map(route))
    }

    /// The file's text.
    mutating func text(program: String) -> String {
        lines.comment(
            "Configuration of \(program). A commented key shows its default, or an example where it has none.")
        lines.comment(
            "In any value ${NAME} takes an environment variable, ${NAME:-default} one that may be unset. "
                + "'\(program) config check' says what is wrong, '\(program) processors' what may be routed to.")
        for description in OptionTable.describe(Configuration.keys, Configuration()) {
            lines.blank()
            lines.comment(description.summary)
            add(description, live[description.name], at: OptionPath().appending(description.name))
        }
        return lines.text
    }

    private mutating func add(_ description: OptionDescription, _ value: OptionValue?, at path: OptionPath) {
        switch value?.content {
        case .list(let items) where description.isList:
            if items.isEmpty { lines.value("[]", at: path) }
            for (index, item) in items.enumerated() {
                addSection(description.nested, item, at: path.appending(index))
            }
        case .map where !description.nested.isEmpty: addSection(description.nested, value, at: path)
        case .map(let values):
            for entry in values.entries { lines.value(text(of: entry.value), at: path.appending(entry.name)) }
        case let content?:
            lines.value(text(of: OptionValue(content)), at: path)
        case nil:
            let standard = description.isSecret ? "\"\"" : description.standardText
            let text = standard ?? Self.examples[description.name] ?? ""
            lines.commentedOut(text, at: path)
        }
    }

    private mutating func addSection(_ descriptions: [OptionDescription], _ value: OptionValue?, at path: OptionPath) {
        guard case .map(let values) = value?.content else { return }
        for description in descriptions where !(description.name == "timeout" && blocks(values)) {
            let path = path.appending(description.name)
            lines.comment(comment(on: description), at: path)
            if description.name == "options", case .text(let name) = values["processor"]?.content {
                addOptions(values[description.name], of: name, at: path)
            } else {
                add(description, values[description.name], at: path)
            }
        }
    }

    /// Whether a route's processor blocks, and so may have no timeout.
    private func blocks(_ route: OptionValues) -> Bool {
        guard case .text(let name) = route["processor"]?.content else { return false }
        return processors.factory(named: name)?.execution == .blocking
    }

    private mutating func addOptions(_ value: OptionValue?, of processor: String, at path: OptionPath) {
        let descriptions = processors.factory(named: processor)?.options ?? []
        let values = if case .map(let values) = value?.content { values } else { OptionValues() }
        lines.section(at: path)
        for description in descriptions {
            let path = path.appending(description.name)
            lines.comment(comment(on: description), at: path)
            add(description, values[description.name], at: path)
        }
    }

    private func comment(on description: OptionDescription) -> String {
        let required = description.isRequired ? " Required." : ""
        guard description.nested.isEmpty, !["a text", "a map of options", "a map"].contains(description.allowed) else {
            return description.summary + required
        }
        return "\(description.summary)\(required) Allowed: \(description.allowed)."
    }

    /// `${…}` is left as it stands: it is meant.
    private func text(of value: OptionValue) -> String {
        if case .text(let text) = value.content, text.contains("${") { return text }
        return value.inlineText
    }
}
