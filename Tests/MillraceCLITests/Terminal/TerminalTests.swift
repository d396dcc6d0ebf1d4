import Testing

@testable import MillraceCLI

@Suite struct TerminalTests {
    @Test func columnsLineUp() {
        var table = TextTable(["type", "seen", "expected"])
        table.add(["a", "1,234", "2"])
        table.add(["毎日", "5", "1,000,000"])
        #expect(
            table.lines() == [
                "  type   seen   expected", "  a     1,234          2", "  毎日      5  1,000,000",
            ])
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_000, "-1,000"), (-10, "-10"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func numbersAreGrouped(_ number: Int, _ text: String) {
        #expect(number.grouped == text)
    }

    @Test func whatComesFromATopicLeavesTheTerminalAlone() {
        #expect(PrintableText.of(Array("a\u{1B}[2J\nb\u{202E}".utf8), limit: 100) == #"a\u001b[2J\nb\u202e"#)
        #expect(PrintableText.of(Array("abcdef".utf8), limit: 3) == "abc…")
        #expect(PrintableText.of(Array("abc".utf8), limit: 3) == "abc")
        #expect(PrintableText.of([0xFF, 0x00], limit: 10) == "0xff00")
        #expect(PrintableText.of([0xFF, 0x00, 0x01], limit: 4) == "0xff00…")
        #expect(PrintableText.of([], limit: 4) == "")
    }

    @Test func progressIsPaintedOnATerminalOnly() {
        let quiet = Gathered()
        let progress = ProgressLine(quiet.stream)
        progress.show("1")
        progress.finish("2")
        #expect(quiet.bytes.isEmpty)

        let forced = Gathered()
        let lines = ProgressLine(forced.stream, isForced: true)
        lines.show("1")
        lines.show("2")
        lines.finish("3")
        #expect(String(decoding: forced.bytes, as: UTF8.self) == "1\n3\n")
    }

    @Test func aShorterProgressLineCoversTheLonger() {
        let gathered = Gathered()
        let terminal = TextOutput(isTerminal: true) { bytes throws(OutputError) in
            try gathered.stream.write(bytes)
        }
        let progress = ProgressLine(terminal)
        progress.show("longer")
        progress.finish("short")
        #expect(String(decoding: gathered.bytes, as: UTF8.self) == "\rlonger\rshort \n")
    }
}
