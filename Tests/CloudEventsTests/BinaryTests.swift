import CloudEvents
import Testing

/// Attributes as headers.
@Suite struct BinaryTests {
    static let cases: [Case] = [
        Case("plain", .binary("{}"), "binary"),
        Case("no id", .binary("{}", without: ["ce_id"]), "refused missingAttribute:id"),
        Case("no source", .binary("{}", without: ["ce_source"]), "refused missingAttribute:source"),
        Case("no type", .binary("{}", without: ["ce_type"]), "refused missingAttribute:type"),
        Case("no specversion", .binary("{}", without: ["ce_specversion"]), "refused notACloudEvent"),
        Case("null specversion", .binary("{}", [("ce_specversion", nil)]), "refused notACloudEvent"),
        Case("empty specversion", .binary("{}", [("ce_specversion", "")]), "refused emptyAttribute:specversion"),
        Case("other specversion", .binary("{}", [("ce_specversion", "0.3")]), "refused unsupportedSpecVersion"),
        Case(
            "patch", .binary("{}", [("ce_specversion", "1.0.2")]),
            strict: "refused unsupportedSpecVersion", qlik: "binary specversionPatch"),
        Case(
            "capitals",
            .binary(
                "{}", contentType: nil, [("CE_ID", "1"), ("CONTENT-TYPE", "application/json")], without: ["ce_id"]),
            "binary headerNameCase:datacontenttype,headerNameCase:id"),
        Case("both cases, equal", .binary("{}", [("CE_ID", "1")]), "binary headerNameCase:id"),
        Case("both cases, different", .binary("{}", [("CE_ID", "2")]), "refused duplicateAttribute:id"),
        Case("both cases, one null", .binary("{}", [("CE_ID", nil)]), "refused duplicateAttribute:id"),
        Case(
            "extension in both cases, equal", .binary("{}", [("ce_x", "1"), ("ce_X", "1")]), "binary headerNameCase:x"),
        Case(
            "extension in both cases, different", .binary("{}", [("ce_x", "1"), ("ce_X", "2")]),
            "refused duplicateAttribute:x"),
        Case("type twice", .binary("{}", [("ce_type", "t"), ("ce_type", "t")]), "refused duplicateAttribute:type"),
        Case(
            "type twice, different", .binary("{}", [("ce_type", "t"), ("ce_type", "u")]),
            "refused duplicateAttribute:type"),
        Case("extension twice", .binary("{}", [("ce_x", "1"), ("ce_x", "1")]), "refused duplicateAttribute:x"),
        Case("null extension", .binary("{}", [("ce_x", nil)]), "binary"),
        Case("null id", .binary("{}", [("ce_id", nil)]), "refused missingAttribute:id"),
        Case("empty id", .binary("{}", [("ce_id", "")]), "refused emptyAttribute:id"),
        Case("null subject", .binary("{}", [("ce_subject", nil)]), "binary"),
        Case("empty subject", .binary("{}", [("ce_subject", "")]), "refused emptyAttribute:subject"),
        Case("empty extension", .binary("{}", [("ce_x", "")]), "binary"),
        Case(
            "id not UTF-8", Record.binary("{}", without: ["ce_id"]).with(Array("ce_id".utf8), [0xFF]),
            "refused invalidUtf8:ce_id"),
        Case(
            "extension not UTF-8", Record.binary("{}").with(Array("CE_x".utf8), [0x61, 0xC0, 0xA0]),
            "refused invalidUtf8:CE_x"),
        Case(
            "content type not UTF-8", Record.binary("{}", contentType: nil).with(Array("content-type".utf8), [0xFF]),
            "refused invalidUtf8:content-type"),
        Case("other header not UTF-8", Record.binary("{}").with(Array("trace".utf8), [0xFF]), "binary"),
        Case("other header twice", .binary("{}", [("a", "1"), ("a", "2")]), "binary"),
        Case("line feed in id", .binary("{}", [("ce_id", "a\nb")]), "refused invalidString:id"),
        Case("line feed in an extension", .binary("{}", [("ce_x", "a\nb")]), "refused invalidString:x"),
        Case("noncharacter in type", .binary("{}", [("ce_type", "a\u{1FFFF}")]), "refused invalidString:type"),
        Case(
            "content type repeated as attribute", .binary("{}", [("ce_datacontenttype", "application/json")]),
            "binary duplicateContentType"),
        Case(
            "content type unlike the attribute", .binary("{}", [("ce_datacontenttype", "text/plain")]),
            "refused duplicateAttribute:datacontenttype"),
        Case(
            "content type as attribute only", .binary("{}", contentType: nil, [("ce_datacontenttype", "text/plain")]),
            "binary"),
        Case("null content type as attribute", .binary("{}", [("ce_datacontenttype", nil)]), "binary"),
        Case("no content type", .binary("{}", contentType: nil), "binary"),
        Case("bad content type", .binary("{}", contentType: "json"), "refused invalidMediaType:datacontenttype"),
        Case("empty content type", .binary("{}", contentType: ""), "refused invalidMediaType:datacontenttype"),
        Case(
            "placeholder", .binary("{}", contentType: "string"),
            strict: "refused invalidMediaType:datacontenttype", qlik: "binary placeholderMediaType"),
        Case("a header named ce_", .binary("{}", [("ce_", "x")]), "refused invalidAttributeName:"),
        Case("a header named ce_data", .binary("{}", [("ce_data", "x")]), "refused invalidAttributeName:data"),
        Case(
            "a header named ce_data_base64", .binary("{}", [("ce_data_base64", "x")]),
            "refused invalidAttributeName:data_base64"),
        Case("punctuation", .binary("{}", [("ce_my.ext", "x")]), "refused invalidAttributeName:my.ext"),
        Case("a long name", .binary("{}", [("ce_abcdefghijklmnopqrstuvwxy", "x")]), "binary"),
        Case(
            "eventType", .binary("{}", [("ce_eventType", "t")]),
            strict: "binary headerNameCase:eventtype", qlik: "binary legacyAttribute:eventType"),
        Case(
            "eventtype", .binary("{}", [("ce_eventtype", "t")]), strict: "binary",
            qlik: "binary legacyAttribute:eventType"),
        Case(
            "eventType, another", .binary("{}", [("CE_EVENTTYPE", "u")]),
            strict: "binary headerNameCase:eventtype", qlik: "refused typeConflict"),
        Case("an extension called extensions", .binary("{}", [("ce_extensions", "x")]), "binary"),
        Case("data is not judged", .binary("{not json"), "binary"),
        Case("booleans as other SDKs write them", .binary("{}", [("ce_flag", "True")]), "binary"),
        Case("bad source", .binary("{}", [("ce_source", "/a b")]), "refused invalidUriReference:source"),
        Case("bad time", .binary("{}", [("ce_time", "yesterday")]), "refused invalidTimestamp:time"),
    ]

