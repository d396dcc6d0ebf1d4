import CloudEvents
import Testing

@testable import Millrace

@Suite("Pointer letters, digests and instants")
struct PointerLetterTests {
    private func sha256(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { Digest.sha256Hexadecimal($0) } }

    @Test func knownAnswers() {
        // FIPS 180-4, appendix examples.
        #expect(sha256([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            sha256(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            sha256(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            sha256([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func anEmptyBufferWithoutAddressIsEmpty() {
        #expect(Digest.sha256Hexadecimal(UnsafeRawBufferPointer(start: nil, count: 0)) == sha256([]))
    }

    private func json(key: [UInt8]?, value: [UInt8]?, topic: String = "t") -> String {
        let origin = LetterOrigin(
            topic: topic, partition: 2, offset: 9_000_000_000,
            timestamp: RecordTimestamp(milliseconds: -1, kind: .none), group: "g")
        func pointer(_ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?) -> String {
            String(decoding: PointerLetter(origin: origin, key: key, value: value, headerCount: 4).json, as: UTF8.self)
        }
        return (key ?? []).withUnsafeBytes { keyBytes in
            (value ?? []).withUnsafeBytes { valueBytes in
                pointer(key == nil ? nil : keyBytes, value == nil ? nil : valueBytes)
            }
        }
    }

    @Test func theDocumentSaysWhichRecordItWas() {
        #expect(
            json(key: Array("abc".utf8), value: []) == #"""
                {"topic":"t","partition":2,"offset":9000000000,"timestamp":-1,"timestampType":"NoTimestampType",\#
                "keyBytes":3,"keySHA256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",\#
                "valueBytes":0,"valueSHA256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",\#
                "headers":4}
                """#)
    }

    @Test func nullIsNotEmpty() {
        let text = json(key: nil, value: nil)
        #expect(text.contains(#""keyBytes":null,"keySHA256":null,"valueBytes":null,"valueSHA256":null"#))
    }

    @Test(arguments: ["t\"q", "a\\b", "line\nbreak", "\u{1}", "ü日👍", "\u{7F}\u{2028}"])
    func whateverTheTopicItIsJSON(_ topic: String) throws {
        let text = json(key: nil, value: nil, topic: topic)
        #expect(throws: Never.self) { try JSONGrammar.check(Array(text.utf8)) }
    }

    // MARK: Instants

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_700_000_000_123, "2023-11-14T22:13:20.123Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    ])
    func instants(_ milliseconds: Int64, _ text: String) {
        #expect(InstantText.rfc3339(milliseconds: milliseconds) == text)
        #expect(InstantText.milliseconds(text) == milliseconds)
    }

    @Test func everyDayOfFourCenturiesReadsBack() {
        var previous = ""
        for day in stride(from: Int64(-146_097), through: 146_097, by: 1) {
            let milliseconds = day * 86_400_000 + 12_345
            let text = InstantText.rfc3339(milliseconds: milliseconds)
            if InstantText.milliseconds(text) != milliseconds { Issue.record("\(text)") }
            if text <= previous { Issue.record("\(text) follows \(previous)") }
            previous = text
        }
    }

    @Test(arguments: [
        "", "2023-11-14T22:13:20Z", "2023-11-14 22:13:20.123Z", "2023-13-14T22:13:20.123Z", "2023-11-00T22:13:20.123Z",
        "2023-11-14T24:13:20.123Z", "2023-11-14T22:60:20.123Z", "2023-11-14T22:13:61.123Z", "2023-11-14T22:13:20.123+",
        "+023-11-14T22:13:20.123Z", "２０２３-11-14T22",
    ])
    func whatIsNoInstant(_ text: String) {
        #expect(InstantText.milliseconds(text) == nil)
    }
}
