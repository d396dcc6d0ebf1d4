import Foundation
import Millrace
import Testing

@testable import MillraceCLI

@Suite struct InputLinesTests {
    private func places(_ files: [String], input: Int32 = 0) throws -> [String] {
        var lines = InputLines(files: files, input: input)
        var line: [UInt8] = []
        var places: [String] = []
        while try lines.next(into: &line) != .end {
            places.append("\(lines.place) \(String(decoding: line, as: UTF8.self))")
        }
        return places
    }

    @Test func filesFollowOneAnother() throws {
        let first = try TemporaryFile("a\nb")
        let empty = try TemporaryFile("")
        let second = try TemporaryFile("c\n")
        #expect(
            try places([first.path, empty.path, second.path])
                == ["\(first.path):1 a", "\(first.path):2 b", "\(second.path):1 c"])
    }

    @Test(arguments: [[], ["-"]])
    func withoutFilesStdinIsRead(_ files: [String]) throws {
        let file = try TemporaryFile("x\ny\n")
        let handle = try FileHandle(forReadingFrom: URL(filePath: file.path))
        defer { try? handle.close() }
        #expect(try places(files, input: handle.fileDescriptor) == ["stdin:1 x", "stdin:2 y"])
    }

    @Test func aFileThatCannotBeOpenedIsNamed() throws {
        let error = #expect(throws: CommandError.self) { try places(["/nowhere/at/all"]) }
        #expect(error?.code == .inputOutput)
        #expect(error?.message == "cannot open /nowhere/at/all: No such file or directory")
    }

    @Test func aFolderCannotBeRead() throws {
        let folder = FileManager.default.temporaryDirectory.path()
        let error = #expect(throws: CommandError.self) { try places([folder]) }
        #expect(error?.code == .inputOutput)
        #expect(error?.message == "cannot read \(folder): Is a directory")
    }
}
