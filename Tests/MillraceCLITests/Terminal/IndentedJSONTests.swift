import Testing

@testable import MillraceCLI

@Suite struct IndentedJSONTests {
    @Test(arguments: [
        ("1", ["1"]), ("{}", ["{}"]), ("[ ]", ["[]"]), ("\"a{,:}\\\"\"", ["\"a{,:}\\\"\""]),
        (
            "{\"a\":1,\"b\":[1,2],\"c\":{}}",
            ["{", "  \"a\": 1,", "  \"b\": [", "    1,", "    2", "  ],", "  \"c\": {}", "}"]
        ),
        ("[\n[ ] , {\"x\":[]}]", ["[", "  [],", "  {", "    \"x\": []", "  }", "]"]),
        ("\"\u{1B}\u{202E}\"", ["\"\\u001b\\u202e\""]),
    ])
    func aMemberStandsOnALine(_ json: String, _ lines: [String]) {
        #expect(IndentedJSON.lines(json.utf8) == lines)
    }

    @Test func whatIsDeepStandsOnOneLine() {
        let deep = String(repeating: "[", count: 1_000) + "1,2" + String(repeating: "]", count: 1_000)
        let lines = IndentedJSON.lines(deep.utf8)
        #expect(lines.count < 100)
        #expect(lines.map { $0.filter { $0 != " " } }.joined() == deep)
    }

    @Test func aTableIsWrittenLineByLine() {
        var table = StreamedTable(["A", "B"], isBold: false)
        var text = ""
        for number in 0..<99 { text += table.add(["\(number)", "x"]) }
        #expect(text.isEmpty, "the first rows are measured")
        text += table.add(["longest", "y"])
        #expect(text.hasPrefix("A        B\n0        x\n") && text.hasSuffix("longest  y\n"))
        #expect(table.add(["longer than that", "z"]) == "longer than that  z\n")
        #expect(table.finish().isEmpty)
    }

    @Test func aTableWithoutRowsIsNothing() {
        var table = StreamedTable(["A"], isBold: true)
        #expect(table.finish().isEmpty)
    }
}
