/// The paths of changes. Their syntax is not documented; a JSON pointer, a JSONPath of names and indexes, and a bare
/// name are all read.
enum ChangePath {
    /// The JSON pointer (RFC 6901) for a path: `/enabled` for `/enabled`, `#/enabled`, `$.enabled`, `$['enabled']` and
    /// `enabled`; the empty pointer, which is the whole task, for no text and for `$`. What is none of these becomes the
    /// name of one member as it is.
    static func normalised(_ path: String) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return path }
        if path.hasPrefix("#/") { return String(path.dropFirst()) }
        if path.isEmpty || path == "#" || path == "$" { return "" }
        var steps = Steps(path)
        return steps.read() ?? "/" + Steps.escaped(path.utf8)
    }

    /// Reads `$.a.b[0]['c']`, with or without `$` or a leading dot, or `a/b`.
    private struct Steps {
        private var rest: Substring.UTF8View
        private var pointer = ""

        init(_ path: String) {
            rest = path[...].utf8
        }

        /// The pointer, or nil if the path is written otherwise.
        mutating func read() -> String? {
            let isRooted = take("$")
            if !isRooted, rest.first != UInt8(ascii: "[") {
                if rest.first != UInt8(ascii: "."), rest.contains(UInt8(ascii: "/")) {
                    return "/" + String(decoding: rest, as: UTF8.self)
                }
                _ = take(".")
                guard name() else { return nil }
            }
            while !rest.isEmpty {
                guard take(".") ? name() : bracket() else { return nil }
            }
            return pointer
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// A name up to the next dot or bracket.
        private mutating func name() -> Bool {
            let name = rest.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }
            guard !name.isEmpty else { return false }
            append(name)
            return true
        }

        /// `[0]`, `['name']` or `["name"]`.
        private mutating func bracket() -> Bool {
            guard take("["), let first = rest.first else { return false }
            guard first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") else {
                let index = rest.prefix { $0 &- UInt8(ascii: "0") < 10 }
                guard !index.isEmpty else { return false }
                append(index)
                return take("]")
            }
            rest = rest.dropFirst()
            let name = rest.prefix { $0 != first }
            // Names with quotes or backslashes in them are not worth their rules.
            guard !name.contains(UInt8(ascii: "\\")) else { return false }
            append(name)
            guard rest.first == first else { return false }
            rest = rest.dropFirst()
            return take("]")
        }

        private mutating func append(_ step: Substring.UTF8View) {
            pointer += "/" + Self.escaped(step)
            rest = rest[step.endIndex...]
        }

        /// A name as a step of a pointer.
        static func escaped(_ step: some Sequence<UInt8>) -> String {
            var bytes: [UInt8] = []
            for byte in step {
                switch byte {
                case UInt8(ascii: "~"): bytes.append(contentsOf: "~0".utf8)
                case UInt8(ascii: "/"): bytes.append(contentsOf: "~1".utf8)
                default: bytes.append(byte)
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
