import Millrace
import Testing

@Suite struct RecordLineParsingTests {
    private func parse(_ text: String) throws -> RecordLine? { try RecordLine.parse(Array(text.utf8)) }

    private func fault(_ text: String) -> RecordLineFault? {
        #expect(throws: RecordLineFault.self, "\(text)") { _ = try parse(text) }
    }

    // MARK: What is written reads back

    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }

        /// Bytes of many kinds: text, text with what JSON escapes, and no text at all.
        mutating func bytes() -> [UInt8] {
            let kind = Int.random(in: 0..<5, using: &self)
            let length = Int.random(in: 0...40, using: &self)
            return (0..<length).flatMap { _ -> [UInt8] in
                switch kind {
                case 0: return [UInt8.random(in: 0...255, using: &self)]
                case 1: return [UInt8.random(in: 0...127, using: &self)]
                case 2: return Array("\"\\/\u{8}\u{C}\n\r\t\u{7F}".utf8)
                case 3: return Array(String(Character(scalar())).utf8)
                default: return [UInt8(ascii: "a")]
                }
            }
        }

        mutating func scalar() -> Unicode.Scalar {
            while true {
                if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &self)) { return scalar }
            }
        }

        mutating func once<T>(_ body: (inout Random) -> T) -> T? {
            Bool.random(using: &self) ? body(&self) : nil
        }
    }

    @Test(arguments: [1, 2, 3, 4])
    func whatIsWrittenReadsBackByteForByte(seed: UInt64) throws {
        var random = Random(state: seed)
        for _ in 0..<250 {
            let record = RecordLine(
                topic: random.once { "t\(Int.random(in: 0..<9, using: &$0))" },
                partition: random.once { Int32.random(in: 0...Int32.max, using: &$0) },
                offset: random.once { Int64.random(in: 0...Int64.max, using: &$0) },
                timestamp: random.once { Int64.random(in: Int64.min...Int64.max, using: &$0) },
                key: random.once { $0.bytes() },
                headers: (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    RecordLine.Header(name: random.bytes(), value: random.once { $0.bytes() })
                },
                value: random.once { $0.bytes() })
            let line = record.line
            #expect(line.last == UInt8(ascii: "\n"))
            #expect(!line.dropLast().contains(UInt8(ascii: "\n")))
            #expect(try RecordLine.parse(Array(line.dropLast())) == record)
            #expect(try RecordLine.parse(line) == record)
        }
    }

    // MARK: What is a record line

    @Test func anObjectWithAValueAndWithoutSpecversionIsARecordLine() throws {
        #expect(try parse(#"{"value":null}"#) == RecordLine(value: nil))
        #expect(try parse(#"{"value":""}"#) == RecordLine(value: []))
        #expect(try parse(#"{"value_base64":""}"#) == RecordLine(value: []))
        #expect(try parse(#"{"value_base64":"AP8="}"#) == RecordLine(value: [0, 0xFF]))
        #expect(try parse(" { \"v\\u0061lue\" : \"\\u00e9\" } \r\n") == RecordLine(value: Array("é".utf8)))
        #expect(try parse("\u{FEFF}" + #"{"value":"a"}"#) == RecordLine(value: [0x61]))
    }

    @Test(arguments: [
        "", " ", "null", "[]", "{}", "1", #""value""#, #"{"topic":"t"}"#, #"{"key":"k","headers":[]}"#,
        #"{"specversion":"1.0","value":"a"}"#, #"{"value":"a","specversion":null}"#,
        #"{"value":1,"sp\u0065cversion":"1.0"}"#, #"[{"value":"a"}]"#, #"{"data":{"value":"a"}}"#, #"{"Value":"a"}"#,
        // Not JSON: bytes like any others.
        #"{"value":"a""#, #"{"value":"a"},"#, #"{"value":"a"}{"value":"b"}"#, #"{"value":"a",}"#, "{'value':'a'}",
        #"{"value":NaN}"#, "{\"value\":\"a\tb\"}", #"{"value":"\x"}"#, "value",
    ])
    func everyOtherLineIsABareEvent(_ text: String) throws {
        #expect(try parse(text) == nil)
    }

    @Test func bytesThatAreNoTextAreABareEvent() throws {
        #expect(try RecordLine.parse([0xFF, 0xFE]) == nil)
        #expect(try RecordLine.parse(Array(#"{"value":""#.utf8) + [0xFF] + Array(#""}"#.utf8)) == nil)
    }

    @Test func depthIsBounded() throws {
        let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
        #expect(try parse(deep) == nil)
        #expect(try parse(#"{"value":"a","x":\#(deep)}"#) == nil)
    }

    // MARK: Members

    @Test func everyMemberIsRead() throws {
        let line = #"""
            {"value":"v","headers":[["b",null],["a","1"],["a",{"base64":"/w=="}],[{"base64":"/g=="},""]],"key":"k",
            "timestamp":-5,"offset":9223372036854775807,"partition":0,"topic":"t"}
            """#
        #expect(
            try parse(line)
                == RecordLine(
                    topic: "t", partition: 0, offset: .max, timestamp: -5, key: Array("k".utf8),
                    headers: [
                        .init("b", nil), .init("a", "1"), .init(name: Array("a".utf8), value: [0xFF]),
                        .init(name: [0xFE], value: []),
                    ], value: Array("v".utf8)))
    }

    @Test func nullAndEmptyAreTwoThings() throws {
        #expect(try parse(#"{"key":null,"value":null}"#)?.key == nil)
        #expect(try parse(#"{"key":"","value":null}"#)?.key == [])
        #expect(try parse(#"{"key_base64":"","value":null}"#)?.key == [])
    }

    // MARK: Faults

    @Test(arguments: [
        (#"{"value":"a","value_base64":"YQ=="}"#, "bothTwins:value"),
        (#"{"value_base64":"YQ==","value":null}"#, "bothTwins:value"),
        (#"{"key":"a","key_base64":"YQ==","value":null}"#, "bothTwins:key"),
        (#"{"value":"a","value":"a"}"#, "duplicateMember:value"),
        (#"{"value":"a","v\u0061lue":"b"}"#, "duplicateMember:value"),
        (#"{"topic":"t","topic":"t","value":null}"#, "duplicateMember:topic"),
        (#"{"value":null,"header":[]}"#, "unknownMember:header"),
        (#"{"value":null,"":1}"#, "unknownMember:"),
        (#"{"value":1}"#, "wrongType:value"),
        (#"{"value":{}}"#, "wrongType:value"),
        (#"{"value_base64":null}"#, "wrongType:value_base64"),
        (#"{"value":null,"topic":null}"#, "wrongType:topic"),
        (#"{"value":null,"partition":"0"}"#, "wrongType:partition"),
        (#"{"value":null,"partition":null}"#, "wrongType:partition"),
        (#"{"value":null,"partition":1.0}"#, "wrongType:partition"),
        (#"{"value":null,"offset":1e3}"#, "wrongType:offset"),
        (#"{"value":null,"timestamp":"2020-01-01T00:00:00Z"}"#, "wrongType:timestamp"),
        (#"{"value":null,"key":1}"#, "wrongType:key"),
        (#"{"value":null,"headers":{}}"#, "wrongType:headers"),
        (#"{"value":null,"headers":null}"#, "wrongType:headers"),
        (#"{"value":null,"headers":["a"]}"#, "wrongType:headers[0]"),
        (#"{"value":null,"headers":[["a","b"],["a"]]}"#, "wrongType:headers[1]"),
        (#"{"value":null,"headers":[["a","b","c"]]}"#, "wrongType:headers[0]"),
        (#"{"value":null,"headers":[[null,"b"]]}"#, "wrongType:headers[0][0]"),
        (#"{"value":null,"headers":[["a",1]]}"#, "wrongType:headers[0][1]"),
        (#"{"value":null,"headers":[["a",{}]]}"#, "wrongType:headers[0][1]"),
        (#"{"value":null,"headers":[["a",{"base64":"YQ==","x":1}]]}"#, "wrongType:headers[0][1]"),
        (#"{"value":null,"headers":[["a",{"base64":1}]]}"#, "wrongType:headers[0][1]"),
        (#"{"value":null,"headers":[["a",{"base64":"YQ"}]]}"#, "invalidBase64:headers[0][1]"),
        (#"{"value_base64":"YQ"}"#, "invalidBase64:value_base64"),
        (#"{"value_base64":"-_8="}"#, "invalidBase64:value_base64"),
        (#"{"value_base64":" YQ=="}"#, "invalidBase64:value_base64"),
        (#"{"key_base64":"*","value":null}"#, "invalidBase64:key_base64"),
        (#"{"value":null,"partition":-1}"#, "outOfRange:partition"),
        (#"{"value":null,"partition":2147483648}"#, "outOfRange:partition"),
        (#"{"value":null,"offset":-1}"#, "outOfRange:offset"),
        (#"{"value":null,"offset":9223372036854775808}"#, "outOfRange:offset"),
        (#"{"value":null,"timestamp":99999999999999999999}"#, "outOfRange:timestamp"),
        (#"{"value":null,"topic":""}"#, "outOfRange:topic"),
        (#"{"value":"\ud800"}"#, "invalidString:value"),
        (#"{"value":"\udc00\ud800"}"#, "invalidString:value"),
        (#"{"value":null,"key":"a\udfffb"}"#, "invalidString:key"),
        (#"{"value":null,"headers":[["\ud800","b"]]}"#, "invalidString:headers[0][0]"),
    ])
    func aFaultNamesTheMember(_ text: String, _ reason: String) throws {
        #expect(fault(text)?.reason == reason)
    }

    @Test func aFaultSaysWhereAndWhatIsAllowed() throws {
        let found = try #require(fault(#"{"value":null,"partition":"0"}"#))
        #expect(found.offset == 26)
        #expect(found.detail == "found a string; allowed: an integer")
    }
}
