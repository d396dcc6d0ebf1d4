import Millrace

/// A configuration, where each of its values came from, and everything that is wrong with it.
struct LoadedConfiguration {
    var configuration: Configuration
    /// What was set, by file, environment and flags, each value with its origin.
    var values: OptionValue
    /// In the order of the file, then by path.
    var faults: [OptionFault]
}

/// Puts a configuration together: a flag over the environment over the file over the defaults.
struct ConfigurationLoader {
    let environment: [String: String]
    let processors: ProcessorRegistry
    private var values = OptionValue(.map(OptionValues()))
    private var flags: [EnvironmentOverrides.Override] = []
    private var faults: [OptionFault] = []
    private var isUnreadable = false

    init(environment: [String: String], processors: ProcessorRegistry) {
        self.environment = environment
        self.processors = processors
    }

    /// Takes a file's text: YAML, then its variables.
    mutating func readFile(_ bytes: [UInt8], name: String) {
        do {
            var substitution = VariableSubstitution(environment: environment)
            values = substitution.substitute(try YAMLReader.read(bytes, file: name))
            faults += substitution.faults
        } catch {
            note(error)
        }
    }

    /// A fault that leaves nothing to judge.
    mutating func note(_ fault: OptionFault) {
        faults.append(fault)
        isUnreadable = true
    }

    /// Sets one key by its path, as a flag does.
    mutating func set(_ key: String, _ text: String, flag: String) {
        let value = OptionValue(.text(text), origin: .flag(flag))
        if let path = OptionPath(text: key) {
            flags.append(EnvironmentOverrides.Override(path: path, value: value))
        } else {
            faults.append(
                OptionFault(
                    .unknownKey, origin: value.origin, "not a key's path, found \(OptionValue(key).shown)",
                    allowed: "such as worker.group or routes[0].options.path"))
        }
    }

    /// The configuration and its faults.
    mutating func load() -> LoadedConfiguration {
        var configuration = Configuration()
        if isUnreadable { return LoadedConfiguration(configuration: configuration, values: values, faults: faults) }
        let environment = EnvironmentOverrides.read(environment)
        faults += environment.faults
        for override in environment.overrides + flags where !values.set(override.path, to: override.value) {
            faults.append(
                OptionFault(
                    .unknownKey, at: override.path, origin: override.value.origin, "there is no such place to set"))
        }
        var reading = OptionReading()
        OptionTable.read(values, Configuration.keys, into: &configuration, &reading)
        faults += reading.faults
        for conflict in configuration.conflicts(processors: processors, besides: faults) {
            var conflict = conflict
            if conflict.origin == .program { conflict.origin = values.nearestOrigin(to: conflict.path) }
            faults.append(conflict)
        }
        faults = faults.enumerated().sorted { isBefore($0, $1) }.map(\.element)
        return LoadedConfiguration(configuration: configuration, values: values, faults: faults)
    }

    private func isBefore(_ first: (offset: Int, element: OptionFault), _ second: (offset: Int, element: OptionFault))
        -> Bool
    {
        func rank(_ fault: (offset: Int, element: OptionFault)) -> (Int, Int, Int) {
            (fault.element.origin.line ?? .max, fault.element.origin.column ?? 0, fault.offset)
        }
        return rank(first) < rank(second)
    }
}
