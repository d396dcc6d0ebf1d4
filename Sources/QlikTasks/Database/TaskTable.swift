import MillraceSQLite

/// A table of the database, and how an event changes it.
protocol TaskTable: ~Copyable, Sendable {
    /// Prepares the statements.
    init(_ connection: borrowing SQLiteConnection) throws(SQLiteError)
    /// Does what the event says, inside a transaction. The same event again, or events in another order, end in the same
    /// rows.
    mutating func write(_ entry: TaskEntry, _ connection: borrowing SQLiteConnection) throws(SQLiteError)
}
