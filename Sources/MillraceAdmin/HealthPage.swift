import Millrace

/// `/livez` and `/readyz`: 200 without problems, else 503 with each.
struct HealthPage {
    /// `live` or `ready`.
    let name: StaticString
    let problems: [HealthProblem]

    func response(json: Bool) -> HTTPResponse {
        let status = problems.isEmpty ? 200 : 503
        return json ? .json(status, self.json) : .text(status, text)
    }

    private var text: String {
        if problems.isEmpty { return "\(name)\n" }
        return "not \(name)\n" + problems.map { LogEscape.line($0.text) + "\n" }.joined()
    }

    /// `{"ready":false,"problems":[{"code":…,"cause":…,"seconds":…,…}]}`
    private var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name(name)
        writer.bool(problems.isEmpty)
        writer.name("problems")
        writer.beginArray()
        for problem in problems {
            writer.beginObject()
            writer.member("code", problem.code.rawValue)
            writer.member("cause", problem.cause)
            writer.name("seconds")
            writer.raw("\(problem.seconds)".utf8)
            if let processor = problem.processor { writer.member("processor", processor) }
            if let topic = problem.topic { writer.member("topic", topic) }
            if let partition = problem.partition { writer.member("partition", Int64(partition)) }
            if let offset = problem.offset { writer.member("offset", offset) }
            if let thread = problem.thread { writer.member("thread", thread) }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.lineFeed()
        return writer.take()
    }
}
