import Millrace

/// `millrace deadletter show`.
struct DeadLetterShowCommand: Command {
    static let name = "deadletter show"
    static let summary =
        "Shows dead letters whole: the cause, the times, the headers, the event, and what would happen now."
    static let details = """
        Shows what the letter's headers say, the record's own headers, the event decoded,
        and what a worker would do with the record now: as 'explain' says it, by --config
        where one is given. The topic is read at the letter's place only.
        """
    static let json = Flag.toggle("json", "Print each letter as a record line.")
    static let flags: [any FlagDefinition] =
        [
            ConfigurationFlags.file, ConfigurationFlags.kafka, ConfigurationFlags.set,
        ] + LetterFlags.reading + [json]
    static let arguments: [Argument] = [
        .required("ID", "The letter: TOPIC/PARTITION/OFFSET, as 'deadletter list' prints it."),
        .repeated("ID", "More of them."),
    ]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let ids = try invocation.arguments.map { text in
            guard let id = LetterID(text), TopicName.isValid(id.topic) else {
                throw CommandError.usage("\(OptionValue(text).shown) is no ID: TOPIC/PARTITION/OFFSET")
            }
            return id
        }
        var missing = Set(ids)
        var selection = LetterSelection()
        selection.ids = missing
        let scan = try LetterScan(invocation, ids: ids)
        try scan.read(selection) { letter in
            if missing.remove(letter.id) != nil, missing.count < selection.ids.count - 1, !invocation[json] {
                try invocation.output.writeLine()
            }
            try write(letter, scan.explainer, invocation)
            return !missing.isEmpty
        }
        guard !missing.isEmpty else { return .success }
        throw CommandError(
            .badData, "there is no letter \(missing.map(\.description).sorted().joined(separator: ", "))",
            hint: "It may be deleted, or compacted away; 'deadletter list' prints those that are there.")
    }

    private static func write(_ letter: DeadLetter, _ explainer: Explainer, _ invocation: Invocation) throws {
        if invocation[json] {
            try letter.record.line.withUnsafeBytes { try invocation.output.write($0) }
        } else {
            try invocation.output.write(LetterPage(letter, explainer, isBold: invocation.output.usesColor).text)
        }
    }
}