    @Test(arguments: cases) func outcome(_ item: Case) { item.check() }

    @Test func textIsLiteral() throws {
        let event = try Record.binary("{}", [("ce_subject", "Euro%20%E2%82%AC"), ("ce_foo", "a%20b")]).event()
        #expect(event.subject == "Euro%20%E2%82%AC")
        #expect(event["foo"] == "a%20b")
        #expect(event.extensions == ["foo": "a%20b"])
    }

    @Test func nullIsNotEmpty() throws {
        let without = try Record.binary(nil).event()
        #expect(without.hasData == false)
        #expect(without.dataBytes == nil)
        let empty = try Record.binary("").event()
        #expect(empty.hasData)
        #expect(empty.dataBytes == [])
    }

    @Test func namesAreLookedUpInLowerCase() throws {
        let event = try Record.binary("{}", [("CE_Foo", "1"), ("ce_bar", nil)]).event()
        #expect(event["foo"] == "1")
        #expect(event["bar"] == nil)
        #expect(event.extensions == ["foo": "1"])
    }

    /// Headers of one name in many spellings and of many names: in time that grows with their number.
    @Test(.timeLimit(.minutes(1))) func manyHeaders() {
        var record = Record.binary("{}")
        for index in 0..<50_000 { record.headers.append((Array("ce_x\(index)".utf8), [0x61])) }
        #expect(record.outcome(.strict) == "binary")
        record.headers.append((Array("ce_x777".utf8), [0x61]))
        #expect(record.outcome(.strict) == "refused duplicateAttribute:x777")
    }
}
