import Millrace

/// A page for people: titles, and below them names with values.
struct PageText {
    private(set) var text = ""
    private let isBold: Bool
    private static let nameWidth = 14

    /// - Parameter isBold: whether titles may be emphasised.
    init(isBold: Bool) { self.isBold = isBold }

    mutating func title(_ title: String) {
        text += isBold ? "\u{1B}[1m\(title)\u{1B}[0m\n" : title + "\n"
    }

    /// A name and its value; nothing where there is none. The value is made fit for a terminal.
    mutating func field(_ name: String, _ value: String?) {
        guard let value else { return }
        let padding = String(repeating: " ", count: max(0, Self.nameWidth - TextTable.width(name)))
        text += "  \(name)\(padding)  \(LogEscape.line(value))\n"
    }

    /// Lines that are fit for a terminal already.
    mutating func lines(_ lines: [String]) {
        for line in lines { text += "  \(line)\n" }
    }
}
