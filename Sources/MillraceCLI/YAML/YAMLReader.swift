import Millrace

/// Reads a YAML document into values that know their place. JSON is YAML.
///
/// A subset, so that a file says what it seems to say: one document, no tags, no merge keys, keys that are texts. Aliases
/// are taken and copied, up to a number of values in all. Whether a text is a number or a boolean is the table's to say.
struct YAMLReader {
    /// Levels of lists and maps.
    static let maximumDepth = 32
    /// Values in a document, copies by aliases counted.
    static let maximumValues = 20_000

    private let file: String
    private let parser: YAMLParser
    private var anchors: [String: (value: OptionValue, count: Int)] = [:]
    private var count = 0

    private init(file: String, parser: YAMLParser) {
        self.file = file
        self.parser = parser
    }

    /// The document's value; an empty document is an empty map.
    ///
    /// - Parameter file: the name by which faults call the text.
    static func read(_ bytes: [UInt8], file: String) throws(OptionFault) -> OptionValue {
        do {
            var reader = YAMLReader(file: file, parser: try YAMLParser(bytes))
            return try reader.document()
        } catch {
            throw OptionFault(
                .syntax, origin: .file(file, line: error.position.line, column: error.position.column), error.problem,
                allowed: error.allowed)
        }
    }

    private mutating func document() throws(YAMLFault) -> OptionValue {
        var value = OptionValue(.map(OptionValues()), origin: .file(file, line: 1, column: 1))
        var documents = 0
        while true {
            let (event, position) = try parser.next()
            switch event {
            case .streamStart, .documentEnd: continue
            case .streamEnd: return value
            case .documentStart:
                documents += 1
                if documents > 1 {
                    throw YAMLFault(
                        position: position, problem: "a second document is not taken", allowed: "one document a file")
                }
                let (first, position) = try parser.next()
                value = try self.value(first, position, depth: 0)
            case .scalar, .alias, .listStart, .listEnd, .mapStart, .mapEnd:
                throw YAMLFault(position: position, problem: "not YAML: a value outside the document")
            }
        }
    }

    private mutating func value(
        _ event: YAMLEvent, _ position: YAMLPosition, depth: Int
    ) throws(YAMLFault) -> OptionValue {
        try add(1, at: position)
        if depth > Self.maximumDepth {
            throw YAMLFault(
                position: position, problem: "nested too deep", allowed: "\(Self.maximumDepth) levels")
        }
        let before = count
        let content: OptionValue.Content
        let anchor: String?
        switch event {
        case .scalar(let text, let isPlain, let name):
            content = isPlain && ["", "~", "null", "Null", "NULL"].contains(text) ? .null : .text(text)
            anchor = name
        case .listStart(let name):
            content = .list(try items(depth: depth))
            anchor = name
        case .mapStart(let name):
            content = .map(OptionValues(entries: try entries(depth: depth)))
            anchor = name
        case .alias(let name):
            guard let target = anchors[name] else {
                throw YAMLFault(
                    position: position,
                    problem: "no anchor of this name before, found '*\(OptionValue.printable(name))'")
            }
            try add(target.count, at: position)
            return target.value
        case .listEnd, .mapEnd, .documentStart, .documentEnd, .streamStart, .streamEnd:
            throw YAMLFault(position: position, problem: "not YAML: a value is missing")
        }
        let value = OptionValue(content, origin: origin(position))
        if let anchor { anchors[anchor] = (value, count - before + 1) }
        return value
    }

    private mutating func items(depth: Int) throws(YAMLFault) -> [OptionValue] {
        var items: [OptionValue] = []
        while true {
            let (event, position) = try parser.next()
            if case .listEnd = event { return items }
            items.append(try value(event, position, depth: depth + 1))
        }
    }

    private mutating func entries(depth: Int) throws(YAMLFault) -> [OptionEntry] {
        var entries: [OptionEntry] = []
        while true {
            let (event, position) = try parser.next()
            switch event {
            case .mapEnd: return entries
            case .scalar("<<", isPlain: true, _):
                throw YAMLFault(
                    position: position, problem: "a merge key is not taken", allowed: "the keys themselves")
            case .scalar(let name, _, anchor: nil):
                let (event, valuePosition) = try parser.next()
                var value = try value(event, valuePosition, depth: depth + 1)
                switch value.content {
                // What is wrong with the whole of it is said where its key stands, not at its first line.
                case .list, .map: value.origin = origin(position)
                case .null, .text, .faulty: break
                }
                entries.append(OptionEntry(name, value, origin: origin(position)))
            default:
                throw YAMLFault(position: position, problem: "a key is a text", allowed: "KEY: VALUE")
            }
        }
    }

    private mutating func add(_ values: Int, at position: YAMLPosition) throws(YAMLFault) {
        count += values
        if count > Self.maximumValues {
            throw YAMLFault(position: position, problem: "too many values", allowed: "\(Self.maximumValues) a file")
        }
    }

    private func origin(_ position: YAMLPosition) -> OptionOrigin {
        .file(file, line: position.line, column: position.column)
    }
}
