import Foundation
import Millrace
import MillraceSQLite
import MillraceTesting
import Testing

@testable import QlikTasks

/// Files that cannot be worked with: each is said, and what passes is waited for.
@Suite struct DatabaseFaultTests {
    private let database: TestDatabase

    init() throws { database = try TestDatabase() }

    /// What the worker says when it does not start.
    private func refusal(_ change: () throws -> Void) throws -> String {
        try change()
        let error = #expect(throws: WorkerError.self) { _ = try database.store(InventoryTable.self) }
        #expect(error?.code == .configuration)
        return error?.message.replacing(database.folder.url.path, with: "FOLDER") ?? ""
    }

    @Test func aFileOfANewerSchema() throws {
        let message = try refusal {
            let connection = try SQLiteSchema.tasks.openForWriting(database.path)
            try connection.execute("PRAGMA user_version = 2")
        }
        #expect(
            message
                == "processor task-test: 'FOLDER/tasks.db' has version 2 of the schema, this program knows up to version "
                + "1; use the program that wrote it or a later one, or name another file")
        // Nothing was changed in it.
        #expect(try database.rows("PRAGMA user_version") == [["2"]])
    }

    @Test func aFileThatIsNoDatabase() throws {
        let text = Array(String(repeating: "{\"topic\":\"t\"}\n", count: 100).utf8)
        let message = try refusal { try database.folder.write(text, to: "tasks.db") }
        #expect(
            message
                == "processor task-test: 'FOLDER/tasks.db' is no SQLite database; name another file, or a path at which "
                + "there is nothing yet (SQLite: file is not a database, 26)")
        #expect(try database.folder.bytes("tasks.db") == text)
    }

    @Test func aDatabaseOfAnotherProgram() throws {
        let message = try refusal {
            let connection = try SQLiteConnection(path: database.path, access: .write)
            try connection.execute("CREATE TABLE theirs (a)")
        }
        #expect(
            message
                == "processor task-test: 'FOLDER/tasks.db' is an SQLite database, and not one of Millrace's task "
                + "databases; name another file, or a path at which there is nothing yet")
    }

    @Test func aFolderThatIsNotThereOrIsNone() throws {
        var options = TaskDatabaseOptions()
        let context = ProcessorContext(group: "g", log: Log(), kafka: [:])
        options.path = database.folder.path("no/tasks.db")
        let missing = #expect(throws: WorkerError.self) {
            _ = try TaskStore<AuditTable>(options, context, processor: "task-audit")
        }
        #expect(missing?.message.contains("no/tasks.db' cannot be opened: No such file or directory") == true)
        options.path = database.folder.url.path
        let folder = #expect(throws: WorkerError.self) {
            _ = try TaskStore<AuditTable>(options, context, processor: "task-audit")
        }
        #expect(folder?.code == .configuration)
        #expect(folder?.message.contains("cannot be opened: Is a directory") == true)
    }

    @Test func aFileThatIsLockedIsUnavailableUntilItIsNot() async throws {
        let entry = try TaskEntry.make(.created)
        let store = try database.store(InventoryTable.self, patience: .milliseconds(10))
        try store.write([entry])
        let other = try SQLiteConnection(path: database.path, access: .write)
        try other.execute("BEGIN IMMEDIATE")
        let error = #expect(throws: ProcessingError.self) { try store.write([try .make(.deleted, offset: 1)]) }
        #expect(
            error?.description
                == "unavailable: '\(database.path)' is locked by another process that does not let go of it "
                + "(SQLite: database is locked, 5)")
        // A worker that starts meanwhile waits too.
        let second = try database.store(AuditTable.self, patience: .milliseconds(10))
        #expect(throws: ProcessingError.self) { try second.write([entry]) }
        try other.execute("ROLLBACK")
        try store.write([try .make(.deleted, offset: 1)])
        try second.write([entry])
        #expect(try database.rows("SELECT last_event FROM tasks") == [["deleted"]])
        #expect(try database.rows("SELECT action FROM task_audit") == [["created"]])
    }

    @Test func aFullFileIsUnavailableAndKeepsNoPartOfTheBatch() throws {
        let data = TaskData.required.with("description", "\"\(String(repeating: "x", count: 3000))\"")
        let entries = try (0..<20).map { try TaskEntry.make(.created, data.with("id", "\"\($0)\""), offset: $0) }
        let store = try database.store(InventoryTable.self, maxSize: 60 << 10)
        try store.write(Array(entries.prefix(2)))
        let error = #expect(throws: ProcessingError.self) { try store.write(Array(entries.dropFirst(2))) }
        #expect(
            error?.description
                == "unavailable: '\(database.path)' cannot grow: the disk is full, or the file has its largest size "
                + "(SQLite: database or disk is full, 13)")
        #expect(try database.rows("SELECT count(*) FROM tasks") == [["2"]])
        // Room again: everything is done.
        try database.store(InventoryTable.self).write(Array(entries.dropFirst(2)))
        #expect(try database.rows("SELECT count(*) FROM tasks") == [["20"]])
    }

    private static let files = ["tasks.db", "tasks.db-wal", "tasks.db-shm"]

    /// The names before and after: a test moves files as people do, all of them or only the one that they know of.
    private func move(_ names: [String], _ from: String, _ to: String) throws {
        for name in names {
            let (name, other) = (name.replacing("tasks", with: from), name.replacing("tasks", with: to))
            try database.folder.move(name, to: other)
        }
    }

    @Test(arguments: [files, ["tasks.db"]]) func aFileThatWasMovedAwayIsUnavailable(names: [String]) throws {
        let store = try database.store(InventoryTable.self)
        let audit = try database.store(AuditTable.self)
        let deletion = try TaskEntry.make(.deleted, offset: 1)
        try store.write([try .make(.created)])
        try move(names, "tasks", "old")
        for _ in 0..<2 {
            let error = #expect(throws: ProcessingError.self) { try store.write([deletion]) }
            #expect(
                error?.description
                    == "unavailable: '\(database.path)' was moved away or replaced while it was open; move it back, or stop "
                    + "every worker that has it open and start them again")
            #expect(throws: ProcessingError.self) { try audit.write([deletion]) }
        }
        // Moved back: it goes on.
        try move(names, "old", "tasks")
        try store.write([deletion])
        try audit.write([deletion])
        #expect(try database.rows("SELECT last_event FROM tasks") == [["deleted"]])
        #expect(try database.rows("SELECT action FROM task_audit") == [["deleted"]])
        #expect(try database.rows("PRAGMA integrity_check") == [["ok"]])
    }

    @Test func anotherWorkerThatHadAMovedFileOpenTakesNothingFromTheNewOne() throws {
        let first = try database.store(InventoryTable.self)
        let second = try database.store(AuditTable.self)
        try first.write([try .make(.created)])
        try second.write([try .make(.created)])
        try move(Self.files, "tasks", "old")
        first.close()
        // Started again, while the other has the old one open.
        let again = try database.store(InventoryTable.self)
        try again.write([try .make(.deleted, offset: 1)])
        #expect(throws: ProcessingError.self) { try second.write([try .make(.deleted, offset: 1)]) }
        second.close()
        // What a crash at this moment would leave: all of it.
        try again.write([try .make(.deleted, .required.with("id", #""t2""#), offset: 2)])
        for name in ["tasks.db", "tasks.db-wal"] {
            try database.folder.write(database.folder.bytes(name), to: name.replacing("tasks", with: "crash"))
        }
        let crashed = try SQLiteConnection(path: database.folder.path("crash.db"), access: .write)
        #expect(try crashed.integer("SELECT count(*) FROM tasks WHERE last_event = 'deleted'") == 2)
        #expect(try crashed.text("PRAGMA integrity_check") == "ok")
        let old = try SQLiteConnection(path: database.folder.path("old.db"), access: .write)
        #expect(try old.text("SELECT last_event FROM tasks") == "created")
        #expect(try old.integer("SELECT count(*) FROM task_audit") == 1)
        #expect(try old.text("PRAGMA integrity_check") == "ok")
    }

    @Test func theLogOfAFileThatWasMovedIsNotTakenForANewFiles() throws {
        let store = try database.store(InventoryTable.self)
        try store.write([try .make(.created)])
        try move(["tasks.db"], "tasks", "old")
        let message = try refusal {}
        #expect(
            message
                == "processor task-test: 'FOLDER/tasks.db' is not there, but 'FOLDER/tasks.db-wal' is: the file was moved "
                + "away while it was open; stop every worker that has it open, and move 'FOLDER/tasks.db-wal' and "
                + "'FOLDER/tasks.db-shm' to where it is now")
        #expect(!database.folder.names().contains("tasks.db"))
    }

    @Test func aDamagedFileIsUnavailable() throws {
        do {
            try database.store(InventoryTable.self).write(
                (0..<200).map { try .make(.created, .required.with("id", "\"\($0)\"")) })
        }
        let store = try database.store(InventoryTable.self)
        var bytes = try database.folder.bytes("tasks.db")
        for index in 4096..<bytes.count { bytes[index] = 0xAA }
        try database.folder.write(bytes, to: "tasks.db")
        let error = #expect(throws: ProcessingError.self) { try store.write([try .make(.created)]) }
        #expect(error?.reason.contains("is damaged; restore it, or move it away and replay") == true)
    }
}
