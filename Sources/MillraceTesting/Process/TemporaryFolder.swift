package import Foundation

/// A folder for the files of one test; removed with all that is in it when the value goes away.
package final class TemporaryFolder: Sendable {
    /// Where it is.
    package let url: URL

    /// Makes a folder.
    package init(_ purpose: String) throws {
        url = FileManager.default.temporaryDirectory.appending(path: "millrace-test-\(purpose)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of a file in it.
    package func path(_ name: String) -> String { url.appending(path: name).path }

    /// Writes a file.
    package func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: url.appending(path: name))
    }

    /// A file's text; empty where there is no such file.
    package func text(_ name: String) -> String {
        (try? Data(contentsOf: url.appending(path: name))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// A file's bytes.
    package func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url.appending(path: name))) }

    /// Renames a file.
    package func move(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(at: url.appending(path: name), to: url.appending(path: other))
    }

    /// Removes a file.
    package func remove(_ name: String) throws { try FileManager.default.removeItem(at: url.appending(path: name)) }

    /// The names of what is in it, sorted.
    package func names() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path).sorted()) ?? [] }

    /// A new, empty file, open for writing.
    package func fileHandle(_ name: String) throws -> FileHandle {
        try write([], to: name)
        return try FileHandle(forWritingTo: url.appending(path: name))
    }
}
