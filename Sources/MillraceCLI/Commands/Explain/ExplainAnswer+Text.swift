import CloudEvents
import Millrace

extension ExplainAnswer {
    /// What would happen, in words.
    var outcomeText: String {
        switch outcome {
        case .route: processors.isEmpty ? "goes to no processor" : "goes to \(processors.joined(separator: ", "))"
        case .deadLetter: "becomes a dead letter: \(reason ?? "?")"
        case .skip: "is passed over: \(reason ?? "?")"
        }
    }

    /// Appends the answer for people, without the event.
    func write(into page: inout PageText) {
        page.field("outcome", outcomeText)
        page.field("detail", detail)
        page.field("mode", mode?.rawValue)
        page.field("type", type)
        page.field("tolerated", tolerated.isEmpty ? nil : tolerated.joined(separator: ", "))
        if case .fault(let error) = data {
            let found = error.expected.map { ": expected \($0), found \(error.actual ?? "nothing")" } ?? ""
            page.field("data", "\(error.pointer ?? "as a whole")\(found)")
        }
    }

    /// Appends the event as processors see it, and what they read from its data.
    func writeEvent(into page: inout PageText) {
        if let event {
            page.title("Event")
            page.lines(IndentedJSON.lines(event.jsonBytes()))
        }
        if case .typed(let text, _) = data {
            page.title("Data as its processor reads it")
            page.lines(IndentedJSON.lines(text.utf8))
        }
    }
}
