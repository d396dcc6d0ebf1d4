import MillraceSQLite
import MillraceTesting
import Testing

@Suite struct SQLiteConnectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("sqlite") }

    private func open(_ name: String = "a.db", patience: Duration = .zero) throws -> SQLiteConnection {
        try SQLiteConnection(path: folder.path(name), access: .write, patience: patience)
    }

    @Test func valuesComeBackAsTheyWere() throws {
        let connection = try open()
        try connection.execute("CREATE TABLE t (a, b)")
        var insert = try connection.prepare("INSERT INTO t VALUES (?, ?)")
        let texts: [String?] = ["", nil, "plain", "nul\u{0}inside", "é 🦆", String(repeating: "x", count: 100_000)]
        for text in texts {
            try insert.bind(text)
            try insert.bind(utf8: UnsafeRawBufferPointer(start: nil, count: 0))
            try insert.run()
            #expect(connection.changes == 1)
        }
        var query = try connection.prepare("SELECT a, b, typeof(b) FROM t ORDER BY rowid")
        for text in texts {
            #expect(try query.step())
            #expect(query.text(0) == text)
            #expect(query.text(1) == "")
            #expect(query.text(2) == "text")
        }
        #expect(try !query.step())

        let numbers: [Int64?] = [0, .min, .max, nil]
        try connection.execute("DELETE FROM t")
        for number in numbers {
            try insert.bind(number)
            try insert.bind(number.map { $0 != 0 })
            try insert.run()
        }
        query.reset()
        for number in numbers {
            #expect(try query.step())
            #expect(query.integer(0) == number)
            #expect(query.integer(1) == number.map { $0 == 0 ? 0 : 1 })
        }
    }

    @Test func aStatementThatIsUsedAgainForgetsItsValues() throws {
        let connection = try open()
        try connection.execute("CREATE TABLE t (a, b)")
        var insert = try connection.prepare("INSERT INTO t VALUES (?, ?)")
        try insert.bind("a")
        try insert.bind("b")
        try insert.run()
        try insert.bind("only a")
        try insert.run()
        #expect(try connection.integer("SELECT count(*) FROM t WHERE b IS NULL") == 1)
    }

    @Test func aTransactionIsWholeOrNothing() throws {
        let connection = try open()
        try connection.execute("CREATE TABLE t (a PRIMARY KEY)")
        let error = #expect(throws: SQLiteError.self) {
            try connection.writing { () throws(SQLiteError) in
                try connection.execute("INSERT INTO t VALUES (1)")
                try connection.execute("INSERT INTO t VALUES (1)")
            }
        }
        #expect(error?.kind == .constraint)
        #expect(try connection.integer("SELECT count(*) FROM t") == 0)
        // The connection is free for the next.
        try connection.writing { () throws(SQLiteError) in try connection.execute("INSERT INTO t VALUES (1)") }
        #expect(try connection.integer("SELECT count(*) FROM t") == 1)
    }

    @Test func aLockOfAnotherConnectionIsBusy() throws {
        let holder = try open()
        try holder.execute("CREATE TABLE t (a)")
        let other = try open()
        try holder.execute("BEGIN IMMEDIATE")
        let error = #expect(throws: SQLiteError.self) {
            try other.writing { () throws(SQLiteError) in try other.execute("INSERT INTO t VALUES (1)") }
        }
        #expect(error?.kind == .busy)
        #expect(error?.mayPass == true)
        #expect(
            error?.description
                == "'\(folder.path("a.db"))' is locked by another process that does not let go of it "
                + "(SQLite: database is locked, 5)")
        try holder.execute("ROLLBACK")
        try other.writing { () throws(SQLiteError) in try other.execute("INSERT INTO t VALUES (1)") }
    }

    @Test func aFileThatMayNotGrowIsFullAndKeepsWhatItHas() throws {
        let connection = try open()
        try connection.execute("CREATE TABLE t (a); PRAGMA max_page_count = 4; INSERT INTO t VALUES ('kept')")
        let error = #expect(throws: SQLiteError.self) {
            try connection.writing { () throws(SQLiteError) in
                try connection.execute("INSERT INTO t VALUES ('lost'), (zeroblob(100000))")
            }
        }
        #expect(error?.kind == .full)
        #expect(error?.mayPass == true)
        #expect(error?.description.contains("cannot grow: the disk is full, or the file has its largest size") == true)
        #expect(try connection.text("SELECT group_concat(a) FROM t") == "kept")
    }

    @Test func aFileOfAnotherKindIsNoDatabase() throws {
        try folder.write(Array("just notes, and quite a number of them, more than a header has".utf8), to: "notes")
        let connection = try open("notes")
        let error = #expect(throws: SQLiteError.self) { try connection.integer("PRAGMA user_version") }
        #expect(error?.kind == .notADatabase)
        #expect(error?.mayPass == false)
        #expect(error?.description.contains("is no SQLite database; name another file") == true)
    }

    @Test func aMissingFolderIsSaidInTheSystemsWords() throws {
        let error = #expect(throws: SQLiteError.self) {
            _ = try SQLiteConnection(path: folder.path("no/a.db"), access: .write)
        }
        #expect(error?.kind == .cannotOpen)
        #expect(error?.description.contains("cannot be opened: No such file or directory") == true)
        let missing = #expect(throws: SQLiteError.self) {
            _ = try SQLiteConnection(path: folder.path("none.db"), access: .read)
        }
        #expect(missing?.kind == .cannotOpen)
        #expect(missing?.description.contains("No such file or directory") == true)
    }

    @Test func aDamagedFileIsCorrupt() throws {
        do {
            let connection = try open()
            try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000))")
        }
        var bytes = Array(try folder.bytes("a.db"))
        for index in 4096..<8192 { bytes[index] = 0xAA }
        try folder.write(bytes, to: "a.db")
        let connection = try open()
        let error = #expect(throws: SQLiteError.self) { try connection.execute("SELECT length(a) FROM t") }
        #expect(error?.kind == .corrupt)
        #expect(error?.description.contains("is damaged; restore it, or move it away and replay the topic") == true)
    }

    @Test func aFileThatWasMovedIsNoticed() throws {
        let connection = try open()
        try connection.execute("CREATE TABLE t (a)")
        let before = connection.hasMoved
        try folder.move("a.db", to: "b.db")
        let after = connection.hasMoved
        #expect(!before && after)
    }
}
