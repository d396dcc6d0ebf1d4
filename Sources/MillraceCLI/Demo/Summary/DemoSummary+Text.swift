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
            lines += tolerated.map { "  \($0.seen.grouped) × \($0.name)" }
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

    private static func lines(of letter: DemoLetter) -> [String] {
        var lines: [String] = []
        if let value = letter.record.value { lines.append("  value    \(PrintableText.of(value, limit: 160))") }
        if let key = letter.record.key { lines.append("  key      \(PrintableText.of(key, limit: 100))") }
        for header in letter.record.headers {
            let value = header.value.map { PrintableText.of($0, limit: 100) } ?? "null"
            lines.append("  header   \(PrintableText.of(header.name, limit: 60)): \(value)")
        }
        return lines
    }
}
