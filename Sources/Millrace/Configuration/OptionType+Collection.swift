extension OptionType {
    /// A list of values of one kind. Where no list can be written (a flag, a variable): joined by `,`.
    public static func list<Element>(of element: OptionType<Element>) -> OptionType<[Element]>
    where Value == [Element] {
        let allowed = "a list, each \(element.allowed)"
        return OptionType<[Element]>(
            allowed, isSecret: element.isSecret,
            read: { value, reading in
                var items: [OptionValue]
                switch value.content {
                case .list(let list): items = list
                case .text(let text) where value.origin.allowsListInText:
                    items = text.split(separator: ",").map { OptionValue(.text(String($0)), origin: value.origin) }
                case .faulty: return nil
                case .null, .text, .map:
                    var value = value
                    value.isSecret = element.isSecret
                    reading.note(.wrongKind, value, "a list belongs here, such as [a, b]", allowed: allowed)
                    return nil
                }
                let before = reading.faults.count
                let elements = items.enumerated().compactMap { index, item in
                    reading.within(.index(index)) { element.read(item, &$0) }
                }
                return reading.faults.count == before ? elements : nil
            },
            write: { OptionValue(.list($0.map(element.write))) })
    }
}

extension OptionType where Value == [String: String] {
    /// Names and texts that somebody else judges. `isSecret` says which are shown nowhere.
    package static func texts(isSecret: @escaping @Sendable (String) -> Bool) -> OptionType<[String: String]> {
        OptionType(
            "a map of names and values",
            read: { value, reading in
                guard let values = reading.map(of: value) else { return nil }
                var texts: [String: String] = [:]
                for entry in reading.entriesOnce(values) {
                    reading.within(.key(entry.name)) { reading in
                        let isSecret = isSecret(entry.name)
                        texts[entry.name] = reading.text(of: entry.value, allowed: "a text", isSecret: isSecret)
                    }
                }
                return texts
            },
            write: { texts in
                let entries = texts.sorted { $0.key < $1.key }.map { name, text in
                    OptionEntry(name, OptionValue(.text(text), isSecret: isSecret(name)))
                }
                return OptionValue(.map(OptionValues(entries: entries)))
            })
    }
}

extension OptionType where Value == OptionValues {
    /// Values that get their types later, from another table.
    package static var untyped: OptionType<OptionValues> {
        OptionType(
            "a map of options",
            read: { value, reading in reading.map(of: value) },
            write: { OptionValue(.map($0)) })
    }
}

extension OptionReading {
    /// The value's map, empty for no value, or nil and a fault.
    mutating func map(of value: OptionValue, allowed: String = "NAME: VALUE, one a line") -> OptionValues? {
        switch value.content {
        case .map(let values): return values
        case .null: return OptionValues()
        case .text, .list: note(.wrongKind, value, "a map belongs here", allowed: allowed)
        case .faulty: break
        }
        return nil
    }

    /// The entries, each name once; a fault for each that stands there again.
    mutating func entriesOnce(_ values: OptionValues) -> [OptionEntry] {
        var first: [String: String] = [:]
        var entries: [OptionEntry] = []
        for entry in values.entries {
            if let place = first[entry.name] {
                note(
                    OptionFault(
                        .duplicateKey, at: OptionPath([.key(entry.name)]), origin: entry.origin,
                        "the key stands here twice, first\(place)"))
            } else {
                first[entry.name] = entry.origin.line.map { " in line \($0)" } ?? ""
                entries.append(entry)
            }
        }
        return entries
    }
}
