import CloudEvents
import Testing

/// Attributes as members of a JSON document.
@Suite struct StructuredTests {
    /// A character that literals must not hold.
    private static func scalar(_ value: UInt32) -> String {
        UnicodeScalar(value).map { String(Character($0)) } ?? ""
    }

    private static func members(_ name: String, _ text: String, _ outcome: String) -> Case {
        Case(name, .structured(document(text)), outcome)
    }

    private static func replacing(_ member: String, _ value: String, _ outcome: String) -> Case {
        Case("\(member): \(value)", .structured(document(replacing: [member: value])), outcome)
    }

    static let duplicates: [Case] = [
        members("type twice", #""type":"t""#, "refused duplicateMember:type"),
        members("type twice, escaped", #""\u0074ype":"t""#, "refused duplicateMember:type"),
        members("extension twice", #""x":"1","x":"1""#, "refused duplicateMember:x"),
        members("extension twice, escaped", #""\u0078y":"1","xy":"1""#, "refused duplicateMember:xy"),
        members("data twice", #""data":1,"data":2"#, "refused duplicateMember:data"),
        members("null twice", #""subject":null,"subject":null"#, "refused duplicateMember:subject"),
        members("invalid name twice", #""A":1,"A":2"#, "refused duplicateMember:A"),
        members("twice in data", #""data":{"a":1,"a":2}"#, "structured"),
        members(
            "many, one twice", (0..<30).map { #""x\#($0)":1"# }.joined(separator: ",") + #","\u00789":1"#,
            "refused duplicateMember:x9"),
        members("an escaped name alone", #""s\u0075bject":"s""#, "structured"),
        Case(
            "an escaped required name", .structured(#"{"\u0069d":"1","specversion":"1.0","source":"/a","type":"t"}"#),
            "structured"),
    ]

    @Test(arguments: duplicates) func duplicate(_ item: Case) { item.check() }

    static let documents: [Case] = [
        Case("byte order mark", .structured(bytes: [0xEF, 0xBB, 0xBF] + Array(document().utf8)), "structured bom"),
        Case(
            "two marks", .structured(bytes: [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF] + Array(document().utf8)),
            "refused jsonSyntax"),
        Case(
            "UTF-16 little", .structured(bytes: document().utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
            "refused notUtf8"),
        Case(
            "UTF-16 big", .structured(bytes: document().utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }),
            "refused notUtf8"),
        Case(
            "UTF-16 with mark",
            .structured(bytes: [0xFF, 0xFE] + document().utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
            "refused notUtf8"),
        Case(
            "UTF-32", .structured(bytes: document().unicodeScalars.flatMap { [UInt8($0.value & 0xFF), 0, 0, 0] }),
            "refused notUtf8"),
        Case(
            "UTF-32 big", .structured(bytes: document().unicodeScalars.flatMap { [0, 0, 0, UInt8($0.value & 0xFF)] }),
            "refused notUtf8"),
        Case("trailing comma", .structured(document(#""x":1,"#)), "refused jsonSyntax"),
        Case("trailing text", .structured(document() + "x"), "refused jsonSyntax"),
        Case("trailing null byte", .structured(document() + "\0"), "refused jsonSyntax"),
        Case("trailing space", .structured(document() + " \r\n\t"), "structured"),
        Case("leading space", .structured(" \r\n\t" + document()), "structured"),
        Case("two documents", .structured(document() + document()), "refused jsonSyntax"),
        Case("comment", .structured(document("/*x*/")), "refused jsonSyntax"),
        Case("NaN", .structured(document(#""data":NaN"#)), "refused jsonSyntax"),
        Case("truncated", .structured(String(document().dropLast(3))), "refused jsonSyntax"),
        Case("single quotes", .structured("{'id':1}"), "refused jsonSyntax"),
        Case("empty object", .structured("{}"), "refused missingAttribute:specversion"),
        Case("number of 30 digits", .structured(document(#""data":123456789012345678901234567890"#)), "structured"),
        Case("1e400", .structured(document(#""data":1e400"#)), "structured"),
        Case("line feed escaped in data", .structured(document(#""data":"a\nb""#)), "structured"),
        Case("line feed raw in data", .structured(document("\"data\":\"a\nb\"")), "refused jsonSyntax"),
        Case("half a pair in data", .structured(document(#""data":"\uD800""#)), "refused jsonSyntax"),
        Case("half a pair in nested data", .structured(document(#""data":{"a":["\uDC00"]}"#)), "refused jsonSyntax"),
        Case("half a pair in a name", .structured(document(#""\uD800":1"#)), "refused jsonSyntax"),
        Case("half a pair in an attribute", .structured(document(#""x":"\uDEAD""#)), "refused invalidString:x"),
        Case("half a pair in a container", .structured(document(#""x":["\uDEAD"]"#)), "refused jsonSyntax"),
        Case(
            "half a pair in an attribute and another in data", .structured(document(#""x":"\uDEAD","data":"\uD800""#)),
            "refused jsonSyntax"),
        Case("a pair", .structured(document(#""x":"\uD83D\uDE00","data":"\uD83D\uDE00""#)), "structured"),
    ]

    @Test(arguments: documents) func wholeDocument(_ item: Case) { item.check() }

    static let bytes: [(name: String, bytes: [UInt8], outcome: String)] = [
        ("0xFF", [0xFF], "refused invalidUtf8"),
        ("overlong", [0xC0, 0xA0], "refused invalidUtf8"),
        ("overlong of three", [0xE0, 0x80, 0xAF], "refused invalidUtf8"),
        ("overlong of four", [0xF0, 0x80, 0x80, 0x80], "refused invalidUtf8"),
        ("surrogate", [0xED, 0xA0, 0x80], "refused invalidUtf8"),
        ("above U+10FFFF", [0xF4, 0x90, 0x80, 0x80], "refused invalidUtf8"),
        ("five bytes", [0xF8, 0x88, 0x80, 0x80, 0x80], "refused invalidUtf8"),
        ("lone continuation", [0x80], "refused invalidUtf8"),
        ("truncated", [0xE2, 0x82], "refused invalidUtf8"),
        ("fine", Array("é€😀".utf8), "structured"),
        ("DEL", [0x7F], "structured"),
        ("noncharacter", Array("\(scalar(0x1FFFF))".utf8), "structured"),
    ]

    @Test(arguments: bytes) func bytesInData(name: String, bytes: [UInt8], outcome: String) {
        for padding in 0..<40 {
            let text = Array(document(#""data":"\#(String(repeating: "a", count: padding))"#).utf8.dropLast())
            let record = Record.structured(bytes: text + bytes + Array(#""}"#.utf8))
            #expect(record.outcome(.strict) == outcome)
        }
    }

    @Test func offsetsCountFromTheValue() throws {
        let reader = EventReader(contentMode: .structured)
        func offset(_ bytes: [UInt8]) -> Int? {
            Record(bytes: bytes).withView { view in
                var envelope = Envelope()
                do throws(EventFault) { _ = try reader.read(view, into: &envelope) } catch { return error.offset }
                return nil
            }
        }
        #expect(offset(Array(#"{"a":"b"#.utf8) + [0xFF]) == 7)
        #expect(offset([0xEF, 0xBB, 0xBF] + Array(#"{"a":x}"#.utf8)) == 8)
        #expect(offset(Array(document(replacing: ["id": #""a\u0000""#]).utf8)) == 27)
        #expect(offset(Array(document(#""x":1.5"#).utf8)) == document().utf8.count + 4)
    }

    static let identifiers: [Case] = [
        Case("no id", .structured(document(without: "id")), "refused missingAttribute:id"),
        replacing("id", #""""#, "refused emptyAttribute:id"),
        replacing("id", "null", "refused missingAttribute:id"),
        replacing("id", "25", "refused wrongType:id"),
        replacing("id", "{}", "refused wrongType:id"),
        replacing("id", "[]", "refused wrongType:id"),
        replacing("id", "true", "refused wrongType:id"),
        replacing("id", #""\uDEAD""#, "refused invalidString:id"),
        replacing("id", #""\u0000""#, "refused invalidString:id"),
        replacing("id", #""a\nb""#, "refused invalidString:id"),
        replacing("id", "\"a\u{85}b\"", "refused invalidString:id"),
        replacing("id", #""\u0085""#, "refused invalidString:id"),
        replacing("id", "\"\u{7F}\"", "refused invalidString:id"),
        replacing("id", "\"a\(scalar(0xFFFE))\"", "refused invalidString:id"),
        replacing("id", #""\uFFFF""#, "refused invalidString:id"),
        replacing("id", "\"\(scalar(0xFDD0))\"", "refused invalidString:id"),
        replacing("id", "\"\(scalar(0x1FFFF))\"", "refused invalidString:id"),
        replacing("id", #""\uD83F\uDFFE""#, "refused invalidString:id"),
        replacing("id", #""\uD83D\uDE00""#, "structured"),
        replacing("id", "\"cafe\u{301}\"", "structured"),
        replacing("id", #""\"\\\/""#, "structured"),
        replacing("type", #""""#, "refused emptyAttribute:type"),
        replacing("type", #""a/b""#, "structured"),
        replacing("type", "1", "refused wrongType:type"),
        Case("no type", .structured(document(without: "type")), "refused missingAttribute:type"),
        Case("Type for type", .structured(document(#""Type":"t""#, without: "type")), "refused missingAttribute:type"),
        Case("no source", .structured(document(without: "source")), "refused missingAttribute:source"),
        members("empty subject", #""subject":"""#, "refused emptyAttribute:subject"),
        members("null subject", #""subject":null"#, "structured"),
        members("numeric subject", #""subject":1"#, "refused wrongType:subject"),
    ]

    @Test(arguments: identifiers) func identifier(_ item: Case) { item.check() }

    static let versions: [Case] = [
        Case(
            "1.0.2", .structured(document(replacing: ["specversion": #""1.0.2""#])),
            strict: "refused unsupportedSpecVersion", qlik: "structured specversionPatch"),
        replacing("specversion", #""1.0.""#, "refused unsupportedSpecVersion"),
        replacing("specversion", #""1.0.x""#, "refused unsupportedSpecVersion"),
        replacing("specversion", #""0.3""#, "refused unsupportedSpecVersion"),
        replacing("specversion", #""1.1""#, "refused unsupportedSpecVersion"),
        replacing("specversion", #""3.0""#, "refused unsupportedSpecVersion"),
        replacing("specversion", #""1""#, "refused unsupportedSpecVersion"),
        replacing("specversion", #"" 1.0""#, "refused unsupportedSpecVersion"),
        replacing("specversion", #""1.0\n""#, "refused unsupportedSpecVersion"),
        replacing("specversion", #""\u0031.0""#, "structured"),
        replacing("specversion", #""""#, "refused emptyAttribute:specversion"),
        replacing("specversion", "1.0", "refused wrongType:specversion"),
        replacing("specversion", "null", "refused missingAttribute:specversion"),
        Case("no specversion", .structured(document(without: "specversion")), "refused missingAttribute:specversion"),
    ]

    @Test(arguments: versions) func version(_ item: Case) { item.check() }

    static let extensions: [Case] = [
        members("string", #""x":"y""#, "structured"),
        members("empty string", #""x":"""#, "structured"),
        members("null", #""x":null"#, "structured"),
        members("true", #""x":true"#, "structured"),
        members("smallest", #""x":-2147483648"#, "structured"),
        members("largest", #""x":2147483647"#, "structured"),
        members("minus zero", #""x":-0"#, "structured"),
        members("too large", #""x":4247483647"#, "refused integerOutOfRange:x"),
        members("one too small", #""x":-2147483649"#, "refused integerOutOfRange:x"),
        members("far too large", #""x":123456789012345678901234567890"#, "refused integerOutOfRange:x"),
        members("5.0", #""x":5.0"#, "refused notAnInteger:x"),
        members("1e2", #""x":1e2"#, "refused notAnInteger:x"),
        members("42.42", #""x":42.42"#, "refused notAnInteger:x"),
        members("object", #""x":{}"#, "refused invalidAttributeType:x"),
        members("array", #""x":[1]"#, "refused invalidAttributeType:x"),
        members("control character", #""x":"\u0001""#, "refused invalidString:x"),
        members("raw noncharacter", "\"x\":\"\(scalar(0xFFFF))\"", "refused invalidString:x"),
        members("MyExtension", #""MyExtension":"x""#, "refused invalidAttributeName:MyExtension"),
        members("my.extension", #""my.extension":1.5"#, "refused invalidAttributeName:my.extension"),
        members("a_name", #""a_name":null"#, "refused invalidAttributeName:a_name"),
        members("no name", #""":"x""#, "refused invalidAttributeName:"),
        members("non-ASCII name", #""é":"x""#, "refused invalidAttributeName:é"),
        members("25 characters", #""abcdefghijklmnopqrstuvwxy":"x""#, "structured"),
        members("eventtype", #""eventtype":"x""#, "structured"),
        members("extensions as a string", #""extensions":"x""#, "structured"),
        members("extensions as an array", #""extensions":[]"#, "refused invalidAttributeType:extensions"),
        members("extensions null", #""extensions":null"#, "structured"),
        Case(
            "extensions as an object", .structured(document(#""extensions":{"userid":"u"}"#)),
            strict: "refused invalidAttributeType:extensions", qlik: "structured liftedExtensions"),
        Case(
            "eventType", .structured(document(#""eventType":"t""#)),
            strict: "refused invalidAttributeName:eventType", qlik: "structured legacyAttribute:eventType"),
    ]

    @Test(arguments: extensions) func extensionAttribute(_ item: Case) { item.check() }

    static let formats: [Case] = [
        replacing("source", "\"#fragment\"", "structured"),
        replacing("source", #""com.qlik/my-service""#, "structured"),
        replacing("source", #""//a/p""#, "structured"),
        replacing("source", #""urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66""#, "structured"),
        replacing("source", #""""#, "refused emptyAttribute:source"),
        replacing("source", #""/a b""#, "refused invalidUriReference:source"),
        replacing("source", #""/%zz""#, "refused invalidUriReference:source"),
        replacing("source", #""http://[::1""#, "refused invalidUriReference:source"),
        replacing("source", #""/a\n""#, "refused invalidUriReference:source"),
        replacing("source", #""\/a""#, "structured"),
        replacing("source", #""\uDEAD""#, "refused invalidString:source"),
        members("schema", #""dataschema":"https://a/b#c""#, "structured"),
        members("relative schema", #""dataschema":"/b""#, "refused invalidUriReference:dataschema"),
        members("empty schema", #""dataschema":"""#, "refused emptyAttribute:dataschema"),
        members("time", #""time":"2018-04-05T17:31:00Z""#, "structured"),
        members("bad time", #""time":"2018-04-05""#, "refused invalidTimestamp:time"),
        members("empty time", #""time":"""#, "refused invalidTimestamp:time"),
        members("time with line feed", #""time":"2018-04-05T17:31:00Z\n""#, "refused invalidTimestamp:time"),
        members("epoch", #""time":1522949460"#, "refused wrongType:time"),
        members("media type", #""datacontenttype":"APPLICATION/JSON; CharSet=utf-8","data":{}"#, "structured"),
        members("no media type", #""datacontenttype":"xyz""#, "refused invalidMediaType:datacontenttype"),
        members("empty media type", #""datacontenttype":"""#, "refused invalidMediaType:datacontenttype"),
        members("numeric media type", #""datacontenttype":1"#, "refused wrongType:datacontenttype"),
        members("null media type", #""datacontenttype":null,"data":{}"#, "structured"),
        Case(
            "placeholder", .structured(document(#""datacontenttype":"string","data":{}"#)),
            strict: "refused invalidMediaType:datacontenttype", qlik: "structured placeholderMediaType"),
        members("String", #""datacontenttype":"String""#, "refused invalidMediaType:datacontenttype"),
        members("text with an object", #""datacontenttype":"text/plain","data":{}"#, "refused dataNotText"),
        members("text with null", #""datacontenttype":"text/plain","data":null"#, "refused dataNotText"),
        members("text with text", #""datacontenttype":"text/plain","data":"x""#, "structured"),
        members("text without data", #""datacontenttype":"text/plain""#, "structured"),
    ]

    @Test(arguments: formats) func format(_ item: Case) { item.check() }

    static let data: [Case] = [
        members("both", #""data":1,"data_base64":"QQ==""#, "refused dataConflict"),
        members("null and base64", #""data":null,"data_base64":"QQ==""#, "refused dataConflict"),
        members("data and null base64", #""data":1,"data_base64":null"#, "structured"),
        members("base64", #""data_base64":"QUI=""#, "structured"),
        members("base64 with escapes", #""data_base64":"\u0051UI=""#, "structured"),
        members("empty base64", #""data_base64":"""#, "structured"),
        members("null base64", #""data_base64":null"#, "structured"),
        members("bad base64", #""data_base64":"Q*I=""#, "refused invalidBase64"),
        members("url-safe", #""data_base64":"_-8=""#, "refused invalidBase64"),
        members("unpadded", #""data_base64":"QQ""#, "refused invalidBase64"),
        members("line break", #""data_base64":"QUI=\n""#, "refused invalidBase64"),
        members("padding inside", #""data_base64":"QQ==QUI=""#, "refused invalidBase64"),
        members("numeric base64", #""data_base64":1"#, "refused wrongType:data_base64"),
        members("null data", #""data":null"#, "structured"),
        members("string of JSON", #""data":"{}""#, "structured"),
    ]

    @Test(arguments: data) func dataMember(_ item: Case) { item.check() }

    @Test func depth() {
        func outcome(_ levels: Int, _ limits: Limits = Limits(), open: String = "[", close: String = "]") -> String {
            let nested =
                String(repeating: open, count: levels) + (open == "[" ? "" : "1")
                + String(repeating: close, count: levels)
            return Record.structured(document(#""data":"# + nested)).outcome(.strict, limits: limits)
        }
        #expect(outcome(64) == "structured")
        #expect(outcome(512) == "structured")
        #expect(outcome(513) == "refused nestingTooDeep")
        #expect(outcome(100_000) == "refused nestingTooDeep")
        #expect(outcome(512, open: #"{"a":"#, close: "}") == "structured")
        #expect(outcome(513, open: #"{"a":"#, close: "}") == "refused nestingTooDeep")
        #expect(outcome(3, Limits(maximumDepth: 2)) == "refused nestingTooDeep")
        #expect(outcome(1, Limits(maximumDepth: 0)) == "refused nestingTooDeep")
        #expect(outcome(0, Limits(maximumDepth: 0)) == "refused jsonSyntax")
        #expect(outcome(100_000, Limits(maximumDepth: 100_000)) == "structured")
        let unclosed = Record.structured(document(#""data":"# + String(repeating: "[", count: 100_000)))
        #expect(unclosed.outcome(.strict) == "refused nestingTooDeep")
    }

    @Test func size() {
        let text = document()
        #expect(Record.structured(text).outcome(.strict, limits: Limits(maximumBytes: text.utf8.count)) == "structured")
        #expect(
            Record.structured(text).outcome(.strict, limits: Limits(maximumBytes: text.utf8.count - 1))
                == "refused tooLarge")
        let large = document(#""data":"\#(String(repeating: "a", count: 100_000))""#)
        #expect(Record.structured(large).outcome(.strict) == "structured")
    }

    @Test func nearlyEqualIdsStayApart() throws {
        let composed = try Record.structured(document(replacing: ["id": "\"caf\u{E9}\""])).event()
        let decomposed = try Record.structured(document(replacing: ["id": "\"cafe\u{301}\""])).event()
        #expect(Array(composed.id.utf8) != Array(decomposed.id.utf8))
    }

    /// A document of nothing but attributes, in time that grows with its size.
    @Test(.timeLimit(.minutes(1))) func manyAttributes() {
        let many = (0..<50_000).map { #""x\#($0)":1"# }.joined(separator: ",")
        #expect(Record.structured(document(many)).outcome(.strict) == "structured")
        #expect(Record.structured(document(many + #","x4\u0034":1"#)).outcome(.strict) == "refused duplicateMember:x44")
    }
}
