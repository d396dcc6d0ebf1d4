import Millrace

/// Lines of YAML by the paths of their keys, with comments beside or above.
struct YAMLLines {
    private var lines: [(text: String, comment: String)] = []
    /// The keys and places under which the last line stands.
    private var last: [OptionPath.Element] = []

    /// A comment on lines of its own above a path's key.
    mutating func comment(_ text: String, at path: OptionPath = OptionPath()) {
        open(path)
        let indent = indent(of: path.elements)
        for line in HelpText.lines(of: text, width: 98 - indent.count) { lines.append(("\(indent)# \(line)", "")) }
    }

    mutating func blank() { lines.append(("", "")) }

    /// A key with its value, and the lines of the keys around it where they were not there before.
    mutating func value(_ text: String, at path: OptionPath, comment: String = "") {
        open(path)
        add(path.elements, text: " \(text)", comment: comment)
    }

    /// A key under which nothing may stand yet.
    mutating func section(at path: OptionPath) {
        open(path)
        if !last.starts(with: path.elements) { add(path.elements, text: "", comment: "") }
    }

    /// A key that is commented out.
    mutating func commentedOut(_ text: String, at path: OptionPath, comment: String = "") {
        open(path)
        guard case .key(let key) = path.elements.last else { return }
        lines.append(("\(indent(of: path.elements))# \(key):\(text.isEmpty ? "" : " \(text)")", comment))
    }

    /// Lines for the keys around a path.
    private mutating func open(_ path: OptionPath) {
        for count in path.elements.indices.dropFirst() {
            let parent = Array(path.elements[..<count])
            if case .key = parent.last, !last.starts(with: parent) { add(parent, text: "", comment: "") }
        }
    }

    private mutating func add(_ path: [OptionPath.Element], text: String, comment: String) {
        guard case .key(let key) = path.last else { return }
        let dash = isFirstOfItem(path) ? "- " : ""
        lines.append(("\(indent(of: path))\(dash)\(OptionValue(key).inlineText):\(text)", comment))
        last = path
    }

    /// Two columns for each key and each place in a list around it; the first key of an item leaves room for the dash.
    private func indent(of path: [OptionPath.Element]) -> String {
        String(repeating: "  ", count: max(path.count - (isFirstOfItem(path) ? 2 : 1), 0))
    }

    private func isFirstOfItem(_ path: [OptionPath.Element]) -> Bool {
        guard path.count > 1, case .index = path[path.count - 2] else { return false }
        return !last.starts(with: path.dropLast())
    }

    /// The text, comments beside in one column.
    var text: String {
        let width = lines.filter { !$0.comment.isEmpty }.map(\.text.count).filter { $0 <= 56 }.max() ?? 0
        return lines.map { line in
            if line.comment.isEmpty { return line.text + "\n" }
            return line.text + String(repeating: " ", count: max(width - line.text.count, 0)) + "  # \(line.comment)\n"
        }.joined()
    }
}
