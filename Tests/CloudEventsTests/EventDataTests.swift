import CloudEvents
import Testing

/// Typed data: what is read, and how each mismatch is named.
@Suite struct EventDataTests {
    struct Order: Codable, EventData, Equatable {
        var id: String
        var total: Double
        var count: Int32?
        var open: Bool
        var tags: [String]?
        var lines: [Line]?
        var kind: Kind?
        var labels: [String: String]?

        struct Line: Codable, Equatable {
            var sku: String
            var amount: UInt8
        }
        enum Kind: String, Codable { case retail, trade }
    }

    struct Text: Codable, EventData { var text: String }

    struct Name: Decodable, EventData {
        var value: String
        init(from decoder: any Decoder) throws { value = try decoder.singleValueContainer().decode(String.self) }
    }

    private func structured(_ data: String) throws -> CloudEvent {
        try Record.structured(document(#""data":"# + data)).event()
    }

    private func error<T: EventData>(_ type: T.Type, _ event: CloudEvent) -> EventDataError? {
        do throws(EventDataError) { _ = try event.data(as: type) } catch { return error }
        return nil
    }

    private func error(_ data: String) throws -> EventDataError? {
        error(Order.self, try structured(data))
    }

    @Test func readsMembers() throws {
        let order = try structured(
            #"""
            {"open":true, "id":"caf\u00e9 \ud83d\ude00", "total":-12.5e1, "unknown":{"a":[1,{"b":null}]}, "count":7,
            "tags":["x","y\n"], "lines":[{"sku":"1","amount":255},{"amount":0,"sku":""}], "kind":"trade", "labels":{"k":"v","l":"w"}}
            """#
        ).data(as: Order.self)
        #expect(
            order
                == Order(
                    id: "café 😀", total: -125, count: 7, open: true, tags: ["x", "y\n"],
                    lines: [.init(sku: "1", amount: 255), .init(sku: "", amount: 0)], kind: .trade,
                    labels: ["k": "v", "l": "w"]))
    }

    @Test func optionalMembersMayBeMissingOrNull() throws {
        let order = try structured(#"{"id":"1","total":0,"open":false,"tags":null}"#).data(as: Order.self)
        #expect(order == Order(id: "1", total: 0, open: false))
    }

    @Test func wholeDataErrors() throws {
        let none = try Record.structured(document()).event()
        #expect(error(Order.self, none)?.reason == "dataMissing")
        #expect(error(Order.self, try Record.binary(nil).event())?.reason == "dataMissing")
        #expect(error(Order.self, try Record.binary("").event())?.reason == "dataSyntax")
        #expect(error(Order.self, try Record.binary("{").event())?.reason == "dataSyntax")
        #expect(error(Order.self, try Record.binary(" null ").event())?.reason == "dataNull")
        #expect(try error("null")?.reason == "dataNull")
        #expect(try error(#""{\"id\":1}""#)?.reason == "doubleEncoded")
        #expect(try error(#"" [1]""#)?.reason == "doubleEncoded")
        #expect(try error(#""{broken""#)?.reason == "invalidData:/data")
        #expect(try error(#""text""#)?.reason == "invalidData:/data")
        #expect(try error("[]")?.reason == "invalidData:/data")
        #expect(try error("[]")?.expected == "object")
        #expect(try error("[]")?.actual == "array")
        #expect(try error("5")?.actual == "number")
    }

    static let mismatches: [(data: String, pointer: String, expected: String, actual: String)] = [
        (#"{"total":1,"open":true}"#, "/data/id", "string", "nothing"),
        (#"{"id":null,"total":1,"open":true}"#, "/data/id", "string", "null"),
        (#"{"id":1,"total":1,"open":true}"#, "/data/id", "string", "number"),
        (#"{"id":"1","total":"1","open":true}"#, "/data/total", "number", "string"),
        (#"{"id":"1","total":1e400,"open":true}"#, "/data/total", "number in the range of a Double", "number"),
        (#"{"id":"1","total":1,"open":"true"}"#, "/data/open", "boolean", "string"),
        (#"{"id":"1","total":1,"open":1}"#, "/data/open", "boolean", "number"),
        (
            #"{"id":"1","total":1,"open":true,"count":5.0}"#, "/data/count",
            "integer within -2147483648 and 2147483647", "number"
        ),
        (
            #"{"id":"1","total":1,"open":true,"count":2147483648}"#, "/data/count",
            "integer within -2147483648 and 2147483647", "number"
        ),
        (#"{"id":"1","total":1,"open":true,"tags":"x"}"#, "/data/tags", "array", "string"),
        (#"{"id":"1","total":1,"open":true,"tags":["x",{}]}"#, "/data/tags/1", "string", "object"),
        (#"{"id":"1","total":1,"open":true,"tags":[null]}"#, "/data/tags/0", "string", "null"),
        (
            #"{"id":"1","total":1,"open":true,"lines":[{"sku":"1","amount":1},{"sku":"1"}]}"#, "/data/lines/1/amount",
            "integer", "nothing"
        ),
        (
            #"{"id":"1","total":1,"open":true,"lines":[{"sku":"1","amount":-1}]}"#, "/data/lines/0/amount",
            "integer within 0 and 255", "number"
        ),
        (#"{"id":"1","total":1,"open":true,"lines":[[]]}"#, "/data/lines/0", "object", "array"),
        (#"{"id":"1","total":1,"open":true,"labels":{"a/b~c":1}}"#, "/data/labels/a~1b~0c", "string", "number"),
        (#"{"id":"1","total":1,"open":true,"labels":{"\u0061\n":[]}}"#, "/data/labels/a\n", "string", "array"),
        (
            #"{"id":"1","total":1,"open":true,"kind":"other"}"#, "/data/kind", "a value that its type knows",
            "another value"
        ),
    ]

    @Test(arguments: mismatches) func mismatch(data: String, pointer: String, expected: String, actual: String) throws {
        let wanted = EventDataError(.invalidData, pointer: pointer, expected: expected, actual: actual)
        #expect(try error(data) == wanted)
        // The same in binary mode, and with white space everywhere.
        #expect(error(Order.self, try Record.binary(data).event()) == wanted)
        let spaced = data.map { [":": " : ", ",": "\n ,\t", "{": "{ "][$0] ?? String($0) }.joined()
        if !data.contains("\\") { #expect(try error(spaced) == wanted) }
    }

    @Test func formsOfData() throws {
        let base64 = try Record.structured(document(#""data_base64":"eyJ0ZXh0IjoieCJ9""#)).event()
        #expect(try base64.data(as: Text.self).text == "x")
        let text = try Record.structured(document(#""datacontenttype":"text/plain","data":"{\"text\":\"x\"}""#)).event()
        #expect(try text.data(as: Text.self).text == "x")
        let plain = try Record.binary(#"{"text":"x"}"#, contentType: nil).event()
        #expect(try plain.data(as: Text.self).text == "x")
        let string = try structured(#""a\tb""#)
        #expect(try string.data(as: Name.self).value == "a\tb")
        var tolerated: [String] = []
        let marked = try Record(bytes: [0xEF, 0xBB, 0xBF] + Array(#"{"text":"x"}"#.utf8), Self.headers).event()
        #expect(try Text.decode(from: marked, tolerated: &tolerated).text == "x")
        #expect(tolerated == ["bom"])
    }

    private static let headers: [(String, String?)] = [
        ("ce_specversion", "1.0"), ("ce_id", "1"), ("ce_source", "/a"), ("ce_type", "t"),
    ]

    @Test func bytesAndTextOfData() throws {
        #expect(try structured(#" {"a": 1} "#).dataString == #"{"a": 1}"#)
        #expect(try structured(#""a\n""#).dataString == #""a\n""#)
        let text = try Record.structured(document(#""datacontenttype":"text/plain","data":"a\n\u00e9""#)).event()
        #expect(text.dataString == "a\né")
        #expect(!text.isDataJSON)
        let bytes = try Record.structured(document(#""data_base64":"/wD+""#)).event()
        #expect(bytes.dataBytes == [0xFF, 0x00, 0xFE])
        #expect(bytes.dataString == nil)
        #expect(!bytes.isDataJSON)
    }

    /// Everything that a hand-written conformance may ask a decoder for.
    struct Everything: Decodable, EventData {
        var keys: [String]
        var elements: [Int]
        var nested: String
        var count: Int?
        var isNull: Bool
        var path: String
        var inherited: String
        var small: Int8
        var large: UInt64
        var single: Float

        enum Keys: String, CodingKey { case list, inner, nothing, `super`, small, large, single, name }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            keys = container.allKeys.map(\.rawValue)
            var list = try container.nestedUnkeyedContainer(forKey: .list)
            count = list.count
            elements = []
            while !list.isAtEnd { elements.append(try list.decode(Int.self)) }
            let inner = try container.nestedContainer(keyedBy: Keys.self, forKey: .inner)
            nested = try inner.decode(String.self, forKey: .name)
            isNull = try container.decodeNil(forKey: .nothing)
            path = inner.codingPath.map(\.stringValue).joined(separator: ".")
            inherited = try container.superDecoder().singleValueContainer().decode(String.self)
            small = try container.decode(Int8.self, forKey: .small)
            large = try container.decode(UInt64.self, forKey: .large)
            single = try container.decode(Float.self, forKey: .single)
        }
    }

    @Test func decoderIsComplete() throws {
        let value = try structured(
            #"""
            {"list":[1,2,3],"inner":{"name":"n"},"nothing":null,"super":"s","small":-128,"large":18446744073709551615,"single":0.1,"x":0}
            """#
        ).data(as: Everything.self)
        #expect(value.keys == ["list", "inner", "nothing", "super", "small", "large", "single"])
        #expect(value.elements == [1, 2, 3])
        #expect(value.count == 3)
        #expect(value.nested == "n")
        #expect(value.isNull)
        #expect(value.path == "inner")
        #expect(value.inherited == "s")
        #expect(value.small == -128)
        #expect(value.large == .max)
        #expect(value.single == 0.1)
        let missing = try structured(#"{"list":[],"inner":{}}"#)
        #expect(error(Everything.self, missing)?.pointer == "/data/inner/name")
    }

    struct Greedy: Decodable, EventData {
        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            _ = try list.decode(Int.self)
            _ = try list.decode(Int.self)
        }
    }

    struct Failing: Decodable, EventData {
        struct Own: Error {}
        init(from decoder: any Decoder) throws { throw Own() }
    }

    @Test func errorsOfConformancesHaveAPlace() throws {
        #expect(error(Greedy.self, try structured("[1]"))?.reason == "invalidData:/data/1")
        #expect(error(Failing.self, try structured("{}"))?.reason == "invalidData:/data")
        #expect(error(Failing.self, try structured("{}"))?.description.contains("Own") == true)
    }

    @Test func timestampsAreReadFromText() throws {
        struct Moment: Codable, EventData { var at: Timestamp }
        let moment = try structured(#"{"at":"2020-01-01T01:00:00.5+01:00"}"#).data(as: Moment.self)
        #expect(moment.at == Timestamp(seconds: 1_577_836_800, nanoseconds: 500_000_000))
        #expect(error(Moment.self, try structured(#"{"at":"now"}"#))?.reason == "invalidData:/data/at")
    }

    @Test func numbersAreExact() throws {
        struct Numbers: Codable, EventData { var list: [Double] }
        let texts = [
            "0", "-0", "0.0", "1", "-1.5", "0.1", "123456789.125", "1e5", "1E-5", "2.5e-3", "9007199254740993",
            "1.7976931348623157e308", "5e-324", "0.30000000000000004", "123456789012345678901234567890", "-0.000001",
        ]
        let numbers = try structured(#"{"list":[\#(texts.joined(separator: ","))]}"#).data(as: Numbers.self)
        for (text, number) in zip(texts, numbers.list) {
            let expected = try #require(Double(text))
            #expect(number.bitPattern == expected.bitPattern, "\(text)")
        }
    }

    /// A dictionary of many members: in time that grows with their number.
    @Test(.timeLimit(.minutes(1))) func manyMembers() throws {
        struct Table: Decodable, EventData {
            var values: [String: Int]
            init(from decoder: any Decoder) throws { values = try [String: Int](from: decoder) }
        }
        let text = (0..<50_000).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        let table = try structured("{\(text)}").data(as: Table.self)
        #expect(table.values.count == 50_000)
        #expect(table.values["k49999"] == 49_999)
    }

    @Test func longNamesAreCut() throws {
        struct Table: Decodable, EventData {
            init(from decoder: any Decoder) throws { _ = try [String: [String: Int]](from: decoder) }
        }
        let name = String(repeating: "n", count: 10_000)
        let reason = error(Table.self, try structured(#"{"\#(name)":{"\#(name)":"x"}}"#))?.reason
        #expect((reason?.utf8.count ?? 0) < 300)
        #expect(reason?.hasPrefix("invalidData:/data/nnn") == true)
    }
}

/// A conformance that keeps its decoder for later.
final class LazyValue: Decodable, EventData, @unchecked Sendable {
    let decoder: any Decoder

    init(from decoder: any Decoder) throws { self.decoder = decoder }

    func text() throws -> String { try decoder.singleValueContainer().decode(String.self) }
}

@Suite struct KeptDecoderTests {
    @Test func aDecoderMayOutliveItsEvent() throws {
        func read() throws -> LazyValue {
            try Record.structured(document(#""data":"kept""#)).event().data(as: LazyValue.self)
        }
        let value = try read()
        #expect(try value.text() == "kept")
    }
}
