/// Columns for people, line by line: the first rows decide how wide they are, so that any number of rows needs no more
/// memory than those.
struct StreamedTable {
    private static let measured = 100
    private var held: [[String]] = []
    private var widths: [Int]?
    private let headings: [String]
    private let isBold: Bool

    /// - Parameter isBold: whether the headings may be emphasised.
    init(_ headings: [String], isBold: Bool) {
        self.headings = headings
        self.isBold = isBold
    }

    /// Takes a row; answers the lines that are to be written now, each with its line feed.
    mutating func add(_ row: [String]) -> String {
        if let widths { return Self.line(row, widths) }
        held.append(row)
        return held.count == Self.measured ? release() : ""
    }

    /// What is still to be written. Nothing where there was no row.
    mutating func finish() -> String { held.isEmpty ? "" : release() }

    private mutating func release() -> String {
        let rows = [headings] + held
        let widths = headings.indices.map { column in rows.map { TextTable.width($0[column]) }.max() ?? 0 }
        held = []
        self.widths = widths
        let title = Self.line(headings, widths)
        let shown = isBold ? "\u{1B}[1m\(title.dropLast())\u{1B}[0m\n" : title
        return shown + rows.dropFirst().map { Self.line($0, widths) }.joined()
    }

    private static func line(_ row: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in row.enumerated() {
            line += cell
            guard index < row.count - 1 else { break }
            line += String(repeating: " ", count: max(0, widths[index] - TextTable.width(cell)) + 2)
        }
        return line + "\n"
    }
}
