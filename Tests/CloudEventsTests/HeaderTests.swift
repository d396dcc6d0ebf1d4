import CloudEvents
import Testing

/// How headers say what a record is, and what they may get wrong.
@Suite struct HeaderTests {
    static let event = document()
    static let contentTypes: [Case] = [
        Case(
            "capitals and parameters", Record(event, [("content-type", "Application/CloudEvents+JSON; Charset=utf-8")]),
            "structured"),
        Case("no headers, an event", Record(event), "structured implicitStructured"),
        Case("no headers, other JSON", Record(#"{"a":1}"#), "refused notACloudEvent"),
        Case("no headers, an array", Record("[1]"), "refused notACloudEvent"),
        Case("no headers, no JSON", Record("hello"), "refused notACloudEvent"),
        Case("no headers, poison", Record(bytes: [0xDE, 0xAD]), "refused notACloudEvent"),
        Case("no headers, no bytes", Record(""), "refused emptyValue"),
        Case("no headers, a broken event", Record(String(event.dropLast())), "refused jsonSyntax"),
        Case("no headers, a wrong event", Record(document(replacing: ["id": "25"])), "refused wrongType:id"),
        Case(
            "no headers, specversion inside data only", Record(#"{"data":{"specversion":"1.0"}}"#),
            "refused notACloudEvent"),
        Case(
            "no headers, specversion null", Record(document(replacing: ["specversion": "null"])),
            "refused notACloudEvent"),
        Case(
            "no headers, UTF-16", Record(bytes: event.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
            "refused notUtf8"),
        Case("no headers of ours", Record(event, [("trace", "x")]), "structured implicitStructured"),
        Case("null content type", Record(event, [("content-type", nil)]), "structured implicitStructured"),
        Case(
            "JSON, an event", Record(event, [("content-type", "application/json")]),
            strict: "refused notACloudEvent", qlik: "structured implicitStructured"),
        Case(
            "JSON with charset, an event", Record(event, [("content-type", "application/json; charset=utf-8")]),
            strict: "refused notACloudEvent", qlik: "structured implicitStructured"),
        Case("JSON, other JSON", Record("{}", [("content-type", "application/json")]), "refused notACloudEvent"),
        Case("JSON, no bytes", Record("", [("content-type", "application/json")]), "refused notACloudEvent"),
        Case(
            "JSON, a wrong event", Record(document(replacing: ["id": "25"]), [("content-type", "application/json")]),
            strict: "refused notACloudEvent", qlik: "refused wrongType:id"),
        Case("a like type, an event", Record(event, [("content-type", "application/json5")]), "refused notACloudEvent"),
        Case("text, an event", Record(event, [("content-type", "text/plain")]), "refused notACloudEvent"),
        Case(
            "batch", Record("[]", [("content-type", "application/cloudevents-batch+json")]), "refused batchNotSupported"
        ),
        Case(
            "batch without value", Record(nil, [("content-type", "application/cloudevents-batch+json")]),
            "refused batchNotSupported"),
        Case(
            "batch in Avro", Record("[]", [("content-type", "application/cloudevents-batch+avro; x=y")]),
            "refused batchNotSupported"),
        Case("an array under the single type", .structured("[]"), "refused notAnObject"),
        Case("a broken array under the single type", .structured("[1"), "refused jsonSyntax"),
        Case("a string under the single type", .structured(#""a""#), "refused notAnObject"),
        Case(
            "Avro", Record(event, [("content-type", "application/cloudevents+avro")]), "refused unsupportedEventFormat"),
        Case("bare", Record(event, [("content-type", "application/cloudevents")]), "refused unsupportedEventFormat"),
        Case(
            "longer suffix", Record(event, [("content-type", "application/cloudevents+jsonx")]),
            "refused unsupportedEventFormat"),
        Case(
            "space before parameters", Record(event, [("content-type", "application/cloudevents+json ;a=b")]),
            "structured"),
        Case(
            "content type in capitals", Record(event, [("CONTENT-TYPE", "application/cloudevents+json")]),
            "structured headerNameCase:content-type"),
        Case(
            "content type twice, equal",
            Record(
                event,
                [("content-type", "application/cloudevents+json"), ("content-type", "application/cloudevents+json")]),
            "structured duplicateContentType"),
        Case(
            "content type twice, different",
            Record(event, [("content-type", "application/cloudevents+json"), ("content-type", "text/plain")]),
            "refused duplicateAttribute:datacontenttype"),
        Case(
            "content type in both cases, different",
            Record(event, [("content-type", "application/json"), ("Content-Type", "text/plain")]),
            "refused duplicateAttribute:datacontenttype"),
        Case(
            "content type in both cases, equal",
            Record(
                event,
                [("content-type", "application/cloudevents+json"), ("Content-Type", "application/cloudevents+json")]),
            "structured headerNameCase:content-type"),
    ]

    @Test(arguments: contentTypes) func contentType(_ item: Case) { item.check() }

    static let absent: [Case] = [
        Case("structured, null value", .structured(nil), "refused emptyValue"),
        Case("structured, no bytes", .structured(""), "refused emptyValue"),
        Case("structured, only a mark", .structured(bytes: [0xEF, 0xBB, 0xBF]), "refused emptyValue"),
        Case("structured, only space", .structured("  "), "refused jsonSyntax"),
        Case("nothing at all", Record(nil), "tombstone"),
        Case("null value, other headers", Record(nil, [("trace", "1")]), "tombstone"),
        Case("null value, JSON", Record(nil, [("content-type", "application/json")]), "tombstone"),
        Case("null value, one attribute", Record(nil, [("ce_id", "1")]), "refused notACloudEvent"),
        Case("binary, null value", .binary(nil), "binary"),
        Case("binary, no bytes", .binary(""), "binary"),
    ]

    @Test(arguments: absent) func absentValue(_ item: Case) { item.check() }

    static let mismatches: [Case] = [
        Case("disagreeing type", structured([("ce_type", "other")]), "structured headerMismatch:type"),
        Case("agreeing", structured([("ce_type", "t"), ("ce_id", "1")]), "structured"),
        Case("unknown extension", structured([("ce_foo", "x")]), "structured headerMismatch:foo"),
        Case("agreeing extension", structured([("ce_foo", "5")], #""foo":5"#), "structured"),
        Case("disagreeing extension", structured([("CE_FOO", "6")], #""foo":5"#), "structured headerMismatch:foo"),
        Case("null header", structured([("ce_foo", nil)]), "structured"),
        Case(
            "equal instants", structured([("ce_time", "2020-01-01T01:00:00+01:00")], #""time":"2020-01-01T00:00:00Z""#),
            "structured"),
        Case(
            "other instants", structured([("ce_time", "2020-01-01T01:00:00Z")], #""time":"2020-01-01T00:00:00Z""#),
            "structured headerMismatch:time"),
        Case(
            "two", structured([("ce_id", "2"), ("ce_subject", "s")]),
            "structured headerMismatch:id,headerMismatch:subject"),
    ]

    static func structured(_ headers: [(String, String?)], _ members: String = "") -> Record {
        Record(document(members), [("content-type", "application/cloudevents+json")] + headers)
    }

    @Test(arguments: mismatches) func mismatch(_ item: Case) { item.check() }

    @Test func fixedModeSparesHeaders() {
        let reader = EventReader(contentMode: .structured)
        #expect(!reader.needsHeaders(forNullValue: false))
        #expect(reader.needsHeaders(forNullValue: true))
        #expect(Record(Self.event).outcome(.strict, mode: .structured) == "structured")
        #expect(Record(nil).outcome(.strict, mode: .structured) == "tombstone")
        #expect(Record.structured(nil).outcome(.strict, mode: .structured) == "refused emptyValue")
        #expect(Record.binary("{}").outcome(.strict, mode: .binary) == "binary")
        #expect(Record(nil).outcome(.strict, mode: .binary) == "tombstone")
        #expect(Record("{}").outcome(.strict, mode: .binary) == "refused notACloudEvent")
    }

    @Test func modeIsKnownBeforeAFault() {
        var envelope = Envelope()
        let reader = EventReader(profile: .qlik)
        func mode(_ record: Record) -> ContentMode? {
            record.withView { view in
                _ = try? reader.read(view, into: &envelope)
                return envelope.mode
            }
        }
        #expect(mode(.structured("{")) == .structured)
        #expect(mode(.binary("{}", without: ["ce_id"])) == .binary)
        #expect(mode(Record(String(Self.event.dropLast()))) == .structured)
        #expect(mode(Record("{}")) == nil)
    }

    @Test func switchesAreObeyed() {
        func outcome(_ record: Record, off item: Profile.Switch) -> String {
            record.outcome(Profile.qlik.setting(item, false))
        }
        #expect(outcome(Record(Self.event), off: .implicitStructured) == "refused notACloudEvent")
        #expect(
            outcome(Record(Self.event, [("content-type", "application/json")]), off: .implicitStructuredJSON)
                == "refused notACloudEvent")
        #expect(outcome(Self.structured([("ce_id", "2")]), off: .headerMismatch) == "refused duplicateAttribute:id")
        #expect(
            outcome(.binary("{}", [("CE_ID", "1")], without: ["ce_id"]), off: .headerNameCase)
                == "refused missingAttribute:id")
        #expect(
            outcome(.structured(bytes: [0xEF, 0xBB, 0xBF] + Array(Self.event.utf8)), off: .bom) == "refused jsonSyntax")
        #expect(
            outcome(.binary("{}", [("ce_datacontenttype", "application/json")]), off: .duplicateContentType)
                == "refused duplicateAttribute:datacontenttype")
        #expect(
            outcome(.structured(document(#""datacontenttype":"string""#)), off: .placeholderMediaType)
                == "refused invalidMediaType:datacontenttype")
        #expect(
            outcome(.structured(document(#""extensions":{}"#)), off: .liftedExtensions)
                == "refused invalidAttributeType:extensions")
        #expect(
            outcome(.structured(document(#""eventType":"t""#)), off: .legacyAttribute)
                == "refused invalidAttributeName:eventType")
        let alias = #""com.qlik.scheduling.tasks.created""#
        #expect(outcome(.structured(document(replacing: ["type": alias])), off: .typeAlias) == "structured")
        #expect(
            outcome(.structured(document(#""eventType":"x""#, replacing: ["type": alias])), off: .typeByEventType)
                == "refused typeConflict")
        #expect(
            outcome(.structured(document(replacing: ["specversion": #""1.0.2""#])), off: .specversionPatch)
                == "refused unsupportedSpecVersion")
    }
}
