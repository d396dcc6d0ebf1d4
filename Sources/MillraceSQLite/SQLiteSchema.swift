#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The tables of a kind of file, and how files of earlier versions become like the latest.
///
/// A file says by `PRAGMA application_id` what kind it is of and by `PRAGMA user_version` how many of the steps were
/// done in it.
package struct SQLiteSchema: Sendable {
    /// Files of the kind have this number.
    package let applicationID: Int32
    /// What files of the kind are called in messages.
    package let kind: String
    /// Each a list of statements. The first makes the tables of version 1 in a new file, each later one brings a file from
    /// the version before. What was released is never changed, only added to.
    package let steps: [String]

    /// The version that a file has once all steps are done.
    package var version: Int { steps.count }

    /// A kind of file.
    package init(applicationID: Int32, kind: String, steps: [String]) {
        self.applicationID = applicationID
        self.kind = kind
        self.steps = steps
    }

    /// Opens the file for writing, or makes it; brings it to the latest version. Several processes may do so at once. What
    /// a connection has committed is on the disk (WAL, `synchronous=FULL`).
    ///
    /// - Parameter patience: how long to wait for a lock of another connection, now and at each statement.
    package func openForWriting(
        _ path: String, patience: Duration = .seconds(5)
    ) throws(SQLiteError) -> SQLiteConnection {
        if access(path, F_OK) != 0 { try checkNoLog(path) }
        let connection = try SQLiteConnection(path: path, access: .write, patience: patience)
        // Before anything is changed: the file may be another program's.
        _ = try foundAtOnce(connection)
        if connection.isReadOnly {
            throw SQLiteError(.readOnly, path: path, "'\(path)' cannot be written: it or its folder may only be read")
        }
        try turnWriteAheadOn(connection, patience)
        try connection.execute("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON")
        try migrate(connection)
        return connection
    }

    /// Opens a file of the latest version for reading. One that has no tables yet is refused as one of another kind.
    package func openForReading(
        _ path: String, patience: Duration = .seconds(5)
    ) throws(SQLiteError) -> SQLiteConnection {
        let connection = try SQLiteConnection(path: path, access: .read, patience: patience)
        guard let found = try foundAtOnce(connection) else { throw otherKind(path) }
        guard found == version else {
            throw SQLiteError(
                .olderSchema, path: path,
                "'\(path)' has version \(found) of the schema, this program reads version \(version); "
                    + "a worker of this version brings it up to date when it starts")
        }
        return connection
    }

    /// A file is made before its log and taken away after it. So a log alone is that of a file that was moved away, and
    /// SQLite would take it for that of the new one.
    private func checkNoLog(_ path: String) throws(SQLiteError) {
        for log in ["\(path)-wal", "\(path)-shm"] where access(log, F_OK) == 0 {
            throw SQLiteError(
                .logWithoutFile, path: path,
                "'\(path)' is not there, but '\(log)' is: the file was moved away while it was open; stop every worker that "
                    + "has it open, and move '\(path)-wal' and '\(path)-shm' to where it is now")
        }
    }

    // MARK: Versions

    /// What `found` answers, of one state of the file: between two of its questions another process could make the tables.
    private func foundAtOnce(_ connection: borrowing SQLiteConnection) throws(SQLiteError) -> Int? {
        try connection.reading { () throws(SQLiteError) in try found(connection) }
    }

    /// The version of the file; nil for a new one. Throws for one that is not to be touched. Called within a transaction.
    private func found(_ connection: borrowing SQLiteConnection) throws(SQLiteError) -> Int? {
        let kind = try connection.integer("PRAGMA application_id")
        let found = Int(try connection.integer("PRAGMA user_version"))
        if kind == 0, found == 0, try connection.integer("SELECT count(*) FROM sqlite_master") == 0 { return nil }
        guard kind == Int64(applicationID) else { throw otherKind(connection.path) }
        guard found <= version else {
            throw SQLiteError(
                .newerSchema, path: connection.path,
                "'\(connection.path)' has version \(found) of the schema, this program knows up to version \(version); "
                    + "use the program that wrote it or a later one, or name another file")
        }
        return found
    }

    private func migrate(_ connection: borrowing SQLiteConnection) throws(SQLiteError) {
        try connection.writing { () throws(SQLiteError) in
            // Looked at again under the lock: another process may have done it meanwhile.
            let done = try found(connection) ?? 0
            for step in steps[done...] { try connection.execute(step) }
            // Also where nothing was to be done: so a file that cannot be written is found now.
            try connection.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
        }
    }

    private func otherKind(_ path: String) -> SQLiteError {
        SQLiteError(
            .otherKind, path: path,
            "'\(path)' is an SQLite database, and not \(kind); name another file, or a path at which there is nothing yet"
        )
    }

    // MARK: Write-ahead log

    private func turnWriteAheadOn(
        _ connection: borrowing SQLiteConnection, _ patience: Duration
    ) throws(SQLiteError) {
        let deadline = ContinuousClock.now + patience
        while true {
            do throws(SQLiteError) {
                let mode = try connection.text("PRAGMA journal_mode = WAL") ?? ""
                if mode == "wal" { return }
                throw SQLiteError(
                    .other, path: connection.path,
                    "'\(connection.path)' cannot have a write-ahead log (its journal stays '\(mode)'); "
                        + "a file on a local disk is needed")
            } catch {
                // Two connections that turn it on at the same time do not wait for each other by themselves.
                guard error.kind == .busy, ContinuousClock.now < deadline else { throw error }
                usleep(5000)
            }
        }
    }
}
