import CloudEvents
import Foundation
import Testing

/// The public test vectors, in the folder that MILLRACE_VECTORS names.
enum Vectors {
    static let folder = ProcessInfo.processInfo.environment["MILLRACE_VECTORS"].flatMap { $0.isEmpty ? nil : $0 }

    static var areThere: Bool { folder != nil }
    static let reason: Comment = "MILLRACE_VECTORS names no folder with the public test vectors"

    static func file(_ path: String) throws -> [UInt8] {
        let folder = try #require(folder)
        return Array(try Data(contentsOf: URL(fileURLWithPath: folder).appendingPathComponent(path)))
    }

    /// The files of a folder by name.
    static func files(_ path: String) throws -> [(name: String, bytes: [UInt8])] {
        let root = URL(fileURLWithPath: try #require(folder)).appendingPathComponent(path)
        return try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().map { name in
            (name, Array(try Data(contentsOf: root.appendingPathComponent(name))))
        }
    }

    /// Lends a cursor over a JSON file.
    static func withJSON<Result>(_ path: String, _ body: (inout JSONCursor) throws -> Result) throws -> Result {
        var bytes = try file(path)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        return try bytes.withUnsafeBytes { text in
            var cursor = try JSONCursor(checking: text)
            return try body(&cursor)
        }
    }
}
