import Millrace

/// The flags by which a command takes its configuration. A command lists ``all`` or some of them, and asks its
/// invocation for ``Invocation/configuration()``.
enum ConfigurationFlags {
    static let file = Flag.optional(
        "config", letter: "c", "FILE", .string,
        "The configuration file; '-' is stdin. Without it: MILLRACE_CONFIG, else \(standardFile).")
    static let kafka = Flag.optional("kafka", "BROKERS", .string, "Sets kafka.bootstrap.servers.")
    static let group = Flag.optional("group", "GROUP", .string, "Sets worker.group.")
    static let admin = Flag.optional("admin", "HOST:PORT", .string, "Sets worker.admin.")
    static let connectTimeout = Flag.optional("connect-timeout", "TIME", .string, "Sets worker.connectTimeout.")
    static let set = Flag.repeated(
        "set", "KEY=VALUE", .string, "Sets any key by its path, such as routes[0].options.path=events.jsonl.")

    static let all: [any FlagDefinition] = [file, kafka, group, admin, connectTimeout, set]

    /// For commands whose only argument is the file.
    static let argument = Argument.optional("FILE", "The configuration file, as with --config.")

    /// What is read where nobody names a file.
    static let standardFile = "millrace.yaml"

    /// Flags that set one key each.
    static let shortcuts: [(flag: Flag<String?>, key: String)] = [
        (kafka, "kafka.bootstrap.servers"), (group, "worker.group"), (admin, "worker.admin"),
        (connectTimeout, "worker.connectTimeout"),
    ]
}

extension Invocation {
    /// The configuration that was asked for; throws every fault at once.
    ///
    /// - Parameter ignored: a section whose faults do not matter to the command, such as `kafka` without a broker.
    func configuration(ignoringFaultsIn ignored: String? = nil) throws -> Configuration {
        let loaded = try loadConfiguration()
        let faults = loaded.faults.filter { fault in
            ignored.map { fault.path.elements.first != .key($0) } ?? true
        }
        guard faults.isEmpty else { throw OptionFaults(faults) }
        return loaded.configuration
    }

    /// The configuration that was asked for, with its faults and its origins.
    ///
    /// - Parameter argument: the file where it was named without `--config`.
    func loadConfiguration(argument: String? = nil) throws -> LoadedConfiguration {
        var loader = ConfigurationLoader(environment: environment, processors: processors)
        if let argument, given(ConfigurationFlags.file) != nil {
            throw CommandError.usage("--config and '\(argument)' both name a file")
        }
        let named =
            argument ?? given(ConfigurationFlags.file)
            ?? environment["MILLRACE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let file = named ?? ConfigurationFlags.standardFile
        let hasFlags = given(ConfigurationFlags.set)?.isEmpty == false
        do {
            let bytes = try FileBytes.read(file, inputDescriptor: inputDescriptor)
            loader.readFile(bytes, name: file == "-" ? "stdin" : file)
        } catch {
            // Without a file everything may come from flags and variables.
            let mayBeMissing = named == nil && error.isMissing && hasFlags
            if !mayBeMissing {
                let hint = named == nil ? "name one with --config, or write one with 'config init'" : nil
                loader.note(
                    OptionFault(
                        .unreadableFile, origin: .file(file),
                        "cannot read the file: \(error.reason)",
                        allowed: hint))
            }
        }
        for (flag, key) in ConfigurationFlags.shortcuts {
            if let text = given(flag) { loader.set(key, text, flag: "--\(flag.entry.name)") }
        }
        for text in given(ConfigurationFlags.set) ?? [] {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw CommandError.usage("--set takes KEY=VALUE, found \(OptionValue(parts[0]).shown)")
            }
            loader.set(parts[0], parts[1], flag: "--set")
        }
        return loader.load()
    }

    /// The value of a flag that the command may list.
    private func given<Wrapped>(_ flag: Flag<Wrapped?>) -> Wrapped? {
        lists(flag) ? self[flag] : nil
    }

    private func given<Element>(_ flag: Flag<[Element]>) -> [Element]? {
        lists(flag) ? self[flag] : nil
    }
}
