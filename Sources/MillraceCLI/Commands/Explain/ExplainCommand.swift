import CloudEvents
import Millrace

/// `millrace explain`.
struct ExplainCommand: Command {
    static let name = "explain"
    static let summary = "Says for each record what a worker would do with it, and why, without a broker."
    static let details = """
        Reads record lines (what jsonl writes and produce sends) or bare events, one
        JSON document a line, and answers one JSON object for each line, in order:

          {"outcome":"route"|"deadLetter"|"skip","reason":…,"detail":…,"mode":…,
           "tolerated":[…],"type":…,"processors":[…],"event":{…},"data":…}

        An object without specversion and with value or value_base64 is a record
        line. Every other line is a bare event's bytes, read as produce would send
        it: content-type application/cloudevents+json, key null without --key.
        A record line that cannot be used answers {"error":…}; then the exit is 65
        at the end, else it is 0 whatever the outcomes.

        Without --config, one processor takes the types
        com.qlik.scheduling.task.created, .updated and .deleted, and nothing else.
        With it, a record is read as the source of its topic says; --profile and
        --unrouted take the place of what the file says. Where a route of the file
        de-duplicates, it does so over the lines of one call, by topic and partition,
        and takes each event whose data can be read for one that succeeds.
        """

    static let profile = Flag.optional(
        "profile", "strict|qlik", .profile, "What is tolerated; qlik unless a file says otherwise.")
    static let unrouted = Flag.optional(
        "unrouted", "deadLetter|skip", .choice(UnroutedPolicy.self),
        "What becomes of events that no route takes; deadLetter unless a file says otherwise.")
    static let key = Flag.optional(
        "key", "POINTER", KeyPointer.type, "The key of bare events, by JSON pointer: /data/id.")
    static let human = Flag.toggle("human", "Answer with a page for people instead.")
    static let flags: [any FlagDefinition] = [
        profile, unrouted, ConfigurationFlags.file, ConfigurationFlags.set, key, human,
    ]
    static let arguments: [Argument] = [.repeated("FILE", "What to read; without any, or for '-': stdin.")]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        var explainer = try explainer(for: invocation)
        var lines = InputLines(invocation)
        var line: [UInt8] = []
        var json = JSONWriter()
        var code = ExitCode.success
        while true {
            let outcome = try lines.next(into: &line)
            if outcome == .end { return code }
            let answer: Result<ExplainAnswer, RecordLineFault> = Result { () throws(RecordLineFault) in
                if case .tooLong(let bytes) = outcome { throw RecordLineFault.tooLong(bytes: bytes) }
                return explainer.answerNext(try LineRecord(line, key: invocation[key]).record)
            }
            if case .failure = answer { code = .badData }
            if invocation[human] {
                try invocation.output.write(page(answer, at: lines.place, isBold: invocation.output.usesColor))
            } else {
                switch answer {
                case .success(let answer): answer.write(into: &json)
                case .failure(let fault): write(fault, at: lines.number, of: lines.file, into: &json)
                }
                try json.take().withUnsafeBytes { try invocation.output.write($0) }
            }
            // Somebody who types lines, or another program, waits for the answer.
            if invocation.output.isTerminal { try invocation.output.flush() }
        }
    }

    private static func page(
        _ answer: Result<ExplainAnswer, RecordLineFault>, at place: String, isBold: Bool
    ) -> String {
        var page = PageText(isBold: isBold)
        page.title(place)
        switch answer {
        case .success(let answer):
            answer.write(into: &page)
            answer.writeEvent(into: &page)
        case .failure(let fault): page.field("unusable", fault.description)
        }
        return page.text + "\n"
    }

    private static func explainer(for invocation: Invocation) throws -> Explainer {
        let isConfigured =
            invocation[ConfigurationFlags.file] != nil || !invocation[ConfigurationFlags.set].isEmpty
        guard isConfigured else {
            return Explainer(
                profile: invocation[profile] ?? .qlik, unrouted: invocation[unrouted] ?? .deadLetter)
        }
        return Explainer(
            try invocation.configuration(ignoringFaultsIn: "kafka"), processors: invocation.processors,
            profile: invocation[profile], unrouted: invocation[unrouted])
    }

    private static func write(
        _ fault: RecordLineFault, at number: Int, of file: String, into json: inout JSONWriter
    ) {
        json.beginObject()
        json.name("error")
        json.beginObject()
        json.member("file", file)
        json.member("line", Int64(number))
        json.member("reason", fault.reason)
        json.member("detail", fault.detail)
        json.member("offset", Int64(fault.offset))
        json.endObject()
        json.endObject()
        json.lineFeed()
    }
}
