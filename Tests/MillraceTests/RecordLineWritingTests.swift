import Foundation
import Millrace
import Testing

@Suite struct RecordLineWritingTests {
    private func text(_ record: RecordLine) -> String { String(decoding: record.line, as: UTF8.self) }

    @Test func everyMemberStandsInItsPlace() {
        let record = RecordLine(
            topic: "qlik.tasks", partition: 3, offset: 42, timestamp: 1_700_000_000_123, key: Array("k".utf8),
            headers: [.init("b", "2"), .init("a", "1"), .init("b", nil)], value: Array("{}".utf8))
        #expect(
            text(record)
                == #"{"topic":"qlik.tasks","partition":3,"offset":42,"timestamp":1700000000123,"key":"k","#
                + #""headers":[["b","2"],["a","1"],["b",null]],"value":"{}"}"# + "\n")
    }

    @Test func whatIsUnknownIsLeftOutAndNullIsSaid() {
        #expect(text(RecordLine(value: nil)) == #"{"key":null,"headers":[],"value":null}"# + "\n")
        #expect(text(RecordLine(key: [], value: [])) == #"{"key":"","headers":[],"value":""}"# + "\n")
    }

    @Test func bytesThatAreNoTextTakeTheTwin() {
        let record = RecordLine(
            key: [0xFF], headers: [.init(name: Array("h".utf8), value: [0xC0, 0xA0]), .init(name: [0xFE], value: [])],
            value: [0xDE, 0xFF])
        #expect(
            text(record)
                == #"{"key_base64":"/w==","headers":[["h",{"base64":"wKA="}],[{"base64":"/g=="},""]],"#
                + #""value_base64":"3v8="}"# + "\n")
    }

    @Test func controlCharactersAreEscapedAndTheRestIsNot() throws {
        let all = String(String.UnicodeScalarView((0..<0x80).compactMap { Unicode.Scalar($0) }))
        let odd = "é\u{85}\u{2028}\u{FFFE}\u{1F680}"
        let line = RecordLine(value: Array((all + odd).utf8)).line
        #expect(line.dropLast().allSatisfy { $0 >= 0x20 })
        #expect(String(decoding: line, as: UTF8.self).contains(odd))
        let parsed = try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        #expect(parsed["value"] as? String == all + odd)
    }

    @Test func base64IsThatOfTheStandard() {
        var random = SystemRandomNumberGenerator()
        for length in 0..<100 {
            // A byte that no text has makes the value base64.
            let bytes = [0xFF] + (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(
                text(RecordLine(value: bytes)).contains("\"value_base64\":\"\(Data(bytes).base64EncodedString())\""))
        }
    }

    @Test func textIsToldFromOtherBytesAsTheStandardLibraryDoes() {
        var random = SystemRandomNumberGenerator()
        let pieces: [[UInt8]] = [
            [0x41], Array("é".utf8), Array("€".utf8), Array("🚀".utf8), [0xC0], [0xC1, 0x80], [0xE0, 0x9F, 0xBF],
            [0xED, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5], [0x80], [0xE2, 0x82], [0xF0, 0x9F, 0x9A], Array("abcdefgh".utf8),
        ]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...4, using: &random)).flatMap { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }
            #expect(bytes.withUnsafeBytes { UTF8Text.isValid($0) } == (String(validating: bytes, as: UTF8.self) != nil))
        }
    }
}
