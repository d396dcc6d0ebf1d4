/// Reads Prometheus's text format strictly: every line is HELP, TYPE or a sample of the family that stands above it.
struct MetricsText {
    struct Fault: Error { let line: String }
    struct Series: Hashable {
        var name: String
        var labels: [String: String]
    }

    private(set) var values: [Series: Double] = [:]
    private(set) var types: [String: String] = [:]
    private(set) var help: [String: String] = [:]

    init(_ bytes: [UInt8]) throws(Fault) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.isEmpty || text.hasSuffix("\n") else { throw Fault(line: "no newline at the end") }
        var family = ""
        for line in text.split(separator: "\n") {
            let line = String(line)
            if line.hasPrefix("# HELP ") {
                let words = line.split(separator: " ", maxSplits: 3)
                guard words.count == 4, help.updateValue(String(words[3]), forKey: String(words[2])) == nil else {
                    throw Fault(line: line)
                }
                family = String(words[2])
            } else if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                guard words.count == 4, words[2] == family, ["counter", "gauge"].contains(words[3]) else {
                    throw Fault(line: line)
                }
                types[family] = String(words[3])
            } else {
                let (series, value) = try Self.sample(line)
                guard series.name == family, types[family] != nil, values.updateValue(value, forKey: series) == nil
                else {
                    throw Fault(line: line)
                }
            }
        }
    }

    subscript(name: String, labels: [String: String]) -> Double? { values[Series(name: name, labels: labels)] }
    subscript(name: String) -> Double? { self[name, [:]] }

    func series(_ name: String) -> [Series] { values.keys.filter { $0.name == name } }

    private static func sample(_ line: String) throws(Fault) -> (Series, Double) {
        var rest = Substring(line)
        func take(while allowed: (Character) -> Bool) -> String {
            let taken = rest.prefix(while: allowed)
            rest = rest.dropFirst(taken.count)
            return String(taken)
        }
        func expect(_ character: Character) throws(Fault) {
            guard rest.first == character else { throw Fault(line: line) }
            rest = rest.dropFirst()
        }
        func isNamePart(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber || character == "_")
        }
        let name = take(while: isNamePart)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            repeat {
                rest = rest.dropFirst()
                let label = take(while: isNamePart)
                try expect("=")
                try expect("\"")
                var value = ""
                while let character = rest.first, character != "\"" {
                    rest = rest.dropFirst()
                    guard character == "\\" else {
                        value.append(character)
                        continue
                    }
                    switch rest.first {
                    case "n": value.append("\n")
                    case "\\": value.append("\\")
                    case "\"": value.append("\"")
                    default: throw Fault(line: line)
                    }
                    rest = rest.dropFirst()
                }
                try expect("\"")
                guard labels.updateValue(value, forKey: label) == nil else { throw Fault(line: line) }
            } while rest.first == ","
            try expect("}")
        }
        try expect(" ")
        guard !name.isEmpty, let value = Double(rest) else { throw Fault(line: line) }
        return (Series(name: name, labels: labels), value)
    }
}
