import CloudEvents
import Testing

/// The cursor reads in place and names what is wrong.
@Suite struct JSONCursorTests {
    private func withCursor<Result>(_ text: String, _ body: (inout JSONCursor) throws -> Result) throws -> Result {
        try Array(text.utf8).withUnsafeBytes { bytes in
            var cursor = try JSONCursor(checking: bytes, root: "/data")
            return try body(&cursor)
        }
    }

    /// Everything that the cursor meets, written down again.
    private func trace(_ cursor: inout JSONCursor) throws -> String {
        switch cursor.kind {
        case .object:
            var members: [String] = []
            try cursor.enterObject()
            while let name = cursor.nextMember() { members.append("\(name.string)=\(try trace(&cursor))") }
            return "{" + members.joined(separator: ";") + "}"
        case .array:
            var elements: [String] = []
            try cursor.enterArray()
            while cursor.nextElement() { elements.append(try trace(&cursor)) }
            return "[" + elements.joined(separator: ";") + "]"
        case .string: return try cursor.string().string
        case .number: return String(try cursor.double())
        case .boolean: return try cursor.boolean() ? "yes" : "no"
        case .null: return cursor.null() ? "nil" : "?"
        }
    }

    static let texts: [(text: String, trace: String)] = [
        (
            #" { "a" : "x\n" , "b":[ 1 , -2,[ ] , {} ], "\u0063":{"d":true,"e":null} , "f":1.5 } "#,
            "{a=x\n;b=[1.0;-2.0;[];{}];c={d=yes;e=nil};f=1.5}"
        ),
        ("[]", "[]"), ("{}", "{}"), ("[[[]],[]]", "[[[]];[]]"), (#"{"":{"":[]}}"#, "{={=[]}}"), (" 5 ", "5.0"),
        (#"["\ud83d\ude00","\"\\\/"]"#, "[😀;\"\\/]"),
    ]

    @Test(arguments: texts) func meetsEverything(text: String, trace: String) throws {
        #expect(try withCursor(text, self.trace) == trace)
    }

    @Test func skipsValues() throws {
        let skipped = try withCursor(#"{"a":[1,{"b":"]"}],"c":2}"#) { cursor in
            var texts: [String] = []
            try cursor.enterObject()
            while cursor.nextMember() != nil { texts.append(cursor.skip().text) }
            return texts
        }
        #expect(skipped == [#"[1,{"b":"]"}]"#, "2"])
    }

    @Test func integersAreWholeAndFit() throws {
        func integer<T: FixedWidthInteger>(_ text: String, _ type: T.Type) throws -> T? {
            try withCursor(text) { try? $0.integer(type) }
        }
        #expect(try integer("-128", Int8.self) == -128)
        #expect(try integer("128", Int8.self) == nil)
        #expect(try integer("-1", UInt.self) == nil)
        #expect(try integer("1.0", Int.self) == nil)
        #expect(try integer("1e2", Int.self) == nil)
        #expect(try integer("9223372036854775807", Int.self) == .max)
        #expect(try integer("-9223372036854775808", Int.self) == .min)
        #expect(try integer("9223372036854775808", Int.self) == nil)
        #expect(try integer("-0", Int.self) == 0)
        #expect(try integer("\"1\"", Int.self) == nil)
    }

    @Test func namesThePlaceOfAMismatch() throws {
        let error = try withCursor(#"{"a":[{"b":1},{"b":"x"}]}"#) { cursor -> EventDataError? in
            try cursor.enterObject()
            _ = cursor.nextMember()
            try cursor.enterArray()
            while cursor.nextElement() {
                try cursor.enterObject()
                _ = cursor.nextMember()
                do throws(EventDataError) { _ = try cursor.integer(Int.self) } catch { return error }
                _ = cursor.nextMember()
            }
            return nil
        }
        #expect(error == EventDataError(.invalidData, pointer: "/data/a/1/b", expected: "integer", actual: "string"))
    }

    @Test func namesThePlaceOfWhatIsMissing() throws {
        let error = try withCursor(#"[{},{"x":1}]"#) { cursor in
            try cursor.enterArray()
            _ = cursor.nextElement()
            cursor.skip()
            _ = cursor.nextElement()
            return cursor.missing("id", inObjectAt: cursor.offset, expected: "string")
        }
        #expect(error == EventDataError(.invalidData, pointer: "/data/1/id", expected: "string", actual: "nothing"))
    }

    @Test func refusesWhatIsNoJSON() {
        for text in ["{", "", "[1,]", "\u{FEFF}{}"] {
            #expect(throws: JSONFault.self) { try withCursor(text) { _ in } }
        }
    }

    static let pointers: [(offset: Int, pointer: String)] = [
        (0, "/data"), (7, "/data/a~1b"), (8, "/data/a~1b/0"), (11, "/data/a~1b/1"), (16, "/data/a~1b/1/~0"),
        (17, "/data/a~1b/1/~0/0"), (27, "/data/c"),
    ]

    @Test(arguments: pointers) func pointersAreFoundFromOffsets(offset: Int, pointer: String) {
        let text = Array(#"{"a/b":[10,{"~":[[]]}],"c":{}}"#.utf8)
        let found = text.withUnsafeBytes { JSONPointer.locate(offset, in: ByteView($0), root: "/data") }
        #expect(found == pointer)
    }
}
