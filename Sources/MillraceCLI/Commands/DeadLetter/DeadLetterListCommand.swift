import Millrace

/// `millrace deadletter list`.
struct DeadLetterListCommand: Command {
    static let name = "deadletter list"
    static let summary = "Lists dead letters, one a line, or as record lines."
    static let details = """
        \(LetterFlags.details)

        The first column is the letter's ID, for 'deadletter show' and --id. With --json
        each letter is printed as the record line that it is, which 'produce' reads.
        """
    static let json = Flag.toggle("json", "Print each letter as a record line.")
    static let flags: [any FlagDefinition] =
        LetterFlags.place + LetterFlags.selection + LetterFlags.reading + [json]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let selection = invocation.letterSelection
        let scan = try LetterScan(invocation, ids: selection.ids)
        let output = invocation.output
        guard !invocation[json] else {
            var bytes: [UInt8] = []
            try scan.read(selection) { letter in
                bytes.removeAll(keepingCapacity: true)
                letter.record.write(into: &bytes)
                try bytes.withUnsafeBytes { try output.write($0) }
                return true
            }
            return .success
        }
        var table = StreamedTable(
            ["ID", "FAILED", "REASON", "TYPE", "PROCESSOR", "ORIGIN", "ATTEMPTS", "KEY"], isBold: output.usesColor)
        try scan.read(selection) { letter in
            try output.write(table.add(row(letter)))
            return true
        }
        try output.write(table.finish())
        return .success
    }

    private static func row(_ letter: DeadLetter) -> [String] {
        func shown(_ text: String?, _ limit: Int) -> String {
            text.map { PrintableText.of(Array($0.utf8), limit: limit) } ?? "-"
        }
        return [
            letter.id.description, letter.time.map { InstantText.rfc3339(milliseconds: $0) } ?? "-",
            letter.reasonText, shown(letter.type, 60), shown(letter.processor, 30), letter.originText ?? "-",
            letter.attempts.map { "\($0)" } ?? "-", letter.record.key.map { PrintableText.of($0, limit: 40) } ?? "-",
        ]
    }
}
