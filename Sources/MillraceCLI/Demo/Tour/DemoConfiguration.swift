import Millrace
import MillraceKafka
import QlikTasks

/// The configuration of the demo as a user would write it: that of the commands which are shown at the end.
struct DemoConfiguration {
    let text: String
    /// What the text refers to as `${NAME}`: secrets stand in no file.
    let environment: [String: String]

    init(_ properties: KafkaProperties, group: String, topic: String, database: String) {
        var environment: [String: String] = [:]
        var lines = ["kafka:"]
        for (name, value) in properties.pairs {
            guard Configuration.isSecretProperty(name) else {
                lines.append("  \(name): \(Self.quoted(value))")
                continue
            }
            let variable = "DEMO_" + name.uppercased().replacing(".", with: "_")
            environment[variable] = value
            lines.append("  \(name): ${\(variable)}")
        }
        lines += ["worker: {group: \(group)}", "sources:", "  - {topic: \(topic)}", "routes:"]
        for processor in [TaskInventoryProcessor.name, TaskAuditProcessor.name] {
            lines.append("  - {processor: \(processor), options: {path: \(Self.quoted(database))}}")
        }
        text = lines.joined(separator: "\n") + "\n"
        self.environment = environment
    }

    /// As YAML takes it for this text and nothing else.
    private static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text.replacing("${", with: "$${"))
        return String(decoding: json.take(), as: UTF8.self)
    }
}
