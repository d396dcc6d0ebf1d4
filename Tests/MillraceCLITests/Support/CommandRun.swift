import Foundation
import Millrace
import Synchronization

@testable import MillraceCLI

/// A run of one command in memory.
struct CommandRun {
    var code: ExitCode
    var output: [UInt8]
    var messages: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// The lines of the output, each read as a JSON object.
    var objects: [[String: Any]] {
        get throws {
            // Foundation reads no number that no Double holds.
            try text.replacing("1e400", with: "1").split(separator: "\n").map {
                guard let object = try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] else {
                    throw CocoaError(.propertyListReadCorrupt)
                }
                return object
            }
        }
    }

    /// Runs `millrace WORDS…` with these bytes on stdin.
    static func of(
        _ words: [String], input: [UInt8] = [], processors: ProcessorRegistry = .builtIn,
        environment: [String: String] = [:]
    ) async throws -> CommandRun {
        let file = try TemporaryFile(input)
        defer { withExtendedLifetime(file) {} }
        let handle = try FileHandle(forReadingFrom: URL(filePath: file.path))
        defer { try? handle.close() }
        let output = Gathered()
        let messages = Gathered()
        let code = await MillraceCommand.run(
            words, processors: processors, environment: environment, output: output.stream, messages: messages.stream,
            inputDescriptor: handle.fileDescriptor)
        return CommandRun(code: code, output: output.bytes, messages: String(decoding: messages.bytes, as: UTF8.self))
    }
}

/// A stream that keeps what is written to it.
final class Gathered: Sendable {
    private let gathered = Mutex<[UInt8]>([])

    var bytes: [UInt8] { gathered.withLock { $0 } }

    var stream: TextOutput {
        TextOutput { bytes throws(OutputError) in self.gathered.withLock { $0.append(contentsOf: bytes) } }
    }
}

/// A file that goes away with its last reference.
final class TemporaryFile: Sendable {
    let path: String

    init(_ bytes: [UInt8]) throws {
        path = FileManager.default.temporaryDirectory.appending(component: "millrace-\(UUID().uuidString)").path()
        try Data(bytes).write(to: URL(filePath: path))
    }

    convenience init(_ text: String) throws { try self.init(Array(text.utf8)) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
