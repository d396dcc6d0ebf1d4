import Foundation
import Millrace
import Testing

@Suite struct LineReaderTests {
    /// The outcomes and lines of a text, read in chunks of a size.
    private func read(_ text: [UInt8], maximumBytes: Int = 1 << 20, chunkBytes: Int) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(component: "lines-\(UUID().uuidString)")
        try Data(text).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var reader = LineReader(
            descriptor: handle.fileDescriptor, maximumBytes: maximumBytes, chunkBytes: chunkBytes)
        var line: [UInt8] = []
        var lines: [String] = []
        while true {
            switch try reader.next(into: &line) {
            case .end:
                #expect(reader.number == lines.count)
                return lines
            case .line: lines.append(String(decoding: line, as: UTF8.self))
            case .tooLong(let bytes):
                #expect(line.isEmpty)
                lines.append("too long: \(bytes)")
            }
        }
    }

    @Test(arguments: [1, 2, 3, 5, 1024])
    func linesEndAsTheyMay(chunkBytes: Int) throws {
        #expect(try read([], chunkBytes: chunkBytes) == [])
        #expect(try read(Array("a".utf8), chunkBytes: chunkBytes) == ["a"])
        #expect(try read(Array("a\n".utf8), chunkBytes: chunkBytes) == ["a"])
        #expect(try read(Array("a\r\nb\n\n\r\nc\rd".utf8), chunkBytes: chunkBytes) == ["a", "b", "", "", "c\rd"])
        #expect(try read(Array("\n".utf8), chunkBytes: chunkBytes) == [""])
    }

    @Test(arguments: [1, 3, 1024])
    func aLineThatIsTooLongIsReadPast(chunkBytes: Int) throws {
        #expect(
            try read(Array("12345\n123456\n1\n1234567".utf8), maximumBytes: 5, chunkBytes: chunkBytes)
                == ["12345", "too long: 6", "1", "too long: 7"])
    }

    @Test func aLineOf16MiBIsRead() throws {
        let long = [UInt8](repeating: 0x78, count: 16 << 20)
        let lines = try read(long + [0x0A, 0x79], maximumBytes: 16 << 20, chunkBytes: 64 << 10)
        #expect(lines.map(\.utf8.count) == [16 << 20, 1])
    }

    @Test func aFolderCannotBeRead() throws {
        let handle = try FileHandle(forReadingFrom: FileManager.default.temporaryDirectory)
        defer { try? handle.close() }
        var reader = LineReader(descriptor: handle.fileDescriptor)
        var line: [UInt8] = []
        #expect(throws: LineReaderError(code: EISDIR)) { try reader.next(into: &line) }
    }
}
