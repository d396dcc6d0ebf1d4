import Testing

@testable import MillraceCLI

@Suite struct KeyPointerTests {
    private func key(_ pointer: String, _ document: String) -> String? {
        KeyPointer(pointer)?.key(in: Array(document.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func aStringANumberAndABooleanAreKeys() {
        let document = #"{"a":{"b":["x","\u00e9\n"],"n":-1.50,"t":true},"":{"":"e"},"a/b":{"m~n":"s"}}"#
        #expect(key("/a/b/0", document) == "x")
        #expect(key("/a/b/1", document) == "é\n")
        #expect(key("/a/n", document) == "-1.50")
        #expect(key("/a/t", document) == "true")
        #expect(key("//", document) == "e")
        #expect(key("/a~1b/m~0n", document) == "s")
    }

    @Test(arguments: ["/x", "/a", "/a/b", "/a/b/2", "/a/b/00", "/a/b/-", "/a/z", "/a/n/x", "/"])
    func nothingElseIs(_ pointer: String) {
        #expect(key(pointer, #"{"a":{"b":[1,2],"n":1,"z":null}}"#) == nil)
    }

    @Test func aDocumentThatIsNoJSONHasNoKey() {
        #expect(key("/a", #"{"a":"x""#) == nil)
        #expect(key("/a", "") == nil)
        #expect(key("/a", "\u{FEFF}" + #"{"a":"x"}"#) == "x")
    }

    @Test(arguments: ["", "a", "data/id", "/a~", "/a~2"])
    func aPointerThatIsNoneIsRefused(_ text: String) {
        #expect(KeyPointer(text) == nil)
    }
}
