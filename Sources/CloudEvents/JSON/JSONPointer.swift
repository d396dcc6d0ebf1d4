/// JSON pointers (RFC 6901), made only when something is at fault.
package enum JSONPointer {
    /// The pointer to the value that starts at an offset of checked text, behind a given root. One pass, no recursion.
    ///
    /// If no value starts there, the pointer to the innermost one around it.
    package static func locate(_ offset: Int, in text: ByteView, root: String) -> String {
        guard let base = text.start, text.count > 0 else { return root }
        var scanner = JSONScanner(base: base, count: text.count)
        let target = base + min(max(0, offset), text.count)
        var steps: [Step] = []
        var position = scanner.skipWhitespace(base)

        walk: while position < target {
            // At the start of a value that is not the target.
            let byte = scanner.peek(position)
            if byte == Ascii.openBrace || byte == Ascii.openBracket {
                let isObject = byte == Ascii.openBrace
                position = scanner.skipWhitespace(position + 1)
                guard scanner.peek(position) == (isObject ? Ascii.closeBrace : Ascii.closeBracket) else {
                    steps.append(isObject ? .member(position) : .index(0))
                    if isObject, !enter(&position, &scanner) { break }
                    continue
                }
                if position >= target { break }
                position += 1
            } else {
                guard let after = scanner.skipValue(position, depth: 0) else { break }
                if after > target { break }
                position = after
            }
            while true {
                position = scanner.skipWhitespace(position)
                guard position < target, let last = steps.last else { break walk }
                if scanner.peek(position) == Ascii.comma {
                    position = scanner.skipWhitespace(position + 1)
                    steps[steps.count - 1] = last.next(position)
                    if case .member = last, !enter(&position, &scanner) { break walk }
                    continue walk
                }
                position += 1
                steps.removeLast()
            }
        }
        return root + render(steps)
    }

    /// The pointer with one more step to a member.
    package static func appending(_ name: String, to pointer: String) -> String {
        bounded(pointer + "/" + escaped(name))
    }

    private enum Step {
        /// A member whose name's quote is there.
        case member(BytePointer)
        case index(Int)

        func next(_ position: BytePointer) -> Step {
            switch self {
            case .member: .member(position)
            case .index(let index): .index(index + 1)
            }
        }
    }

    /// From a member's name to its value.
    private static func enter(_ position: inout BytePointer, _ scanner: inout JSONScanner) -> Bool {
        guard scanner.peek(position) == Ascii.quote, let after = scanner.skipString(position + 1) else { return false }
        position = scanner.skipWhitespace(after)
        guard scanner.peek(position) == Ascii.colon else { return false }
        position = scanner.skipWhitespace(position + 1)
        return true
    }

    private static func render(_ steps: [Step]) -> String {
        var pointer = ""
        for step in steps {
            switch step {
            case .member(let quote):
                pointer += "/" + escaped(JSONText.string(JSONText.content(at: quote + 1), hasEscapes: true))
            case .index(let index): pointer += "/\(index)"
            }
            if pointer.utf8.count > limit { break }
        }
        return bounded(pointer)
    }

    private static func escaped(_ name: String) -> String {
        var escaped = ""
        for character in name.unicodeScalars.prefix(64) {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return name.unicodeScalars.count > 64 ? escaped + "…" : escaped
    }

    /// Pointers go into headers and metrics; names in data may have any length.
    private static let limit = 256

    private static func bounded(_ pointer: String) -> String {
        guard pointer.utf8.count > limit else { return pointer }
        var cut = ""
        for character in pointer.unicodeScalars {
            guard cut.utf8.count + UTF8.width(character) <= limit - 3 else { break }
            cut.unicodeScalars.append(character)
        }
        return cut + "…"
    }
}
