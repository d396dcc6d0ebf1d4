import Millrace

/// Environment variables that set configuration: `MILLRACE_WORKER_GROUP` sets `worker.group`,
/// `MILLRACE_KAFKA_BOOTSTRAP_SERVERS` sets `kafka.bootstrap.servers`.
///
/// Their names are made from the tables: sections and keys in capitals, words parted by `_`. Items of lists have none:
/// a file's `${NAME}` or `--set` reach those.
enum EnvironmentOverrides {
    struct Override {
        var path: OptionPath
        var value: OptionValue
    }

    private static let prefix = "MILLRACE_"
    private static let kafkaPrefix = "MILLRACE_KAFKA_"

    /// The overrides of an environment, and a fault for each variable of a section that has no such key.
    static func read(_ environment: [String: String]) -> (overrides: [Override], faults: [OptionFault]) {
        let names = self.names
        let sections = names.values.compactMap { path in path.parent.map { variable(for: $0) + "_" } }
        let lists = Configuration.keys.filter(\.isList).map { prefix + $0.name.uppercased() }
        var overrides: [Override] = []
        var faults: [OptionFault] = []
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix) {
            let value = OptionValue(.text(text), origin: .environment(name))
            if let path = names[name] {
                overrides.append(Override(path: path, value: value))
            } else if name.hasPrefix(kafkaPrefix), name.count > kafkaPrefix.count {
                let property = name.dropFirst(kafkaPrefix.count).lowercased().replacing("_", with: ".")
                overrides.append(Override(path: OptionPath().appending("kafka").appending(property), value: value))
            } else if let section = sections.first(where: { $0 != prefix + "_" && name.hasPrefix($0) }) {
                let all = names.keys.filter { $0.hasPrefix(section) }.sorted()
                faults.append(
                    OptionFault(
                        .unknownKey, origin: .environment(name), "this variable sets nothing",
                        allowed: all.joined(separator: ", "), suggestion: NearestName.of(name, among: all)))
            } else if let list = lists.first(where: { name == $0 || name.hasPrefix($0 + "_") }) {
                faults.append(
                    OptionFault(
                        .unknownKey, origin: .environment(name), "this variable sets nothing",
                        allowed: "${NAME} in the file, or --set, for \(list.dropFirst(prefix.count).lowercased())"))
            }
        }
        return (overrides, faults)
    }

    /// Every variable but those of librdkafka's properties, and what it sets.
    static var names: [String: OptionPath] {
        var names: [String: OptionPath] = [:]
        func add(_ descriptions: [OptionDescription], below path: OptionPath) {
            for description in descriptions where !description.isList {
                let path = path.appending(description.name)
                if !description.nested.isEmpty {
                    add(description.nested, below: path)
                } else if description.name != "kafka" {
                    names[variable(for: path)] = path
                }
            }
        }
        add(OptionTable.describe(Configuration.keys, Configuration()), below: OptionPath())
        return names
    }

    private static func variable(for path: OptionPath) -> String {
        let words = path.elements.map { element in
            switch element {
            case .key(let key):
                key.reduce(into: "") { $0 += $1.isUppercase ? "_\($1)" : $1.uppercased() }
            case .index(let index): String(index)
            }
        }
        return prefix + words.joined(separator: "_")
    }
}
