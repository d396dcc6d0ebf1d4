import Millrace

extension DeadLetter {
    /// Whose letter it is, in words.
    var dialectText: String {
        guard let dialect else { return "unknown: no headers of a letter" }
        return version.map { "\(dialect.title), version \($0)" } ?? dialect.title
    }

    /// What fails in a few words, for a table: a pointer is shown as what it is.
    var reasonText: String {
        let reason = reason.map { PrintableText.of(Array($0.utf8), limit: 60) } ?? "-"
        return isPointer ? "\(reason) (pointer)" : reason
    }

    /// Where the record stood, as far as it is known: `TOPIC/PARTITION/OFFSET`.
    var originText: String? {
        guard let topic = origin.topic else { return nil }
        let rest = [origin.partition.map { "\($0)" }, origin.offset.map { "\($0)" }].map { $0 ?? "?" }
        return "\(PrintableText.of(Array(topic.utf8), limit: 249))/\(rest.joined(separator: "/"))"
    }
}
