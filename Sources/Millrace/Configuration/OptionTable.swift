/// What tables of options are used for: reading, writing back, describing. All configuration goes through here.
public enum OptionTable {
    /// The options that the values give, over the defaults.
    ///
    /// - Throws: every fault of the values at once.
    public static func make<Options: ProcessorOptions>(
        _ type: Options.Type, from values: OptionValues
    ) throws(OptionFaults) -> Options {
        var options = Options()
        let faults = read(values, Options.keys, into: &options)
        guard faults.isEmpty else { throw OptionFaults(faults) }
        return options
    }

    /// Every fault of the values, none where ``make(_:from:)`` would succeed.
    public static func check<Options: ProcessorOptions>(
        _ type: Options.Type, _ values: OptionValues
    ) -> [OptionFault] {
        var options = Options()
        return read(values, Options.keys, into: &options)
    }

    /// What the table says of each option, in its order.
    public static func describe<Options: ProcessorOptions>(_ type: Options.Type) -> [OptionDescription] {
        describe(Options.keys, Options())
    }
}

/// Every fault of some options.
public struct OptionFaults: Error, Sendable, CustomStringConvertible {
    /// At least one, in the order of the file.
    public let faults: [OptionFault]

    package init(_ faults: [OptionFault]) { self.faults = faults }

    /// One line a fault.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}

extension OptionTable {
    package static func read<Options>(
        _ values: OptionValues, _ keys: [OptionKey<Options>], into options: inout Options
    ) -> [OptionFault] {
        var reading = OptionReading()
        read(OptionValue(.map(values)), keys, into: &options, &reading)
        return reading.faults
    }

    /// Reads a map; where it is none, that is a fault. No value at all is an empty map.
    package static func read<Options>(
        _ value: OptionValue, _ keys: [OptionKey<Options>], into options: inout Options, _ reading: inout OptionReading
    ) {
        let names = keys.map(\.name)
        guard let values = reading.map(of: value, allowed: "a map with \(names.joined(separator: ", "))") else {
            return
        }
        for entry in reading.entriesOnce(values) {
            guard let key = keys.first(where: { $0.name == entry.name }) else {
                reading.note(
                    OptionFault(
                        .unknownKey, at: OptionPath([.key(entry.name)]), origin: entry.origin, "unknown key",
                        allowed: names.isEmpty ? "no key at all" : names.joined(separator: ", "),
                        suggestion: NearestName.of(entry.name, among: names)))
                continue
            }
            reading.within(.key(entry.name)) { key.read(entry.value, &options, &$0) }
        }
        for key in keys where key.isSection && values[key.name] == nil {
            let empty = OptionValue(.map(OptionValues()), origin: value.origin)
            reading.within(.key(key.name)) { key.read(empty, &options, &$0) }
        }
        for key in keys where key.isRequired { requireValue(of: key, in: values, origin: value.origin, &reading) }
    }

    private static func requireValue<Options>(
        of key: OptionKey<Options>, in values: OptionValues, origin: OptionOrigin, _ reading: inout OptionReading
    ) {
        let value = values[key.name]
        if let value, !value.isEmpty { return }
        reading.note(
            OptionFault(
                .missingKey, at: OptionPath([.key(key.name)]), origin: value?.origin ?? origin,
                value == nil ? "must be set" : "must not be empty", allowed: key.allowed))
    }

    /// The values that would be read as these options.
    package static func write<Options>(_ options: Options, _ keys: [OptionKey<Options>]) -> OptionValues {
        OptionValues(entries: keys.compactMap { key in key.write(options).map { OptionEntry(key.name, $0) } })
    }

    package static func describe<Options>(_ keys: [OptionKey<Options>], _ standard: Options) -> [OptionDescription] {
        keys.map { key in
            OptionDescription(
                name: key.name, summary: key.summary, allowed: key.allowed,
                standard: key.isRequired ? nil : key.write(standard), isRequired: key.isRequired,
                isSecret: key.isSecret, nested: key.nested(), isList: key.isList)
        }
    }
}
