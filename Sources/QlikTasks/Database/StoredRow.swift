package import CloudEvents
package import Millrace
import MillraceSQLite

/// A column of the database as a reader shows it.
struct StoredColumn: Sendable {
    enum Kind: Sendable {
        case text, boolean, integer
        /// JSON text.
        case json
        /// Seconds since 1970; the nanoseconds are the next column.
        case seconds
        case nanoseconds
    }

    /// In the database.
    let name: String
    /// In JSON.
    let member: String
    let kind: Kind

    init(_ name: String, _ member: String, _ kind: Kind = .text) {
        self.name = name
        self.member = member
        self.kind = kind
    }
}

/// A row of the database as a reader shows it.
package struct StoredRow: Sendable {
    let columns: [StoredColumn]
    /// As text, in the order of the columns; nil is NULL.
    let values: [String?]

    init(_ columns: [StoredColumn], _ statement: borrowing SQLiteStatement) {
        self.columns = columns
        values = columns.indices.map { statement.text(Int32($0)) }
    }

    /// A column by its name in the database, as text; nil where it is NULL.
    package subscript(name: String) -> String? {
        columns.firstIndex { $0.name == name }.flatMap { values[$0] }
    }

    /// When the event happened.
    package var time: Timestamp {
        Timestamp(
            seconds: self["time_seconds"].flatMap { Int64($0) } ?? 0,
            nanoseconds: self["time_nanoseconds"].flatMap { Int32($0) } ?? 0)
    }

    /// Appends the row as a JSON object: every column, NULL as `null`.
    package func write(into json: inout JSONWriter) {
        json.beginObject()
        for (column, value) in zip(columns, values) {
            if case .nanoseconds = column.kind { continue }
            json.name(of: column.member)
            guard let value else {
                json.null()
                continue
            }
            switch column.kind {
            case .text: json.string(value)
            case .boolean: json.bool(value != "0")
            case .integer: json.integer(Int64(value) ?? 0)
            case .json: json.raw(value.utf8)
            case .seconds, .nanoseconds: json.string(time.description)
            }
        }
        json.endObject()
    }
}
