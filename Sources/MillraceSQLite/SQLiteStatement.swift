import MillraceCSQLite

/// A prepared statement: values are bound one after the other, then it runs; then it can be used again.
package struct SQLiteStatement: ~Copyable, @unchecked Sendable {
    // Sendable: SQLite itself serialises the calls of one connection, and of a statement there is one owner.

    private let handle: OpaquePointer
    private let path: String
    /// The parameter that was bound last, from 1.
    private var position: Int32 = 0

    init(_ handle: OpaquePointer, path: String) {
        self.handle = handle
        self.path = path
    }

    deinit { sqlite3_finalize(handle) }

    // MARK: Values

    /// Binds the next parameter to a number, or to NULL.
    package mutating func bind(_ value: Int64?) throws(SQLiteError) {
        position += 1
        try check(value.map { sqlite3_bind_int64(handle, position, $0) } ?? sqlite3_bind_null(handle, position))
    }

    /// Binds the next parameter to 1, 0 or NULL.
    package mutating func bind(_ value: Bool?) throws(SQLiteError) {
        try bind(value.map { $0 ? Int64(1) : 0 })
    }

    /// Binds the next parameter to a text, or to NULL. The text is copied.
    package mutating func bind(_ text: String?) throws(SQLiteError) {
        guard var text else { return try bind(nil as Int64?) }
        position += 1
        try check(text.withUTF8 { bindText(UnsafeRawBufferPointer($0)) })
    }

    /// Binds the next parameter to bytes that are UTF-8. They are copied.
    package mutating func bind(utf8 bytes: UnsafeRawBufferPointer) throws(SQLiteError) {
        position += 1
        try check(bindText(bytes))
    }

    private func bindText(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
        // Without an address SQLite would take it for NULL.
        guard let start = bytes.baseAddress else { return millrace_sqlite_bind_text(handle, position, "", 0) }
        return millrace_sqlite_bind_text(handle, position, start.assumingMemoryBound(to: CChar.self), count)
    }

    // MARK: Running

    /// Runs a statement that gives no rows, and makes it ready to be used again.
    package mutating func run() throws(SQLiteError) {
        defer { reset() }
        _ = try step()
    }

    /// Goes to the next row; false: there is none, or no more.
    package mutating func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let status: throw error(status)
        }
    }

    /// Makes the statement ready to be used again; unbound parameters are NULL.
    package mutating func reset() {
        position = 0
        // Its result is that of the last step, which was said already.
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    // MARK: Columns of the row at hand, from 0

    /// How many columns a row has.
    package var columns: Int32 { sqlite3_column_count(handle) }

    /// A column as text; nil where it is NULL.
    package func text(_ column: Int32) -> String? {
        guard let start = sqlite3_column_text(handle, column) else { return nil }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A column as a number; nil where it is NULL.
    package func integer(_ column: Int32) -> Int64? {
        guard sqlite3_column_type(handle, column) != SQLITE_NULL else { return nil }
        return sqlite3_column_int64(handle, column)
    }

    // MARK: Errors

    private func check(_ status: Int32) throws(SQLiteError) {
        if status != SQLITE_OK { throw error(status) }
    }

    private func error(_ status: Int32) -> SQLiteError {
        let connection = sqlite3_db_handle(handle)
        // The connection's words are about its last failed call, which may be none if a size was refused here.
        let isItsOwn = sqlite3_extended_errcode(connection) == status
        let words = isItsOwn ? sqlite3_errmsg(connection) : sqlite3_errstr(status)
        return SQLiteError(code: status, message: words.map { String(cString: $0) } ?? "", path: path)
    }
}
