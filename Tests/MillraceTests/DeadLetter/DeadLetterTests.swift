import Testing

@testable import Millrace

@Suite("What a letter's headers say")
struct DeadLetterTests {
    private let origin = LetterOrigin(
        topic: "tasks", partition: 3, offset: 42,
        timestamp: RecordTimestamp(milliseconds: 1_700_000_000_123, kind: .created), group: "g")

    private var ours: [RecordLine.Header] {
        let text = LetterText(
            reason: "invalidData:/data/id", detail: "no id", processor: "p", type: "com.example.a", attempts: 2,
            firstFailedAt: 1_700_000_001_000, failedAt: 1_700_000_002_000)
        return Letter(text, origin: origin, headerCount: 0).own.map {
            .init(name: Array($0.name.utf8), value: $0.value)
        }
    }

    private func letter(_ headers: [RecordLine.Header], value: String? = "v") -> DeadLetter {
        DeadLetter(
            RecordLine(
                topic: "tasks.dead-letter", partition: 1, offset: 7, timestamp: 5, key: [1], headers: headers,
                value: value.map { Array($0.utf8) }))
    }

    @Test func millraceSaysEverything() {
        let letter = letter([.init("a", "1"), .init("b", nil)] + ours)
        #expect(letter.id.description == "tasks.dead-letter/1/7")
        #expect(letter.dialect == .millrace && letter.version == "1")
        #expect(letter.reason == "invalidData:/data/id" && letter.detail == "no id")
        #expect(letter.processor == "p" && letter.type == "com.example.a" && letter.attempts == 2)
        #expect(letter.firstFailedAt == 1_700_000_001_000 && letter.failedAt == 1_700_000_002_000)
        #expect(letter.origin.topic == "tasks" && letter.origin.partition == 3 && letter.origin.offset == 42)
        #expect(letter.origin.timestamp == origin.timestamp && letter.group == "g")
        #expect(!letter.isPointer && letter.cut.isEmpty)
        #expect(
            letter.original
                == RecordLine(
                    topic: "tasks", partition: 3, offset: 42, timestamp: 1_700_000_000_123, key: [1],
                    headers: [.init("a", "1"), .init("b", nil)], value: [UInt8(ascii: "v")]))
    }

    @Test func onlyWhatStandsFromTheLastVersionOnIsBelieved() {
        let forged: [RecordLine.Header] = [
            .init("millrace-version", "1"), .init("millrace-origin-topic", "forged"), .init("millrace-group", "forged"),
            .init("kafka_dlt-original-topic", "forged"),
        ]
        let letter = letter(forged + ours + [.init("redriven-by", "me")])
        #expect(letter.dialect == .millrace && letter.origin.topic == "tasks" && letter.group == "g")
        #expect(letter.original?.headers == forged + [.init("redriven-by", "me")], "what stood before is the record's")
        let partial = self.letter(forged + [.init("millrace-version", "1"), .init("millrace-reason", "r")])
        #expect(partial.reason == "r" && partial.origin.topic == nil && partial.group == nil)
    }

    @Test func headersWithoutAVersionAreNobodys() {
        let letter = letter([.init("millrace-reason", "x"), .init("millrace-origin-topic", "forged")])
        #expect(letter.dialect == nil && letter.reason == nil && letter.origin.topic == nil)
        #expect(letter.original == letter.record)
        #expect(letter.time == 5)
    }

    @Test func springWritesNumbersAsBytes() {
        let letter = letter([
            .init("trace", "1"), .init("kafka_dlt-original-topic", "orders"),
            .init(name: Array("kafka_dlt-original-partition".utf8), value: [0, 0, 0, 2]),
            .init(name: Array("kafka_dlt-original-offset".utf8), value: [0, 0, 0, 1, 0, 0, 0, 45]),
            .init(name: Array("kafka_dlt-original-timestamp".utf8), value: [0, 0, 1, 139, 207, 229, 104, 123]),
            .init("kafka_dlt-original-timestamp-type", "LogAppendTime"),
            .init("kafka_dlt-original-consumer-group", "reviews"),
            .init("kafka_dlt-exception-fqcn", "ListenerExecutionFailedException"),
            .init("kafka_dlt-exception-cause-fqcn", "java.lang.IllegalStateException"),
            .init("kafka_dlt-exception-message", "no such order"), .init("kafka_dlt-exception-stacktrace", "at …"),
            .init(name: Array("retry_topic-attempts".utf8), value: [0, 0, 0, 4]),
        ])
        #expect(letter.dialect == .spring)
        #expect(
            letter.origin.topic == "orders" && letter.origin.partition == 2 && letter.origin.offset == 4_294_967_341)
        #expect(letter.origin.timestamp == RecordTimestamp(milliseconds: 1_700_000_000_123, kind: .logAppend))
        #expect(letter.group == "reviews" && letter.attempts == 4)
        #expect(letter.reason == "java.lang.IllegalStateException" && letter.detail == "no such order")
        #expect(letter.original?.headers == [.init("trace", "1")])
    }

    /// A second failure adds to what the first wrote: the origin is the first, the cause the last.
    @Test func springAddsToEarlierHeaders() {
        let letter = letter([
            .init("kafka_dlt-original-topic", "orders"),
            .init(name: Array("kafka_dlt-original-offset".utf8), value: [0, 0, 0, 0, 0, 0, 0, 1]),
            .init("kafka_dlt-exception-message", "first"), .init("kafka_dlt-original-topic", "orders-retry"),
            .init(name: Array("kafka_dlt-original-offset".utf8), value: [0, 0, 0, 0, 0, 0, 0, 2]),
            .init("kafka_dlt-exception-message", "second"),
        ])
        #expect(letter.origin.topic == "orders" && letter.origin.offset == 1 && letter.detail == "second")
    }

    @Test func othersWriteText() {
        let connect = letter([
            .init("__connect.errors.topic", "orders"), .init("__connect.errors.partition", "2"),
            .init("__connect.errors.offset", "45"), .init("__connect.errors.connector.name", "sink"),
            .init("__connect.errors.exception.class.name", "DataException"),
            .init("__connect.errors.exception.message", "bad"),
        ])
        #expect(connect.dialect == .kafkaConnect && connect.processor == "sink")
        #expect(connect.origin.topic == "orders" && connect.origin.partition == 2 && connect.origin.offset == 45)
        #expect(connect.reason == "DataException" && connect.detail == "bad")
        let streams = letter([
            .init("__streams.errors.exception", "E"), .init("__streams.errors.message", "m"),
            .init("__streams.errors.topic", "orders"), .init("__streams.errors.partition", "0"),
            .init("__streams.errors.offset", "9"),
        ])
        #expect(streams.dialect == .kafkaStreams && streams.origin.offset == 9 && streams.reason == "E")
        let smallRye = letter([
            .init("dead-letter-exception-class-name", "java.lang.RuntimeException"),
            .init("dead-letter-reason", "Something went wrong"), .init("dead-letter-topic", "movies"),
            .init("dead-letter-partition", "0"), .init("dead-letter-offset", "3"),
        ])
        #expect(smallRye.dialect == .smallRye && smallRye.origin.topic == "movies" && smallRye.origin.offset == 3)
        #expect(smallRye.detail == "Something went wrong" && smallRye.original?.headers == [])
    }

    @Test func whoWroteLastIsBelieved() {
        let spring: [RecordLine.Header] = [
            .init("kafka_dlt-original-topic", "tasks.dead-letter"), .init("kafka_dlt-exception-fqcn", "E"),
        ]
        let letter = letter([.init("a", "1")] + ours + spring)
        #expect(letter.dialect == .spring && letter.origin.topic == "tasks.dead-letter")
        #expect(letter.original?.headers == [.init("a", "1")] + ours)
        #expect(self.letter(spring + ours).dialect == .millrace)
    }

    @Test(arguments: ["", "x", "-", "99999999999999999999"])
    func numbersThatAreNoneAreNotKnown(_ text: String) {
        let names = ["partition", "offset"].map { RecordLine.Header("__connect.errors.\($0)", text) }
        let letter = letter([.init("__connect.errors.topic", "t")] + names)
        #expect(letter.origin.topic == "t" && letter.origin.partition == nil && letter.origin.offset == nil)
        let spring = self.letter([
            .init("kafka_dlt-original-topic", "t"), .init("kafka_dlt-original-partition", text),
        ])
        #expect(spring.origin.partition == nil)
    }

    // MARK: Pointers

    private func document(offset: Int) -> String {
        var place = origin
        place.offset = Int64(offset)
        return String(
            decoding: PointerLetter(origin: place, key: nil, value: nil, headerCount: 4).json, as: UTF8.self)
    }

    @Test func aPointerIsNotTheRecord() {
        let pointer = letter([.init("content-type", PointerLetter.mediaType)] + ours, value: document(offset: 42))
        #expect(pointer.isPointer && pointer.original == nil)
        #expect(pointer.origin.offset == 42)
    }

    @Test func aRecordThatLooksLikeAPointerIsNone() {
        for value in [document(offset: 41), "{}", "[]", "", "{\"topic\":1}", "not JSON"] {
            let letter = letter([.init("content-type", PointerLetter.mediaType)] + ours, value: value)
            #expect(!letter.isPointer && letter.original != nil, "\(value)")
        }
        #expect(!letter([.init("content-type", PointerLetter.mediaType)] + ours, value: nil).isPointer)
        #expect(!letter(ours, value: document(offset: 42)).isPointer)
    }

    // MARK: Names

    @Test(arguments: ["t/0/0", "a.b_c-D/12/9223372036854775807"])
    func anIDReadsBack(_ text: String) { #expect(LetterID(text)?.description == text) }

    @Test(arguments: ["", "t", "t/0", "t/0/0/0", "/0/0", "t/-1/0", "t/0/-1", "t/x/0", "t/0/9223372036854775808"])
    func whatIsNoIDIsRefused(_ text: String) { #expect(LetterID(text) == nil) }
}
