import MillraceCSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A connection to a database file.
///
/// Every call blocks, for a lock as long as the connection was told to wait. A value cannot be copied, and whatever
/// changes it needs it exclusively; so it may move between threads.
package struct SQLiteConnection: ~Copyable, @unchecked Sendable {
    // Sendable: SQLite itself serialises the calls of one connection (SQLITE_OPEN_FULLMUTEX).

    /// What the connection may do.
    package enum Access: Sendable {
        /// Read a file that is there.
        case read
        /// Read and write, and make the file where there is none.
        case write
    }

    /// The file as given.
    package let path: String
    private let handle: OpaquePointer

    /// Opens the file. SQLite looks into it no sooner than at the first statement.
    ///
    /// - Parameter patience: how long a statement waits for a lock of another connection, whole milliseconds.
    package init(path: String, access: Access, patience: Duration = .seconds(5)) throws(SQLiteError) {
        self.path = path
        let flags =
            switch access {
            case .read: SQLITE_OPEN_READONLY
            case .write: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        var opened: OpaquePointer?
        let status = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let opened else {
            throw SQLiteError(code: status, message: String(cString: sqlite3_errstr(status)), path: path)
        }
        guard status == SQLITE_OK else {
            var error = Self.error(of: opened, path)
            if error.kind == .cannotOpen, case .write = access {
                error = Self.error(of: opened, path, systemError: Self.obstacle(path))
            }
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        let milliseconds = patience / .milliseconds(1)
        sqlite3_busy_timeout(opened, Int32(min(max(milliseconds, 0), 86_400_000)))
    }

    deinit {
        if hasMoved {
            // The last one to close takes the log away by its name, which may be that of another file's log by now. What
            // is in it goes into the file, and the log stays.
            sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
            millrace_sqlite_keep_log_on_close(handle)
        }
        // Statements may outlive the connection: then it is closed with the last of them.
        sqlite3_close_v2(handle)
    }

    /// Runs statements that take no values and whose rows nobody wants.
    package func execute(_ sql: String) throws(SQLiteError) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error() }
    }

    /// Makes a statement of exactly one.
    package func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        var made: OpaquePointer?
        let status = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
        guard status == SQLITE_OK else { throw error() }
        guard let made else {
            throw SQLiteError(code: SQLITE_MISUSE, message: "there is no statement in the text", path: path)
        }
        return SQLiteStatement(made, path: path)
    }

    /// The first column of a query's first row; nil where there is no row or it is NULL.
    package func text(_ sql: String) throws(SQLiteError) -> String? {
        var query = try prepare(sql)
        return try query.step() ? query.text(0) : nil
    }

    /// The first column of a query's first row, as a number; 0 where there is none.
    package func integer(_ sql: String) throws(SQLiteError) -> Int64 {
        var query = try prepare(sql)
        return try query.step() ? query.integer(0) ?? 0 : 0
    }

    /// Does something as a whole or not at all, on the disk when this returns. Takes the write lock at the start, so that
    /// no statement of the body waits for one, or fails for one after others were done.
    package func writing<Result>(_ body: () throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
        try transaction("BEGIN IMMEDIATE", body)
    }

    /// Reads several things of one state of the file, whatever others write meanwhile.
    package func reading<Result>(_ body: () throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
        try transaction("BEGIN", body)
    }

    private func transaction<Result>(
        _ begin: String, _ body: () throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result {
        try execute(begin)
        do throws(SQLiteError) {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            // Some failures have ended the transaction already; a rollback that fails leaves nothing written either.
            if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// How many rows the last statement inserted, changed or deleted.
    package var changes: Int { Int(sqlite3_changes(handle)) }

    /// Whether the connection was refused the right to write that it asked for.
    package var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

    /// Whether the file at the path is no longer the one that was opened: it was renamed, removed or replaced. What is
    /// written then is lost to whoever looks at the path.
    package var hasMoved: Bool {
        var moved: Int32 = 0
        let status = sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved)
        return status == SQLITE_OK && moved != 0
    }

    /// What to say where ``hasMoved``; nil where the file is in its place.
    package var displacement: SQLiteError? {
        guard hasMoved else { return nil }
        return SQLiteError(
            .moved, path: path,
            "'\(path)' was moved away or replaced while it was open; move it back, or stop every worker that has it open "
                + "and start them again")
    }

    private func error() -> SQLiteError { Self.error(of: handle, path) }

    /// Why the system does not let a file be opened for writing. SQLite tries for reading then, and keeps the error number
    /// of that.
    ///
    /// Asked without opening it: closing a file takes away all locks that the process has on it, also those of other
    /// connections.
    private static func obstacle(_ path: String) -> Int32 {
        var status = stat()
        if stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { return EISDIR }
            return access(path, R_OK | W_OK) == 0 ? 0 : errno
        }
        guard errno == ENOENT else { return errno }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        return access(folder, W_OK | X_OK) == 0 ? 0 : errno
    }

    private static func error(of handle: OpaquePointer, _ path: String, systemError: Int32? = nil) -> SQLiteError {
        let code = sqlite3_extended_errcode(handle)
        let system = systemError ?? sqlite3_system_errno(handle)
        return SQLiteError(
            code: code, message: String(cString: sqlite3_errmsg(handle)), path: path,
            systemMessage: system == 0 ? nil : String(cString: strerror(system)))
    }
}
