import CloudEvents
import Testing

/// Events made here, and events written as JSON and as Kafka records.
@Suite struct WritingTests {
    private func json(_ event: CloudEvent) -> String { String(decoding: event.jsonBytes(), as: UTF8.self) }

    private func json(_ members: String, _ profile: Profile = .strict) throws -> String {
        json(try Record.structured(document(members)).event(profile))
    }

    private static let head = #"{"specversion":"1.0","id":"1","source":"/a","type":"t""#

    static let structured: [(members: String, written: String)] = [
        ("", ""),
        (#""data":{"a" : 1}"#, #","data":{"a" : 1}"#),
        (#""data":null"#, #","data":null"#),
        (#""data":"a\u0062""#, #","data":"a\u0062""#),
        (#""x":null,"y":"a\"b","z":-5,"b":false"#, #","y":"a\"b","z":-5,"b":false"#),
        (#""time":"2020-01-01T00:00:00.50+00:00""#, #","time":"2020-01-01T00:00:00.50+00:00""#),
        (
            #""datacontenttype":"text/plain","data":"a\n\"\u00e9""#,
            #","datacontenttype":"text/plain","data":"a\n\"\u00e9""#
        ),
        (
            #""datacontenttype":"application/octet-stream","data":"a""#,
            #","datacontenttype":"application/octet-stream","data":"a""#
        ),
        (#""data_base64":"/wD+""#, #","data_base64":"/wD+""#),
        (#""data_base64":"""#, #","data_base64":"""#),
        (
            #""datacontenttype":"image/png","data_base64":"e30=""#,
            #","datacontenttype":"image/png","data_base64":"e30=""#
        ),
        (
            #""datacontenttype":"application/json","data_base64":"e30=""#,
            #","datacontenttype":"application/json","data":{}"#
        ),
        (#""datacontenttype":"text/plain","data_base64":"e30=""#, #","datacontenttype":"text/plain","data":"{}""#),
        (
            #""datacontenttype":"text/plain","data_base64":"/w==""#,
            #","datacontenttype":"text/plain","data_base64":"/w==""#
        ),
    ]

    @Test(arguments: structured) func writesStructuredEvents(members: String, written: String) throws {
        let text = try json(members)
        #expect(text == Self.head + written + "}")
        // What was written is read again, and written alike.
        #expect(json(try CloudEvent(json: Array(text.utf8))) == text)
    }

    static let binary: [(value: String?, contentType: String?, written: String)] = [
        (#"{"a" : 1}"#, "application/json", #","datacontenttype":"application/json","data":{"a" : 1}"#),
        ("5", "application/vnd.x+json; v=1", #","datacontenttype":"application/vnd.x+json; v=1","data":5"#),
        ("{broken", "application/json", #","datacontenttype":"application/json","data_base64":"e2Jyb2tlbg==""#),
        ("", "application/json", #","datacontenttype":"application/json","data_base64":"""#),
        (nil, "application/json", #","datacontenttype":"application/json""#),
        ("a\n\"\u{1}é", "text/plain", #","datacontenttype":"text/plain","data":"a\n\"\u0001é""#),
        ("<a/>", "application/xml", #","datacontenttype":"application/xml","data":"<a/>""#),
        ("<a/>", "image/svg+xml", #","datacontenttype":"image/svg+xml","data":"<a/>""#),
        (
            "a", "text/plain; charset=iso-8859-1",
            #","datacontenttype":"text/plain; charset=iso-8859-1","data_base64":"YQ==""#
        ),
        ("a", "text/plain; charset=\"UTF-8\"", #","datacontenttype":"text/plain; charset=\"UTF-8\"","data":"a""#),
        ("a", "image/png", #","datacontenttype":"image/png","data_base64":"YQ==""#),
        (#"{"a":1}"#, nil, #","data_base64":"eyJhIjoxfQ==""#),
    ]

    @Test(arguments: binary) func writesBinaryEvents(value: String?, contentType: String?, written: String) throws {
        let event = try Record.binary(value, contentType: contentType).event()
        #expect(json(event) == Self.head + written + "}")
        #expect(throws: Never.self) { try CloudEvent(json: event.jsonBytes()) }
    }

    @Test func writesWhatProcessorsSee() throws {
        let text = #"""
            {"specversion":"1.0.3","id":"1","source":"/a","type":"com.qlik.scheduling.tasks.created","datacontenttype":"string",
            "eventType":"com.qlik.scheduling.task.deleted","extensions":{"userId":"u","n":1},"x":"y","data":[]}
            """#
        let event = try CloudEvent(json: Array(text.utf8), profile: .qlik)
        #expect(
            json(event) == #"{"specversion":"1.0","id":"1","source":"/a","type":"com.qlik.scheduling.task.deleted","#
                + #""datacontenttype":"application/json","x":"y","userid":"u","n":1,"data":[]}"#)
    }

    // MARK: Kafka

    private func headers(_ message: KafkaMessage) -> [String] {
        message.headers.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" }
    }

    @Test func writesBinaryRecords() throws {
        let event = try Record.structured(
            document(#""subject":"s","time":"2020-01-01T00:00:00Z","dataschema":"a:b","n":-5,"b":true,"data":{"a":1}"#)
        ).event()
        let message = event.kafkaMessage(.binary)
        #expect(
            headers(message) == [
                "ce_specversion=1.0", "ce_id=1", "ce_source=/a", "ce_type=t", "ce_subject=s",
                "ce_time=2020-01-01T00:00:00Z",
                "ce_dataschema=a:b", "content-type=application/json", "ce_n=-5", "ce_b=true",
            ])
        #expect(message.value == Array(#"{"a":1}"#.utf8))
        let again = try #require(try CloudEvent.read(message))
        #expect(again.mode == .binary)
        #expect(again["n"] == "-5")
        #expect(again.dataBytes == event.dataBytes)
        #expect(again.isDataJSON)
    }

    @Test func writesBinaryRecordsWithoutData() throws {
        let message = try Record.structured(document()).event().kafkaMessage(.binary)
        #expect(message.value == nil)
        #expect(headers(message) == ["ce_specversion=1.0", "ce_id=1", "ce_source=/a", "ce_type=t"])
        let bytes = try Record.structured(document(#""data_base64":"/w==""#)).event().kafkaMessage(.binary)
        #expect(bytes.value == [0xFF])
        #expect(headers(bytes).allSatisfy { !$0.hasPrefix("content-type") })
    }

    @Test func writesStructuredRecords() throws {
        let event = try Record.binary("x", contentType: "text/plain", [("ce_x", "1")]).event()
        let message = event.kafkaMessage(.structured)
        #expect(headers(message) == ["content-type=application/cloudevents+json"])
        let again = try #require(try CloudEvent.read(message))
        #expect(again.mode == .structured)
        #expect(again["x"] == "1")
        #expect(again.dataString == "x")
    }

    // MARK: Making

    @Test func makesEvents() throws {
        let event = try CloudEvent(
            id: "1", source: "/a", type: "t", subject: "ü", time: Timestamp(seconds: 0, nanoseconds: 1_000_000),
            dataSchema: "a:b", extensions: ["b": true, "a": 5, "c": "x"], data: .json(Array(#"{"n":1}"#.utf8)))
        #expect(event.mode == nil)
        #expect(event.subject == "ü")
        #expect(event.time == "1970-01-01T00:00:00.001Z")
        #expect(event["a"] == "5")
        #expect(event.extensions == ["a": 5, "b": true, "c": "x"])
        #expect(event.isDataJSON)
        #expect(
            json(event) == Self.head + #","subject":"ü","time":"1970-01-01T00:00:00.001Z","#
                + #""datacontenttype":"application/json","dataschema":"a:b","a":5,"b":true,"c":"x","data":{"n":1}}"#)
    }

    @Test func makesEventsOfTextAndBytes() throws {
        let text = try CloudEvent(id: "1", source: "/a", type: "t", data: .text("a\n"))
        #expect(json(text) == Self.head + #","datacontenttype":"text/plain","data":"a\n"}"#)
        let bytes = try CloudEvent(id: "1", source: "/a", type: "t", data: .bytes([0xFF]))
        #expect(json(bytes) == Self.head + #","data_base64":"/w=="}"#)
        let encoded = try CloudEvent(
            id: "1", source: "/a", type: "t", dataContentType: "application/json", data: .text(#"{"a":1}"#))
        #expect(json(encoded) == Self.head + #","datacontenttype":"application/json","data":{"a":1}}"#)
        #expect(encoded.kafkaMessage(.binary).value == Array(#"{"a":1}"#.utf8))
    }

    private func refusal(_ make: () throws(EventFault) -> CloudEvent) -> String? {
        do throws(EventFault) { _ = try make() } catch { return error.reason }
        return nil
    }

    @Test func refusesToMakeWhatWouldNotBeRead() {
        #expect(
            refusal { () throws(EventFault) in try CloudEvent(id: "", source: "/a", type: "t") } == "emptyAttribute:id")
        #expect(
            refusal { () throws(EventFault) in try CloudEvent(id: "1", source: "a b", type: "t") }
                == "invalidUriReference:source")
        #expect(
            refusal { () throws(EventFault) in try CloudEvent(id: "1\n", source: "a", type: "t") } == "invalidString:id"
        )
        func with(_ extensions: [String: AttributeValue]) -> String? {
            refusal { () throws(EventFault) in try CloudEvent(id: "1", source: "a", type: "t", extensions: extensions) }
        }
        #expect(with(["A": 1]) == "invalidAttributeName:A")
        #expect(with(["id": "1"]) == "invalidAttributeName:id")
        #expect(with(["data": "1"]) == "invalidAttributeName:data")
        #expect(with(["x": "\n"]) == "invalidString:x")
        func of(_ data: EventPayload, _ type: String? = nil) -> String? {
            refusal { () throws(EventFault) in
                try CloudEvent(id: "1", source: "a", type: "t", dataContentType: type, data: data)
            }
        }
        #expect(of(.json(Array("{".utf8))) == "jsonSyntax")
        #expect(of(.json(Array("{}".utf8)), "text/plain") == "dataNotText")
        #expect(of(.text("x"), "text") == "invalidMediaType:datacontenttype")
    }

    @Test func base64IsExact() throws {
        for count in 0..<20 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 250) }
            let event = try CloudEvent(id: "1", source: "/a", type: "t", data: .bytes(bytes))
            #expect(try CloudEvent(json: event.jsonBytes()).dataBytes == bytes)
        }
        let text = try CloudEvent(json: Array(document(#""data_base64":"Zm9vYmFy""#).utf8))
        #expect(text.dataString == "foobar")
    }
}
