import Testing

@testable import Millrace

@Suite("Letters of one cause")
struct LetterCauseTests {
    @Test(arguments: [
        ("total is -5.25", "total is -#"), ("at byte 12: a comma", "at byte #: a comma"),
        ("order 6e8bc430-9c3a-11d9-9669-0800200c9a66 is gone", "order # is gone"),
        ("task 5f9e8d7c6b5a493827160504 of tasks[3]", "task # of tasks[#]"),
        ("/data/_updates/0/path: expected string", "/data/_updates/#/path: expected string"),
        ("found 'a b', allowed: \"x\" or `y z`", "found '…', allowed: \"…\" or `…`"),
        ("it doesn't answer, it can't", "it doesn't answer, it can't"), ("an 'open quote", "an 'open quote"),
        ("it's the owner's 'x' and 'it isn't' too", "it's the owner's '…' and '…' too"),
        ("127.0.0.1:9092 at 2026-01-31T23:59:59.000Z.", "# at #."), ("key: value", "key: value"),
        ("not UTF-8, data_base64", "not UTF-8, data_base64"), ("“quoted” and «1»", "“…” and «…»"), ("", ""),
    ])
    func valuesAreMasked(_ text: String, _ masked: String) {
        #expect(LetterCause.normalised(text) == masked)
    }

    @Test func aLongTextIsCut() {
        #expect(LetterCause.normalised(String(repeating: "é ", count: 100_000)).count == 500)
        #expect(LetterCause.normalised(String(repeating: "7", count: 100_000)) == "#")
        #expect(LetterCause.normalised(String(repeating: "'", count: 100_000)).count <= 1_000)
    }

    private func letter(_ offset: Int64, _ reason: String, _ detail: String, at time: String?) -> DeadLetter {
        var headers: [RecordLine.Header] = [
            .init("millrace-version", "1"), .init("millrace-reason", reason), .init("millrace-detail", detail),
        ]
        if let time { headers.append(.init("millrace-failed-at", time)) }
        return DeadLetter(RecordLine(topic: "d", partition: 0, offset: offset, headers: headers, value: nil))
    }

    @Test func theyAreCountedWithTheFirstAndTheLast() {
        var groups = LetterGroups()
        groups.add(letter(0, "rejected:a", "order 17", at: "2026-01-02T00:00:00.000Z"))
        groups.add(letter(1, "rejected:b", "order 17", at: nil))
        groups.add(letter(2, "rejected:a", "order 18", at: "2026-01-01T00:00:00.000Z"))
        groups.add(letter(3, "rejected:a", "order 19", at: "2026-01-01T12:00:00.000Z"))
        let found = groups.groups
        #expect(found.map(\.count) == [3, 1])
        #expect(found[0].cause.reason == "rejected:a" && found[0].cause.detail == "order #")
        #expect(found[0].first == InstantText.milliseconds("2026-01-01T00:00:00.000Z"))
        #expect(found[0].last == InstantText.milliseconds("2026-01-02T00:00:00.000Z"))
        #expect(found[0].example.offset == 3)
        #expect(found[1].first == nil && found[1].last == nil)
        #expect(groups.ungrouped == 0)
    }

    @Test func moreCausesThanThereIsRoomForAreCounted() {
        var groups = LetterGroups(maximum: 2)
        for number in 0..<10 { groups.add(letter(Int64(number), "r\(number % 5)", "", at: nil)) }
        #expect(groups.groups.map(\.count) == [2, 2])
        #expect(groups.ungrouped == 6)
    }
}
