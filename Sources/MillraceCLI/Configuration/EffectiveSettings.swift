import Millrace

/// One key of the effective configuration: what holds, and where it came from.
struct EffectiveSetting {
    var path: OptionPath
    /// Nil: nobody set it, and nothing stands for it.
    var value: OptionValue?
    var origin: OptionOrigin

    /// `default`, `FILE:LINE`, the variable's or the flag's name; the variables that stand in the text.
    var originText: String {
        let place =
            switch (origin.file, origin.line) {
            case (let file?, let line?): "\(file):\(line)"
            default: origin.description
            }
        return ([place] + origin.variables.map { "${\($0)}" }).joined(separator: " ")
    }
}

/// Every key of a configuration, in the order of the tables, defaults too.
struct EffectiveSettings {
    private(set) var settings: [EffectiveSetting] = []
    private let given: OptionValues
    private let processors: ProcessorRegistry

    init(_ loaded: LoadedConfiguration, processors: ProcessorRegistry) {
        self.processors = processors
        given = if case .map(let values) = loaded.values.content { values } else { OptionValues() }
        let values = OptionTable.write(loaded.configuration, Configuration.keys)
        add(OptionTable.describe(Configuration.keys, Configuration()), values, at: OptionPath())
    }

    private mutating func add(_ descriptions: [OptionDescription], _ values: OptionValues, at path: OptionPath) {
        for description in descriptions {
            let path = path.appending(description.name)
            let value = values[description.name]
            switch value?.content {
            case .list(let items) where description.isList:
                for (index, item) in items.enumerated() {
                    guard case .map(let values) = item.content else { continue }
                    add(description.nested, values, at: path.appending(index))
                }
            case .map(let values) where !description.nested.isEmpty: add(description.nested, values, at: path)
            case .map(let options) where description.name == "options":
                addOptions(options, of: values["processor"], at: path)
            case .map(let values):
                for entry in values.entries { add(entry.value, at: path.appending(entry.name)) }
            default: add(value, at: path)
            }
        }
    }

    /// A processor's options by its own table. What is not in it may be a secret's misspelt name.
    private mutating func addOptions(_ options: OptionValues, of processor: OptionValue?, at path: OptionPath) {
        var descriptions: [OptionDescription] = []
        if case .text(let name) = processor?.content { descriptions = processors.factory(named: name)?.options ?? [] }
        for description in descriptions {
            var value = options[description.name] ?? description.standard
            if description.isSecret { value?.isSecret = true }
            if !description.nested.isEmpty, case .map(let nested) = value?.content {
                addNested(description.nested, nested, at: path.appending(description.name))
            } else {
                add(value, at: path.appending(description.name))
            }
        }
        for entry in options.entries where !descriptions.contains(where: { $0.name == entry.name }) {
            var value = entry.value
            value.isSecret = true
            add(value, at: path.appending(entry.name))
        }
    }

    private mutating func addNested(_ descriptions: [OptionDescription], _ values: OptionValues, at path: OptionPath) {
        for description in descriptions {
            var value = values[description.name] ?? description.standard
            if description.isSecret { value?.isSecret = true }
            add(value, at: path.appending(description.name))
        }
    }

    private mutating func add(_ value: OptionValue?, at path: OptionPath) {
        settings.append(EffectiveSetting(path: path, value: value, origin: given[path: path]?.origin ?? .standard))
    }
}
