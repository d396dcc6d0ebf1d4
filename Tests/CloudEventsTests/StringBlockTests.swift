import CloudEvents
import MillraceCScan
import Testing

/// The search for what means something inside a string.
struct StringBlockTests {
    /// What the marks must say, byte by byte.
    private func expected(_ bytes: [UInt8]) -> (ends: UInt64, specials: UInt64) {
        var (ends, specials): (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.enumerated() {
            let isEnd = byte == 0x22 || byte == 0x5C
            if isEnd { ends |= 1 << UInt64(index) }
            if isEnd || byte < 0x20 || byte > 0x7E { specials |= 1 << UInt64(index) }
        }
        return (ends, specials)
    }

    @Test func everyByteIsMarkedAtEveryPlaceByInstructionsAndByWords() {
        for place in 0..<64 {
            for byte in UInt8.min...UInt8.max {
                var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 64)
                bytes[place] = byte
                // Neighbours that a carry would change.
                if place > 0 { bytes[place - 1] = byte ^ 1 }
                if place < 63 { bytes[place + 1] = byte &+ 1 }
                let wanted = expected(bytes)
                for marks in [millrace_marks(bytes), millrace_marks_by_words(bytes)] {
                    #expect(marks.ends_or_escapes == wanted.ends)
                    #expect(marks.specials == wanted.specials)
                }
            }
        }
    }

    @Test(arguments: 0..<64) func nothingIsMarkedBehindTheLastByte(count: Int) {
        let bytes = [UInt8](repeating: 0x22, count: 64)
        let marks = millrace_marks_of_last(bytes, count)
        #expect(marks.specials == UInt64.max >> UInt64(64 - count))
    }

    /// Strings that end at every place of a block and beyond it, with something to notice at every place within.
    @Test func stringsOfEveryLengthEndWhereTheyEnd() throws {
        for count in 0..<200 {
            for text in ["\\n", "\\\"", "ä", "\u{7F}"] {
                let plain = String(repeating: "x", count: count)
                let array = "[\"\(plain)\",\"\(plain)\(text)\",\"\(text)\(plain)\"]"
                try JSONGrammar.check(Array(array.utf8))
                #expect(throws: JSONFault.self) { try JSONGrammar.check(Array(array.dropLast(2).utf8)) }
                let bytes = Array(array.utf8)
                let lengths = try bytes.withUnsafeBytes { buffer in
                    var cursor = try JSONCursor(checking: buffer)
                    try cursor.enterArray()
                    var lengths: [Int] = []
                    while cursor.nextElement() { lengths.append(try cursor.string().raw.count) }
                    return lengths
                }
                #expect(lengths == [count, count + text.utf8.count, count + text.utf8.count])
            }
        }
    }
}
