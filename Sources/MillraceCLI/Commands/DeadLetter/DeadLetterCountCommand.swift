import Millrace

/// `millrace deadletter count`.
struct DeadLetterCountCommand: Command {
    static let name = "deadletter count"
    static let summary = "Counts dead letters."
    static let details = """
        \(LetterFlags.details)

        Prints one number, or with --by one for each value; the largest first.
        """
    /// What letters are counted by.
    enum Property: String, CaseIterable, Sendable {
        case topic, reason, type, source, processor, origin, dialect
    }

    static let by = Flag.optional(
        "by", Property.allCases.map(\.rawValue).joined(separator: "|"), .choice(Property.self),
        "Count the letters of each value of this.")
    static let json = Flag.toggle("json", "Print one JSON object.")
    static let flags: [any FlagDefinition] =
        LetterFlags.place + LetterFlags.selection + [by] + LetterFlags.reading + [json]

    /// So many values are told apart.
    private static let maximum = 10_000

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let selection = invocation.letterSelection
        let scan = try LetterScan(invocation, ids: selection.ids)
        let property = invocation[by]
        var counts: [String?: Int] = [:]
        var uncounted = 0
        let total = try scan.read(selection) { letter in
            guard let property else { return true }
            let value = value(of: property, letter, scan)
            if counts[value] != nil || counts.count < maximum { counts[value, default: 0] += 1 } else { uncounted += 1 }
            return true
        }
        if uncounted > 0 { invocation.report("\(uncounted.grouped) letters with further values are in the sum only") }
        let sorted = counts.sorted { ($1.value, $0.key ?? "") < ($0.value, $1.key ?? "") }
        if invocation[json] {
            try invocation.output.writeLine(jsonText(total, property, sorted.map { ($0.key, $0.value) }))
        } else if let property {
            var table = StreamedTable(
                ["COUNT", property.rawValue.uppercased()], isBold: invocation.output.usesColor)
            for (value, count) in sorted {
                let text = value.map { PrintableText.of(Array($0.utf8), limit: 249) } ?? "-"
                try invocation.output.write(table.add([count.grouped, text]))
            }
            try invocation.output.write(table.finish())
        } else {
            try invocation.output.writeLine("\(total)")
        }
        return .success
    }

    private static func value(of property: Property, _ letter: DeadLetter, _ scan: LetterScan) -> String? {
        switch property {
        case .topic: letter.id.topic
        case .reason: letter.reason
        case .type: letter.type ?? scan.event(of: letter)?.type
        case .source: scan.event(of: letter)?.source
        case .processor: letter.processor
        case .origin: letter.origin.topic
        case .dialect: letter.dialect?.title
        }
    }

    private static func jsonText(_ total: Int, _ property: Property?, _ counts: [(value: String?, count: Int)])
        -> String
    {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("count", Int64(total))
        if let property {
            writer.member("by", property.rawValue)
            writer.name("counts")
            writer.beginArray()
            for count in counts {
                writer.beginObject()
                writer.member("value", count.value)
                writer.member("count", Int64(count.count))
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
