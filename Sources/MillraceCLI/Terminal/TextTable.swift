/// Lines up columns for people.
struct TextTable {
    /// To which side the columns after the first are set; that stands to the left.
    enum Side { case left, right }

    private var rows: [[String]] = []
    private let side: Side

    /// A table with a line of headings. Numbers belong to the right, texts to the left.
    init(_ headings: [String], _ side: Side = .right) {
        rows = [headings]
        self.side = side
    }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// The lines, each with so many blanks before it.
    func lines(indent: Int = 2) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? Self.width($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - Self.width(cell))
                return column == 0 || side == .left ? cell + padding : padding + cell
            }
            let line = String(repeating: " ", count: indent) + cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// Characters as a terminal shows them, near enough: wide ones of East Asia count twice.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { width, scalar in
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
                0xFF00...0xFF60, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                width + 2
            default: scalar.properties.generalCategory == .nonspacingMark ? width : width + 1
            }
        }
    }
}

extension Int {
    /// The number with a comma between groups of three digits.
    var grouped: String {
        var digits = String(magnitude)
        var groups: [String] = []
        while digits.utf8.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (self < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }
}
