import CloudEvents
import Millrace

/// Which letters are wanted: those that meet every kind of condition that was given, and of one kind any.
struct LetterSelection {
    /// A topic, a partition of it, or offsets of that, in which the record stood: `TOPIC[/PARTITION[/FIRST[-LAST]]]`.
    struct Origin: Sendable, Hashable {
        let text: String
        let topic: String
        let partition: Int32?
        let offsets: ClosedRange<Int64>?

        /// As a flag takes it.
        static var type: OptionType<Origin> {
            OptionType(
                "TOPIC, TOPIC/PARTITION, TOPIC/PARTITION/OFFSET or TOPIC/PARTITION/FIRST-LAST", parse: { Self($0) },
                text: \.text)
        }

        init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard (1...3).contains(parts.count), TopicName.isValid(parts[0]) else { return nil }
            self.text = text
            topic = parts[0]
            partition = parts.count > 1 ? Int32(parts[1]) : nil
            if parts.count > 1, partition.map({ $0 >= 0 }) != true { return nil }
            guard parts.count > 2 else {
                offsets = nil
                return
            }
            let ends = parts[2].split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last
            else { return nil }
            offsets = first...last
        }

        func contains(_ origin: DeadLetter.Origin) -> Bool {
            guard origin.topic == topic, partition == nil || origin.partition == partition else { return false }
            guard let offsets else { return true }
            return origin.offset.map(offsets.contains) ?? false
        }
    }

    var ids: Set<LetterID> = []
    /// Whole codes, or what stands before their colon.
    var reasons: Set<String> = []
    var types: [TypePattern] = []
    /// Exact, or beginnings that end in `*`.
    var sources: [String] = []
    var processors: Set<String> = []
    var keys: [[UInt8]] = []
    var origins: [Origin] = []
    /// Milliseconds since 1970.
    var since: Int64?
    /// Milliseconds since 1970; not included.
    var until: Int64?

    /// Whether the letter is wanted.
    ///
    /// - Parameter event: reads the event, where the headers do not say enough.
    func contains(_ letter: DeadLetter, event: () -> (type: String, source: String)?) -> Bool {
        if !ids.isEmpty, !ids.contains(letter.id) { return false }
        if !reasons.isEmpty, !letter.reason.isIn(reasons) { return false }
        if !processors.isEmpty, letter.processor.map(processors.contains) != true { return false }
        if !keys.isEmpty, letter.record.key.map(keys.contains) != true { return false }
        if !origins.isEmpty, !origins.contains(where: { $0.contains(letter.origin) }) { return false }
        if let since, letter.time.map({ $0 >= since }) != true { return false }
        if let until, letter.time.map({ $0 < until }) != true { return false }
        if !types.isEmpty {
            guard let type = letter.type ?? event()?.type, types.contains(where: { Self.meets(type, $0.text) })
            else { return false }
        }
        if !sources.isEmpty {
            guard let source = event()?.source, sources.contains(where: { Self.meets(source, $0) })
            else { return false }
        }
        return true
    }

    private static func meets(_ text: String, _ pattern: String) -> Bool {
        // As bytes: `String` takes different spellings of a character for the same.
        let bytes = Array(pattern.utf8)
        if bytes.last == UInt8(ascii: "*") { return text.utf8.starts(with: bytes.dropLast()) }
        return text.utf8.elementsEqual(bytes)
    }
}

extension String? {
    /// Whether the code, or what stands before its colon, is among them.
    fileprivate func isIn(_ codes: Set<String>) -> Bool {
        guard let self else { return false }
        return codes.contains(self) || codes.contains(String(self.prefix { $0 != ":" }))
    }
}
