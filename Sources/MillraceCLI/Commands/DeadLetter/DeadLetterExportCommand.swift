import Millrace

/// `millrace deadletter export`.
struct DeadLetterExportCommand: Command {
    static let name = "deadletter export"
    static let summary = "Prints dead letters as record lines, to be repaired and sent again by 'produce'."
    static let details = """
        \(LetterFlags.details)

        Each line is the letter as it stands, its headers included, or with --original the
        record as it was before it failed: byte for byte what 'produce' sends again.

          millrace deadletter export --original --id ID > letter.jsonl
          millrace produce --topic TOPIC letter.jsonl

        'produce' refuses what no worker could read; --raw sends it all the same. A letter
        that stands for a record too large for the topic does not hold it: --original
        leaves it out, says so, and ends with 65.
        """
    static let original = Flag.toggle("original", "Print the record as it was before it failed.")
    static let flags: [any FlagDefinition] =
        LetterFlags.place + LetterFlags.selection + [original] + LetterFlags.reading

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let selection = invocation.letterSelection
        let isOriginal = invocation[original]
        var pointers = 0
        var bytes: [UInt8] = []
        let found = try LetterScan(invocation, ids: selection.ids).read(selection) { letter in
            guard let record = isOriginal ? letter.original : letter.record else {
                pointers += 1
                return true
            }
            bytes.removeAll(keepingCapacity: true)
            record.write(into: &bytes)
            try bytes.withUnsafeBytes { try invocation.output.write($0) }
            return true
        }
        try invocation.output.flush()
        invocation.report("\((found - pointers).grouped) letters exported")
        guard pointers > 0 else { return .success }
        invocation.report("\(pointers.grouped) left out: they point to records that were too large for the topic")
        return .badData
    }
}
