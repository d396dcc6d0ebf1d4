import Foundation
import MillraceTesting
import Testing

/// A worker as a process of its own whose database cannot be worked with.
@Suite struct TaskDatabaseTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("database") }

    /// Runs a worker that never reaches a broker. Answers its exit code and what it said.
    private func run(path: String, asNobody: Bool = false) async throws -> (code: Int32, errors: String) {
        let yaml = """
            kafka: {bootstrap.servers: "127.0.0.1:1"}
            worker: {group: g, connectTimeout: 1s}
            sources: [{topic: tasks}]
            routes: [{processor: task-inventory, options: {path: "\(path)"}}]

            """
        try folder.write(Array(yaml.utf8), to: "millrace.yaml")
        var command = [try Programs.built("millrace").path, "run", "--config", folder.path("millrace.yaml")]
        // No folder is read-only for root.
        if asNobody, geteuid() == 0 {
            command =
                [
                    try Programs.installed("setpriv").path, "--reuid", "65534", "--regid", "65534", "--clear-groups",
                ] + command
        }
        let process = try ChildProcess(URL(filePath: command[0]), Array(command.dropFirst()))
        return (try await process.end(), process.errors)
    }

    @Test func aReadOnlyFolderKeepsAWorkerFromStarting() async throws {
        let place = folder.path("place")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: place)
        let new = try await run(path: "\(place)/tasks.db", asNobody: true)
        #expect(new.code == 78, "\(new.errors)")
        #expect(new.errors.contains("place/tasks.db' cannot be opened: Permission denied"), "\(new.errors)")

        // A file that may be written in a folder that may not: the write-ahead log has no place.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place)
        let first = try await run(path: "\(place)/tasks.db")
        #expect(first.code == 69, "\(first.errors)")
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: "\(place)/tasks.db")
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: place)
        let old = try await run(path: "\(place)/tasks.db", asNobody: true)
        #expect(old.code == 78, "\(old.errors)")
        #expect(old.errors.contains("place/tasks.db' cannot be"), "\(old.errors)")

        // A file that may only be read.
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: "\(place)/tasks.db")
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: place)
        let file = try await run(path: "\(place)/tasks.db", asNobody: true)
        #expect(file.code == 78, "\(file.errors)")
        #expect(
            file.errors.contains("tasks.db' cannot be written: it or its folder may only be read"), "\(file.errors)")
    }

    @Test func aFileOfAnotherKindKeepsAWorkerFromStarting() async throws {
        try folder.write(Array(String(repeating: "notes\n", count: 1000).utf8), to: "notes")
        let notes = try await run(path: folder.path("notes"))
        #expect(notes.code == 78)
        #expect(notes.errors.contains("notes' is no SQLite database; name another file"), "\(notes.errors)")
        let missing = try await run(path: folder.path("no/tasks.db"))
        #expect(missing.code == 78)
        #expect(
            missing.errors.contains("no/tasks.db' cannot be opened: No such file or directory"), "\(missing.errors)")
    }
}
