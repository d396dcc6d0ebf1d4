import CloudEvents
import Millrace

/// Everything that is known of one letter, for people.
struct LetterPage {
    private(set) var text: String
    /// So much of a value that is no event is shown, in characters.
    private static let valueLimit = 4_000

    /// - Parameter explainer: says what a worker would do with the record now.
    init(_ letter: DeadLetter, _ explainer: Explainer, isBold: Bool) {
        var page = PageText(isBold: isBold)
        page.title("Letter \(letter.id)")
        Self.writeCause(letter, into: &page)
        page.title("Record")
        Self.writeRecord(letter, into: &page)
        if letter.isPointer {
            page.title("Pointer: the record was too large for the topic; it is not here, but where it stood")
            page.lines(IndentedJSON.lines(letter.record.value ?? []))
        } else if let original = letter.original {
            let answer = explainer.answer(original)
            if answer.event == nil { Self.writeValue(letter, into: &page) }
            answer.writeEvent(into: &page)
            page.title("Now")
            answer.write(into: &page)
        }
        text = page.text
    }

    private static func writeCause(_ letter: DeadLetter, into page: inout PageText) {
        func time(_ milliseconds: Int64?) -> String? { milliseconds.map { InstantText.rfc3339(milliseconds: $0) } }
        page.field("written by", letter.dialectText)
        page.field("reason", letter.reason)
        page.field("detail", letter.detail)
        page.field("processor", letter.processor)
        page.field("type", letter.type)
        page.field("attempts", letter.attempts.map { "\($0)" })
        page.field("first failed", time(letter.firstFailedAt))
        page.field("failed", time(letter.failedAt))
        page.field("origin", letter.originText)
        if let timestamp = letter.origin.timestamp, timestamp.kind != .none {
            page.field(
                "origin time",
                "\(InstantText.rfc3339(milliseconds: timestamp.milliseconds)) (\(timestamp.kind.rawValue))")
        }
        page.field("group", letter.group)
        page.field("cut", letter.cut.isEmpty ? nil : letter.cut.joined(separator: ", "))
    }

    private static func writeRecord(_ letter: DeadLetter, into page: inout PageText) {
        func bytes(_ value: [UInt8]?) -> String { value.map { "\($0.count.grouped) bytes" } ?? "null" }
        let record = letter.record
        page.field("time", record.timestamp.map { InstantText.rfc3339(milliseconds: $0) })
        page.field("key", record.key.map { $0.isEmpty ? "empty" : PrintableText.of($0, limit: 200) } ?? "null")
        page.field("value", bytes(record.value))
        for index in letter.ownHeaders {
            let header = record.headers[index]
            let value = header.value.map { " " + PrintableText.of($0, limit: 500) } ?? " null"
            page.field("header", "\(PrintableText.of(header.name, limit: 100)):\(value)")
        }
    }

    /// The value of a record that is no event.
    private static func writeValue(_ letter: DeadLetter, into page: inout PageText) {
        guard let value = letter.record.value, !value.isEmpty else { return }
        page.title("Value, which is no event")
        let isJSON = (try? JSONGrammar.check(value)) != nil && value.count <= valueLimit
        page.lines(isJSON ? IndentedJSON.lines(value) : [PrintableText.of(value, limit: valueLimit)])
    }
}
