extension OptionPath {
    /// The path of a text such as `routes[1].options.path`, or nil where it is none. Below `kafka` the rest is one name,
    /// dots included.
    package init?(text: String) {
        self.init()
        if text.hasPrefix("kafka.") {
            let property = String(text.dropFirst("kafka.".count))
            guard !property.isEmpty else { return nil }
            self = appending("kafka").appending(property)
            return
        }
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let name = pieces.first, !name.isEmpty else { return nil }
            push(.key(String(name)))
            for piece in pieces.dropFirst() {
                guard piece.hasSuffix("]"), let index = Int(piece.dropLast()), index >= 0 else { return nil }
                push(.index(index))
            }
        }
    }
}

extension OptionValue {
    /// Puts a value in its place, making the maps on the way; in a list the next place may be new. False where
    /// something else stands in the way.
    package mutating func set(_ path: OptionPath, to new: OptionValue) -> Bool {
        set(path.elements[...], to: new)
    }

    private mutating func set(_ path: ArraySlice<OptionPath.Element>, to new: OptionValue) -> Bool {
        guard let first = path.first else {
            self = new
            return true
        }
        switch (first, content) {
        case (.key(let key), .map(var values)):
            var value = values[key] ?? OptionValue(.null, origin: new.origin)
            guard value.set(path.dropFirst(), to: new) else { return false }
            values[key] = value
            content = .map(values)
        case (.key, .null):
            content = .map(OptionValues())
            return set(path, to: new)
        case (.index(let index), .list(var items)) where index <= items.count:
            var value = index < items.count ? items[index] : OptionValue(.null, origin: new.origin)
            guard value.set(path.dropFirst(), to: new) else { return false }
            if index < items.count { items[index] = value } else { items.append(value) }
            content = .list(items)
        case (.index(0), .null):
            content = .list([])
            return set(path, to: new)
        default: return false
        }
        return true
    }

    /// The origin of the nearest value on the way to a path that is there.
    package func nearestOrigin(to path: OptionPath) -> OptionOrigin {
        var nearest = origin
        var value = self
        for element in path.elements {
            switch (element, value.content) {
            case (.key(let key), .map(let values)):
                guard let entry = values.entries.first(where: { $0.name == key }) else { return nearest }
                value = entry.value
            case (.index(let index), .list(let items)) where items.indices.contains(index): value = items[index]
            default: return nearest
            }
            nearest = value.origin
        }
        return nearest
    }
}
