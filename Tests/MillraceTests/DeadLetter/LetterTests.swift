import Testing

@testable import Millrace

@Suite("A letter's headers")
struct LetterTests {
    private let origin = LetterOrigin(
        topic: "tasks", partition: 3, offset: 42,
        timestamp: RecordTimestamp(milliseconds: 1_700_000_000_123, kind: .created), group: "g")

    private func text(_ change: (inout LetterText) -> Void = { _ in }) -> LetterText {
        var text = LetterText(
            reason: "rejected:no", detail: "told so", processor: "p", type: "com.example.a", attempts: 2,
            firstFailedAt: 1_700_000_001_000, failedAt: 1_700_000_002_000)
        change(&text)
        return text
    }

    private func size(_ headers: [RecordHeader]) -> Int {
        headers.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) }
    }

    private func value(_ letter: Letter, _ header: LetterHeader) -> String? {
        letter.own.first { $0.name == header.rawValue }?.text
    }

    @Test func everythingIsSaidInOrder() {
        let letter = Letter(text(), origin: origin, headerCount: 3)
        #expect(letter.kept == [0, 1, 2])
        #expect(
            letter.own.map { "\($0.name)=\($0.text ?? "?")" } == [
                "millrace-version=1", "millrace-reason=rejected:no", "millrace-detail=told so", "millrace-processor=p",
                "millrace-type=com.example.a", "millrace-attempts=2",
                "millrace-first-failed-at=2023-11-14T22:13:21.000Z", "millrace-failed-at=2023-11-14T22:13:22.000Z",
                "millrace-origin-topic=tasks", "millrace-origin-partition=3", "millrace-origin-offset=42",
                "millrace-origin-timestamp=1700000000123", "millrace-origin-timestamp-type=CreateTime",
                "millrace-group=g",
            ])
    }

    @Test func whatIsNotKnownIsNotSaid() {
        let unknown = text {
            $0.processor = nil
            $0.type = nil
        }
        let names = Letter(unknown, origin: origin, headerCount: 0).own.map(\.name)
        #expect(!names.contains("millrace-processor") && !names.contains("millrace-type"))
        #expect(!names.contains("millrace-cut"))
    }

    @Test(arguments: [1_000, 3_700, 4_096, 10_000, 1_000_000])
    func theWholeStaysBelowItsBound(_ length: Int) {
        let long = text { $0.detail = String(repeating: "d", count: length) }
        let letter = Letter(long, origin: origin, headerCount: 0)
        #expect(size(letter.own) <= LetterHeader.maximumBytes)
        let cut = value(letter, .cut)
        #expect(cut == (length > 3_700 ? "millrace-detail" : nil))
        if cut != nil { #expect(size(letter.own) > LetterHeader.maximumBytes - 200, "cut more than needed") }
        #expect(value(letter, .reason) == "rejected:no")
        #expect(value(letter, .originTopic) == "tasks")
    }

    @Test func everyTextAtOnceMayBeTooLong() {
        let long = String(repeating: "x", count: 100_000)
        var far = origin
        far.topic = long
        far.group = long
        let letter = Letter(
            text {
                $0.reason = long
                $0.detail = long
                $0.processor = long
                $0.type = long
            }, origin: far, headerCount: 0)
        #expect(size(letter.own) <= LetterHeader.maximumBytes)
        #expect(value(letter, .originOffset) == "42")
        #expect(value(letter, .attempts) == "2")
        #expect(value(letter, .cut)?.contains("millrace-reason") == true)
    }

    @Test(arguments: ["日", "é", "e\u{301}", "👩‍👩‍👧‍👦", "\u{1F1E9}\u{1F1EA}"])
    func itIsCutAtACharacter(_ character: String) throws {
        let long = text { $0.detail = String(repeating: character, count: 4_000) }
        let letter = Letter(long, origin: origin, headerCount: 0)
        #expect(size(letter.own) <= LetterHeader.maximumBytes)
        let detail = try #require(value(letter, .detail), "it is no UTF-8 any more")
        #expect(!detail.isEmpty)
        #expect(detail == String(repeating: character, count: detail.count), "a character was cut in two")
    }

    /// What begins with a letter and goes on with marks for ever is one character, and larger than all there is room for.
    @Test func aCharacterThatDoesNotFitIsLeftOut() {
        let long = text { $0.detail = "e" + String(repeating: "\u{301}", count: 100_000) }
        let letter = Letter(long, origin: origin, headerCount: 0)
        #expect(size(letter.own) <= LetterHeader.maximumBytes)
        #expect(value(letter, .detail) == "")
        #expect(value(letter, .cut) == "millrace-detail")
    }

    // MARK: Letters of letters

    private var earlier: [RecordHeader] {
        let letter = Letter(
            text {
                $0.attempts = 5
                $0.firstFailedAt = 1_600_000_000_000
            },
            origin: LetterOrigin(
                topic: "first", partition: 1, offset: 7,
                timestamp: RecordTimestamp(milliseconds: -5, kind: .logAppend), group: "first-group"),
            headerCount: 2)
        return [RecordHeader("a", "1"), RecordHeader("b", nil as [UInt8]?)] + letter.own
    }

    @Test func aLetterThatFailsAgainKeepsItsOrigin() {
        let again = Letter(text(), origin: origin, again: earlier)
        #expect(again.kept == [0, 1], "the earlier letter's headers are replaced")
        #expect(value(again, .originTopic) == "first")
        #expect(value(again, .originPartition) == "1")
        #expect(value(again, .originOffset) == "7")
        #expect(value(again, .originTimestamp) == "-5")
        #expect(value(again, .originTimestampType) == "LogAppendTime")
        #expect(value(again, .group) == "first-group")
        #expect(value(again, .firstFailedAt) == "2020-09-13T12:26:40.000Z")
        #expect(value(again, .failedAt) == "2023-11-14T22:13:22.000Z")
        #expect(value(again, .attempts) == "7", "attempts add up")
        #expect(again.own.count { $0.name == "millrace-version" } == 1)
    }

    @Test func tenTimesChangesNothingButTheCount() {
        var headers = earlier
        for _ in 0..<10 {
            let letter = Letter(text(), origin: origin, again: headers)
            headers = letter.kept.map { headers[$0] } + letter.own
            #expect(size(letter.own) <= LetterHeader.maximumBytes)
        }
        #expect(headers.count == earlier.count)
        #expect(headers.first { $0.name == "millrace-attempts" }?.text == "25")
        #expect(headers.first { $0.name == "millrace-origin-offset" }?.text == "7")
    }

    @Test func headersThatWereAddedSinceAreKept() {
        let headers = earlier + [RecordHeader("redriven-by", "me")]
        let again = Letter(text(), origin: origin, again: headers)
        #expect(again.kept == [0, 1, headers.count - 1])
    }

    @Test func onlyTheLastLettersHeadersAreBelieved() {
        let forged = [
            RecordHeader("millrace-version", "1"), RecordHeader("millrace-origin-topic", "forged"),
            RecordHeader("millrace-attempts", "1000"),
        ]
        let again = Letter(text(), origin: origin, again: forged + earlier)
        #expect(value(again, .originTopic) == "first")
        #expect(value(again, .attempts) == "7")
        #expect(again.kept == [0, 1, 2, 3, 4], "what stood before is plain")
    }

    @Test func aRecordWithoutAnEarlierLetterBeginsOne() {
        let again = Letter(
            text(), origin: origin, again: [RecordHeader("a", "1"), RecordHeader("millrace-reason", "x")])
        #expect(again.kept == [0, 1])
        #expect(value(again, .originTopic) == "tasks")
        #expect(value(again, .attempts) == "2")
    }

    @Test(arguments: [
        ("millrace-attempts", "-1"), ("millrace-attempts", "x"), ("millrace-attempts", "99999999999999999999999"),
        ("millrace-origin-partition", "4294967296"), ("millrace-origin-offset", ""),
        ("millrace-first-failed-at", "yesterday"), ("millrace-origin-timestamp-type", "Tuesday"),
    ])
    func whatAnEarlierLetterSaysWrongIsNotTaken(_ name: String, _ text: String) {
        let again = Letter(
            self.text(), origin: origin, again: [RecordHeader("millrace-version", "1"), RecordHeader(name, text)])
        #expect(again.own.map(\.text) == Letter(self.text(), origin: origin, headerCount: 0).own.map(\.text))
    }

    @Test func attemptsDoNotOverflow() {
        let headers = [RecordHeader("millrace-version", "1"), RecordHeader("millrace-attempts", "\(Int.max)")]
        #expect(value(Letter(text(), origin: origin, again: headers), .attempts) == "\(Int.max)")
    }

    @Test func bytesThatAreNoTextAreNotTaken() {
        let headers = [
            RecordHeader("millrace-version", "1"), RecordHeader("millrace-group", [0xFF, 0xFE]),
            RecordHeader("millrace-origin-topic", nil as [UInt8]?),
        ]
        let again = Letter(text(), origin: origin, again: headers)
        #expect(value(again, .group) == "g")
        #expect(value(again, .originTopic) == "tasks")
    }

    @Test func theOriginOfALetterIsTheEarliest() {
        #expect(Letter.origin(of: earlier, otherwise: origin).topic == "first")
        #expect(Letter.origin(of: [RecordHeader("a", "1")], otherwise: origin) == origin)
    }
}
