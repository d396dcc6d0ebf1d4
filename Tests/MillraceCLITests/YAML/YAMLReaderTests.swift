import MillraceEngine
import Testing

@testable import Millrace
@testable import MillraceCLI

@Suite struct YAMLReaderTests {
    private func read(_ text: String) throws(OptionFault) -> OptionValue {
        try YAMLReader.read(Array(text.utf8), file: "f.yaml")
    }

    @Test(arguments: [
        ("a: 1\nb: [x, 'y z', \"q\"]\nc: {d: e}", "{a: 1, b: [x, \"y z\", q], c: {d: e}}"),
        (#"{"a": "b", "c": [1, true, null]}"#, "{a: b, c: [1, true, null]}"),
        ("", "{}"), ("# nothing\n", "{}"), ("---\na: b\n...\n", "{a: b}"), ("--- a", "a"),
        ("a:\nb: ~\nc: null\nd: \"null\"\ne: ''", "{a: null, b: null, c: null, d: \"null\", e: \"\"}"),
        ("a: |\n  x\n  y\n", "{a: \"x\\ny\\n\"}"),
        ("\u{FEFF}a: é", "{a: é}"),
        ("a: &x {b: c}\nd: *x\ne: [*x, *x]", "{a: {b: c}, d: {b: c}, e: [{b: c}, {b: c}]}"),
        ("a: yes\nb: 0x10\nc: 1e3\nd: 2020-01-01", "{a: yes, b: 0x10, c: 1e3, d: 2020-01-01}"),
        ("a: 1\na: 2", "{a: 1, a: 2}"),
    ])
    func documentsAreRead(text: String, value: String) throws {
        #expect(try read(text).inlineText == value)
    }

    @Test func everyValueKnowsItsPlace() throws {
        let value = try read("a:\n  b:\n    - x\n    -   y\nc: {d: e}\n")
        func place(_ path: String) throws -> String {
            let path = try #require(OptionPath(text: path))
            guard case .map(let values) = value.content else { return "" }
            return try #require(values[path: path]).origin.description
        }
        #expect(try place("a") == "f.yaml:1:1")
        #expect(try place("a.b[0]") == "f.yaml:3:7")
        #expect(try place("a.b[1]") == "f.yaml:4:9")
        #expect(try place("c.d") == "f.yaml:5:8")
    }

    @Test(arguments: [
        ("a: b\n c: d", 2, "not YAML"),
        ("a: [b", 1, "not YAML"),
        ("a:\n  - [b\n", 2, "not YAML"),
        ("a: 'b", 1, "not YAML"),
        ("a:\n\tb: c", 2, "spaces at the beginning of a line, not tabs"),
        ("k: {a: ${X}}", 1, "in quotes: \"${NAME}\""),
        ("a: b\n---\nc: d", 2, "a second document is not taken"),
        ("a: !!str b", 1, "a tag is not taken, found '!!str'"),
        ("a: !x b", 1, "a tag is not taken, found '!x'"),
        ("a:\n  !!map {b: c}", 2, "a tag is not taken, found '!!map'"),
        ("a: !!python/object:os.system x", 1, "a tag is not taken"),
        ("x: &x {a: b}\ny:\n  <<: *x", 3, "a merge key is not taken"),
        ("a: *b", 1, "no anchor of this name before, found '*b'"),
        ("a: &a [*a]", 1, "no anchor of this name before, found '*a'"),
        ("? [a]\n: b", 1, "a key is a text"),
        ("? {a: b}\n: c", 1, "a key is a text"),
        ("a: \u{1}", 1, "not YAML: control characters are not allowed"),
        ("a: @b", 1, "not YAML"),
        ("a: %b", 1, "not YAML"),
    ])
    func whatIsNotTakenIsSaidWithItsLine(text: String, line: Int, words: String) throws {
        let fault = try #require(throws: OptionFault.self) { try read(text) }
        #expect(fault.code == .syntax)
        #expect(fault.origin.line == line)
        #expect(fault.description.contains(words), "\(fault)")
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        let fault = try #require(throws: OptionFault.self) {
            try YAMLReader.read(Array("a: b\nc: ".utf8) + [0xFF, 0xFE], file: "f.yaml")
        }
        #expect(fault.origin.description == "f.yaml:2:4")
    }

    @Test func depthIsBounded() throws {
        let deep = String(repeating: "[", count: 100_000)
        let fault = try #require(throws: OptionFault.self) { try read("a: " + deep) }
        #expect(fault.problem == "nested too deep")
        _ = try read("a: " + String(repeating: "[", count: 30) + String(repeating: "]", count: 30))
    }

    @Test func aliasesDoNotGrowWithoutBound() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let copies = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(copies)]\n"
        }
        let fault = try #require(throws: OptionFault.self) { try read(text) }
        #expect(fault.problem == "too many values")
    }

    /// Whatever a file holds is a value or a fault with a line that the file has.
    @Test func everyMutationOfADocumentIsAValueOrAFaultWithItsLine() {
        let text = Array(
            "kafka:\n  a.b: ${X:-1}\nworker: {group: g, list: [1, 'b', \"c\"]}\nroutes:\n  - &r {a: b}\n  - *r\n".utf8)
        var random = RandomSource(seed: 7)
        let bytes = Array("\0\t\n :-?[]{}&*!|>'\"%@`#,<.~x0\u{80}\u{FF}".utf8)
        var outcomes = (values: 0, faults: 0)
        for _ in 0..<5000 {
            var mutated = text
            for _ in 0...Int(random.next() % 4) {
                let place = Int(random.next() % UInt64(mutated.count))
                switch random.next() % 3 {
                case 0: mutated[place] = bytes[Int(random.next() % UInt64(bytes.count))]
                case 1: mutated.insert(bytes[Int(random.next() % UInt64(bytes.count))], at: place)
                default: mutated.removeSubrange(place..<min(place + Int(random.next() % 6), mutated.count))
                }
                if mutated.isEmpty { mutated = text }
            }
            let lines = mutated.count { $0 == UInt8(ascii: "\n") } + 1
            do {
                _ = try YAMLReader.read(mutated, file: "f.yaml")
                outcomes.values += 1
            } catch {
                outcomes.faults += 1
                #expect(
                    (1...lines).contains(error.origin.line ?? 0), "\(String(decoding: mutated, as: UTF8.self)) \(error)"
                )
            }
        }
        #expect(outcomes.values > 500)
        #expect(outcomes.faults > 500)
    }
}
