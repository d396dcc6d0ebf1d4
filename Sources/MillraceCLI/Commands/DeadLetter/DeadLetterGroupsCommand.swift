import Millrace

/// `millrace deadletter groups`.
struct DeadLetterGroupsCommand: Command {
    static let name = "deadletter groups"
    static let summary = "Puts dead letters of one cause together: how many, the first and the last."
    static let details = """
        \(LetterFlags.details)

        Letters of one cause have the same reason and processor, and the same detail but
        for values: numbers, ids and what stands in quotes.
        """
    static let json = Flag.toggle("json", "Print a JSON array with an object a cause.")
    static let flags: [any FlagDefinition] =
        LetterFlags.place + LetterFlags.selection + LetterFlags.reading + [json]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let selection = invocation.letterSelection
        var groups = LetterGroups()
        try LetterScan(invocation, ids: selection.ids).read(selection) { letter in
            groups.add(letter)
            return true
        }
        if groups.ungrouped > 0 {
            invocation.report("\(groups.ungrouped.grouped) letters of further causes are not shown")
        }
        if invocation[json] {
            try invocation.output.writeLine(jsonText(groups.groups))
            return .success
        }
        var table = StreamedTable(
            ["COUNT", "FIRST", "LAST", "REASON", "PROCESSOR", "EXAMPLE", "DETAIL"],
            isBold: invocation.output.usesColor)
        for group in groups.groups { try invocation.output.write(table.add(row(group))) }
        try invocation.output.write(table.finish())
        return .success
    }

    private static func row(_ group: LetterGroups.Group) -> [String] {
        func shown(_ text: String?, _ limit: Int) -> String {
            text.map { PrintableText.of(Array($0.utf8), limit: limit) } ?? "-"
        }
        func time(_ milliseconds: Int64?) -> String {
            milliseconds.map { InstantText.rfc3339(milliseconds: $0) } ?? "-"
        }
        return [
            group.count.grouped, time(group.first), time(group.last), shown(group.cause.reason, 60),
            shown(group.cause.processor, 30), group.example.description, shown(group.cause.detail, 100),
        ]
    }

    private static func jsonText(_ groups: [LetterGroups.Group]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for group in groups {
            writer.beginObject()
            writer.member("count", Int64(group.count))
            writer.member("first", group.first.map { InstantText.rfc3339(milliseconds: $0) })
            writer.member("last", group.last.map { InstantText.rfc3339(milliseconds: $0) })
            writer.member("reason", group.cause.reason)
            writer.member("processor", group.cause.processor)
            writer.member("detail", group.cause.detail)
            writer.member("example", group.example.description)
            writer.endObject()
        }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
