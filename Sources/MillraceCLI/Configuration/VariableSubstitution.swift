import Millrace

/// Puts environment variables into the texts of a document: `${NAME}`, `${NAME:-default}` where NAME is unset or empty;
/// `$${` stands for `${` itself. Done after the document was read, so that no variable can change its structure.
struct VariableSubstitution {
    let environment: [String: String]
    private(set) var faults: [OptionFault] = []

    init(environment: [String: String]) { self.environment = environment }

    /// The value with every variable put in; a value with a fault becomes one that says nothing more.
    mutating func substitute(_ value: OptionValue, at path: OptionPath = OptionPath()) -> OptionValue {
        var value = value
        switch value.content {
        case .text(let text) where text.contains("${"):
            switch expand(text) {
            case .success(let expansion):
                value.content = .text(expansion.text)
                value.origin.variables = expansion.variables
            case .failure(var fault):
                fault.path = path
                fault.origin = value.origin
                faults.append(fault)
                value.content = .faulty
            }
        case .list(let items):
            value.content = .list(
                items.enumerated().map { index, item in substitute(item, at: path.appending(index)) })
        case .map(var values):
            for index in values.entries.indices {
                let entry = values.entries[index]
                values.entries[index].value = substitute(entry.value, at: path.appending(entry.name))
            }
            value.content = .map(values)
        case .text, .null, .faulty: break
        }
        return value
    }

    private struct Expansion {
        var text = ""
        var variables: [String] = []
    }

    private func expand(_ text: String) -> Result<Expansion, OptionFault> {
        var expansion = Expansion()
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            let before = rest[..<start.lowerBound]
            if before.hasSuffix("$") {
                expansion.text += before.dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            expansion.text += before
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { return .failure(Self.malformed) }
            let parts = rest[start.upperBound..<end].split(
                separator: ":-", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            let standard = parts.count > 1 ? String(parts[1]) : nil
            guard Self.isName(name), standard?.contains("${") != true else { return .failure(Self.malformed) }
            let found = environment[name]
            if let found, !found.isEmpty || standard == nil {
                expansion.text += found
            } else if let standard {
                expansion.text += standard
            } else {
                return .failure(
                    OptionFault(
                        .unsetVariable, "environment variable \(name) is not set",
                        allowed: "set it, or write ${\(name):-DEFAULT}",
                        suggestion: NearestName.of(name, among: environment.keys.sorted())))
            }
            expansion.variables.append(name)
            rest = rest[rest.index(after: end)...]
        }
        expansion.text += rest
        return .success(expansion)
    }

    private static var malformed: OptionFault {
        OptionFault(
            .invalidValue, "'${' begins a variable that does not end well",
            allowed: "${NAME} or ${NAME:-DEFAULT}; $${ for the characters themselves")
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
