import MillraceSQLite
import MillraceTesting
import Testing

@Suite struct SQLiteSchemaTests {
    private let folder: TemporaryFolder
    private let first = SQLiteSchema(
        applicationID: 77, kind: "a database of tests", steps: ["CREATE TABLE t (a); INSERT INTO t VALUES ('first')"])
    private var second: SQLiteSchema {
        SQLiteSchema(
            applicationID: 77, kind: "a database of tests",
            steps: first.steps + ["ALTER TABLE t ADD COLUMN b DEFAULT 'second'; CREATE INDEX tb ON t (b)"])
    }
    private var path: String { folder.path("a.db") }

    init() throws { folder = try TemporaryFolder("schema") }

    @Test func aNewFileGetsTheLatestVersionAndIsWrittenAhead() throws {
        let connection = try second.openForWriting(path)
        #expect(try connection.text("SELECT a || b FROM t") == "firstsecond")
        #expect(try connection.integer("PRAGMA user_version") == 2)
        #expect(try connection.integer("PRAGMA application_id") == 77)
        #expect(try connection.text("PRAGMA journal_mode") == "wal")
        #expect(try connection.integer("PRAGMA synchronous") == 2)
    }

    @Test func anEarlierVersionIsBroughtUpToDateOnceWithItsRows() throws {
        do {
            let connection = try first.openForWriting(path)
            try connection.execute("UPDATE t SET a = 'kept'")
        }
        let reader = #expect(throws: SQLiteError.self) { _ = try second.openForReading(path) }
        #expect(reader?.kind == .olderSchema)
        #expect(
            reader?.description.hasSuffix(
                "has version 1 of the schema, this program reads version 2; "
                    + "a worker of this version brings it up to date when it starts") == true)
        for _ in 0..<2 {
            let connection = try second.openForWriting(path)
            #expect(try connection.text("SELECT a || b FROM t") == "keptsecond")
            #expect(try connection.integer("PRAGMA user_version") == 2)
        }
        let connection = try second.openForReading(path)
        #expect(try connection.integer("SELECT count(*) FROM t") == 1)
    }

    @Test func aStepThatFailsLeavesTheFileAsItWas() throws {
        do { _ = try first.openForWriting(path) }
        let broken = SQLiteSchema(
            applicationID: 77, kind: "a database of tests",
            steps: first.steps + ["ALTER TABLE t ADD COLUMN b; CREATE TABLE t (a)"])
        let error = #expect(throws: SQLiteError.self) { _ = try broken.openForWriting(path) }
        #expect(error?.kind == .other)
        let connection = try first.openForReading(path)
        #expect(try connection.integer("SELECT count(*) FROM pragma_table_info('t')") == 1)
    }

    @Test func aLaterVersionIsLeftAlone() throws {
        do { _ = try second.openForWriting(path) }
        for open in [first.openForWriting, first.openForReading] {
            let error = #expect(throws: SQLiteError.self) { _ = try open(path, .zero) }
            #expect(error?.kind == .newerSchema)
            #expect(error?.mayPass == false)
            #expect(
                error?.description
                    == "'\(path)' has version 2 of the schema, this program knows up to version 1; "
                    + "use the program that wrote it or a later one, or name another file")
        }
    }

    @Test func aDatabaseOfSomebodyElseIsLeftAlone() throws {
        do {
            let connection = try SQLiteConnection(path: path, access: .write)
            try connection.execute("CREATE TABLE theirs (a)")
        }
        let before = try folder.bytes("a.db")
        for open in [first.openForWriting, first.openForReading] {
            let error = #expect(throws: SQLiteError.self) { _ = try open(path, .zero) }
            #expect(error?.kind == .otherKind)
            #expect(error?.description.contains("is an SQLite database, and not a database of tests") == true)
        }
        #expect(try folder.bytes("a.db") == before)
    }

    @Test func aReaderMakesNoFile() throws {
        let error = #expect(throws: SQLiteError.self) { _ = try first.openForReading(path) }
        #expect(error?.kind == .cannotOpen)
        #expect(folder.names() == [])
    }

    @Test func manyMayOpenANewFileAtOnce() async throws {
        let path = path
        let schema = second
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let connection = try schema.openForWriting(path)
                    try connection.writing { () throws(SQLiteError) in
                        try connection.execute("INSERT INTO t VALUES (\(number), 'own')")
                    }
                }
            }
            try await group.waitForAll()
        }
        let connection = try schema.openForReading(path)
        #expect(try connection.integer("SELECT count(DISTINCT a) FROM t WHERE b = 'own'") == 16)
        #expect(try connection.integer("SELECT count(*) FROM t") == 17)
    }

    @Test func whatIsLockedIsWaitedForAndThenBusy() throws {
        do { _ = try first.openForWriting(path) }
        let holder = try SQLiteConnection(path: path, access: .write)
        try holder.execute("BEGIN IMMEDIATE")
        let error = #expect(throws: SQLiteError.self) {
            _ = try first.openForWriting(path, patience: .milliseconds(20))
        }
        #expect(error?.kind == .busy)
        // Readers do not wait for writers.
        let reader = try first.openForReading(path, patience: .zero)
        #expect(try reader.text("SELECT a FROM t") == "first")
    }
}
