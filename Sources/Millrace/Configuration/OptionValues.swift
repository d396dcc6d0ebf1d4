/// Values by name, in order: a route's `options:` as they stand in the file, or as a program sets them.
///
/// `route.options = ["path": "events.jsonl", "sync": true]`
public struct OptionValues: Sendable, ExpressibleByDictionaryLiteral {
    /// In the order of the file. A name that stands there twice is here twice: reading it is a fault.
    package var entries: [OptionEntry]

    /// None.
    public init() { entries = [] }
    /// Each value as it would be written in the file.
    public init(_ values: [String: String]) {
        entries = values.sorted { $0.key < $1.key }.map { OptionEntry($0.key, OptionValue($0.value)) }
    }
    /// In the order of the literal.
    public init(dictionaryLiteral elements: (String, OptionValue)...) {
        entries = elements.map { OptionEntry($0.0, $0.1) }
    }

    package init(entries: [OptionEntry]) { self.entries = entries }

    /// The first value of the name.
    public subscript(name: String) -> OptionValue? {
        get { entries.first { $0.name == name }?.value }
        set {
            guard let newValue else { return entries.removeAll { $0.name == name } }
            if let index = entries.firstIndex(where: { $0.name == name }) {
                entries[index].value = newValue
            } else {
                entries.append(OptionEntry(name, newValue, origin: newValue.origin))
            }
        }
    }

    /// The value at the path, or nil.
    package subscript(path path: OptionPath) -> OptionValue? {
        var value = OptionValue(.map(self))
        for element in path.elements {
            switch (element, value.content) {
            case (.key(let key), .map(let values)):
                guard let next = values[key] else { return nil }
                value = next
            case (.index(let index), .list(let list)) where list.indices.contains(index): value = list[index]
            default: return nil
            }
        }
        return value
    }
}

/// One name and its value.
package struct OptionEntry: Sendable {
    package var name: String
    package var value: OptionValue
    /// Where the name stands.
    package var origin: OptionOrigin

    package init(_ name: String, _ value: OptionValue, origin: OptionOrigin = .program) {
        self.name = name
        self.value = value
        self.origin = origin
    }
}
