import CloudEvents
import Millrace

/// What would become of one record, and why.
struct ExplainAnswer {
    enum Outcome: String { case route, deadLetter, skip }

    var outcome: Outcome
    /// The code, as letters spell it; nil for an event that is routed.
    var reason: String?
    /// The same in words.
    var detail: String?
    var mode: ContentMode?
    /// The codes of what was let pass.
    var tolerated: [String]
    /// The canonical type of a valid event.
    var type: String?
    /// The processors that get it.
    var processors: [String]
    /// The event, where there is a valid one.
    var event: CloudEvent?
    /// What the processors would read from its data.
    var data: Explanation?

    /// Appends the answer as one line of JSON.
    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.member("outcome", outcome.rawValue)
        json.member("reason", reason)
        json.member("detail", detail)
        json.member("mode", mode?.rawValue)
        write("tolerated", tolerated, into: &json)
        json.member("type", type)
        write("processors", processors, into: &json)
        json.name("event")
        if let event { json.raw(Self.oneLine(event.jsonBytes())) } else { json.null() }
        json.name("data")
        writeData(into: &json)
        json.endObject()
        json.lineFeed()
    }

    private func write(_ name: StaticString, _ texts: [String], into json: inout JSONWriter) {
        json.name(name)
        json.beginArray()
        for text in texts { json.string(text) }
        json.endArray()
    }

    /// JSON text on one line: line breaks stand outside of its strings, where they mean no more than a space.
    private static func oneLine(_ json: [UInt8]) -> [UInt8] {
        json.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
    }

    private func writeData(into json: inout JSONWriter) {
        switch data {
        case .typed(let text, _):
            json.beginObject()
            json.name("typed")
            json.raw(Self.oneLine(Array(text.utf8)))
            json.endObject()
        case .fault(let error):
            json.beginObject()
            json.name("error")
            json.beginObject()
            json.member("reason", error.reason)
            json.member("pointer", error.pointer)
            json.member("expected", error.expected)
            json.member("actual", error.actual)
            json.endObject()
            json.endObject()
        case nil: json.null()
        }
    }
}
