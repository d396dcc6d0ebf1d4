import CloudEvents
import Millrace
import MillraceEngine

extension DemoSummary {
    /// The summary for people, a screen high.
    var text: String {
        var lines = ["", "Events handled, by type and worker"]
        lines += typeLines
        lines += ["", "Dead letters, by reason"]
        lines += countLines(letters, heading: "reason")
        if !skipped.isEmpty { lines += ["", "Passed over"] + countLines(skipped, heading: "reason") }
        if !tolerated.isEmpty {
            lines += ["", "Tolerated: events that deviate and were handled all the same"]
            lines += countLines(tolerated, heading: "how")
        }
        lines += ["", "Every record has one place, by partition and worker"] + identityLines
        if let example { lines += ["", "One dead letter, decoded"] + Self.lines(of: example) }
        lines += [""] + verdict
        return lines.joined(separator: "\n") + "\n"
    }

    private var typeLines: [String] {
        var table = TextTable(["type"] + workers + ["total", "expected"])
        for row in types {
            table.add(
                [row.type] + row.workers.map(\.grouped)
                    + [row.workers.reduce(0, +).grouped, row.expected.grouped])
        }
        return table.lines()
    }

    private func countLines(_ counts: [Count], heading: String) -> [String] {
        var table = TextTable([heading, "seen", "expected"])
        for count in counts { table.add([count.name, count.seen.grouped, count.expected.grouped]) }
        return table.lines()
    }

    private var identityLines: [String] {
        var table = TextTable([
            "partition", "worker", "received =", "succeeded +", "dead-lettered +", "skipped +", "released +",
            "in flight",
        ])
        for row in identity {
            let counts = row.counts
            table.add(
                ["\(topic)/\(row.partition)", row.worker]
                    + [
                        counts.received, counts.succeeded, counts.deadLettered, counts.skipped, counts.released,
                        counts.inFlight,
                    ].map { Int(clamping: $0).grouped })
        }
        return table.lines()
    }

    private var verdict: [String] {
        guard differences.isEmpty else {
            return ["NOT everything is accounted for:"] + differences.map { "  - \($0)" }
        }
        let handled = types.reduce(0) { $0 + $1.expected }
        let lettered = letters.reduce(0) { $0 + $1.expected }
        let passed = skipped.reduce(0) { $0 + $1.expected }
        var text = "All \(records.grouped) records are accounted for: \(handled.grouped) handled, "
        text += "\(lettered.grouped) dead-lettered, \(passed.grouped) passed over, 0 lost"
        text += retries > 0 ? "; \(retries.grouped) attempts repeated" : ""
        text += repeated > 0 ? "; \(repeated.grouped) handled again after a partition changed hands." : "."
        return [text]
    }

    /// What was dead-lettered, why, by whom and where it stood; then the record as it is.
    private static func lines(of letter: DemoLetter) -> [String] {
        let record = letter.record
        func header(_ name: LetterHeader) -> String {
            let value = record.headers.last { $0.name == Array(name.rawValue.utf8) }?.value
            return value.map { PrintableText.of($0, limit: 200) } ?? "unknown"
        }
        var lines: [String] = []
        if let event = try? CloudEvent(json: record.value ?? [], profile: .qlik) {
            lines.append("  event    \(event.type), id \(event.id)")
            lines.append("           from \(event.source) at \(event.time ?? "an unknown time")")
        }
        lines += [
            "  why      \(header(.detail))",
            "  who      processor '\(header(.processor))' of group \(header(.group)), attempts: \(header(.attempts))",
            "  when     \(header(.failedAt))",
            "  where    \(header(.originTopic))/\(header(.originPartition)) offset \(header(.originOffset))",
            "  key      \(record.key.map { PrintableText.of($0, limit: 100) } ?? "null")",
            "  value    \(record.value.map { PrintableText.of($0, limit: 120) } ?? "null")",
        ]
        return lines
    }
}
