import Millrace
import QlikTasks

/// Rows of a task database, printed.
enum StoredRows {
    private static let limit = 64

    /// A column fit for a terminal; `-` for NULL.
    static func text(_ value: String?) -> String {
        value.map { PrintableText.of(Array($0.utf8), limit: limit) } ?? "-"
    }

    /// A JSON array, an object a row on a line of its own.
    static func writeJSON(to output: TextOutput, _ rows: ((StoredRow) throws -> Void) throws -> Void) throws {
        var isFirst = true
        try rows { row in
            var json = JSONWriter()
            row.write(into: &json)
            try output.write(isFirst ? "[\n" : ",\n")
            isFirst = false
            try json.take().withUnsafeBytes { try output.write($0) }
        }
        try output.writeLine(isFirst ? "[]" : "\n]")
    }
}
