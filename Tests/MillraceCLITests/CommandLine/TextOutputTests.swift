import Foundation
import Testing

@testable import MillraceCLI

@Suite struct TextOutputTests {
    @Test func writesAreGathered() throws {
        let gathered = Gathered()
        let output = TextOutput(capacity: 8) { bytes throws(OutputError) in
            gathered.stream.write(bytes, ignoringErrors: ())
        }
        try output.write("abc")
        #expect(gathered.bytes.isEmpty)
        try output.write("defgh")
        #expect(gathered.bytes == Array("abcdefgh".utf8))
        try output.write("i")
        try output.write("0123456789")
        #expect(gathered.bytes == Array("abcdefghi0123456789".utf8))
        try output.write("j")
        try output.flush()
        #expect(gathered.bytes.last == UInt8(ascii: "j"))
    }

    @Test func aPipeNobodyReadsIsClosed() throws {
        let pipe = Pipe()
        let output = TextOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor, environment: [:], capacity: 0)
        #expect(!output.isTerminal)
        #expect(!output.usesColor)
        try output.write("a")
        #expect(try pipe.fileHandleForReading.read(upToCount: 1) == Data("a".utf8))
        try pipe.fileHandleForReading.close()
        signal(SIGPIPE, SIG_IGN)
        #expect(throws: OutputError.closed) { try output.write("b") }
    }
}

extension TextOutput {
    fileprivate func write(_ bytes: UnsafeRawBufferPointer, ignoringErrors: Void) { try? write(bytes) }
}
