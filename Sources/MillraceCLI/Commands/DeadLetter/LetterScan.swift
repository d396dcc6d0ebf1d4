import CloudEvents
import Millrace
import MillraceKafka

/// Goes through dead-letter topics once, from their first letters to what was last when it began.
struct LetterScan {
    private let invocation: Invocation
    private let reader: TopicReader
    private let topics: [String]
    /// Reads events as a worker would.
    let explainer: Explainer
    /// Whether a topic that is not there ends the command: one that was asked for by name does.
    private let isNamed: Bool

    /// - Parameter ids: letters that are asked for; where no topic is named, theirs.
    init(_ invocation: Invocation, ids: some Sequence<LetterID>) throws {
        self.invocation = invocation
        let named = invocation.lists(LetterFlags.topic) ? invocation[LetterFlags.topic] : []
        let asked = named.isEmpty ? ids.map(\.topic) : named
        isNamed = !asked.isEmpty
        let hasConfiguration =
            invocation[ConfigurationFlags.file] != nil || !invocation[ConfigurationFlags.set].isEmpty
            || invocation.environment["MILLRACE_CONFIG"]?.isEmpty == false
        if asked.isEmpty || hasConfiguration {
            let configuration = try invocation.configuration()
            topics = Self.unique(asked.isEmpty ? configuration.letterTopics : asked)
            explainer = Explainer(
                configuration, processors: invocation.processors, profile: nil, unrouted: nil)
        } else {
            topics = Self.unique(asked)
            explainer = Explainer(profile: .qlik, unrouted: .deadLetter)
        }
        reader = TopicReader(
            properties: try invocation.kafkaProperties(), timeout: invocation[LetterFlags.timeout])
    }

    private static func unique(_ topics: [String]) -> [String] {
        topics.enumerated().filter { !topics[..<$0.offset].contains($0.element) }.map(\.element)
    }

    /// Calls with each letter that is wanted, until it answers false. What there is to say of the topics goes to stderr.
    /// - Returns: how many letters were wanted.
    @discardableResult
    func read(_ selection: LetterSelection, _ body: (DeadLetter) throws -> Bool) throws -> Int {
        let ranges = try ranges(selection)
        let total = ranges.reduce(0) { $0 + ($1.end - $1.start) }
        let progress = ProgressLine(invocation.messages, isForced: invocation[LetterFlags.progress])
        var seen: Int64 = 0
        var found = 0
        let unread = try reader.read(ranges) { record in
            let letter = DeadLetter(record)
            seen += 1
            progress.show(
                "\(Int(seen).grouped) of at most \(Int(total).grouped) records read, \(found.grouped) letters")
            guard selection.contains(letter, event: { event(of: letter) }) else { return true }
            found += 1
            progress.clear()
            return try body(letter)
        }
        progress.clear()
        if unread > 0 {
            invocation.report("\(Int(unread).grouped) offsets at the end belong to a transaction that is still open")
        }
        if seen > 0, found == 0, selection.ids.isEmpty {
            invocation.report("none of \(Int(seen).grouped) letters is meant")
        }
        return found
    }

    /// The letter's event, where it is one.
    func event(of letter: DeadLetter) -> (type: String, source: String)? {
        letter.original.flatMap { explainer.answer($0).event }.map { ($0.type, $0.source) }
    }

    /// What to read. Says what is missing, empty or compacted.
    private func ranges(_ selection: LetterSelection) throws -> [TopicScan.Range] {
        var ranges: [TopicScan.Range] = []
        var missing: [String] = []
        for topic in topics {
            guard let found = try reader.ranges(of: topic) else {
                missing.append(topic)
                continue
            }
            ranges += found
            if reader.isCompacted(topic) == true {
                invocation.report(
                    "topic '\(topic)' is compacted (cleanup.policy): of letters with the same key only the last is kept"
                )
            }
            if found.allSatisfy({ $0.start >= $0.end }) { invocation.report("topic '\(topic)' is empty") }
        }
        if let first = missing.first, isNamed || missing.count == topics.count {
            throw CommandError(
                .unavailable, "there is no topic '\(first)'",
                hint: "A worker makes it with 'run --create-topics'; --topic names another.")
        }
        for topic in missing { invocation.report("there is no topic '\(topic)'") }
        return ranges.compactMap { Self.narrowed($0, to: selection.ids) }
    }

    /// The part of a range in which the letters can be.
    private static func narrowed(_ range: TopicScan.Range, to ids: Set<LetterID>) -> TopicScan.Range? {
        if ids.isEmpty { return range }
        let offsets = ids.filter { $0.topic == range.name.topic && $0.partition == range.name.partition }.map(\.offset)
        guard let first = offsets.min(), let last = offsets.max() else { return nil }
        var range = range
        range.start = max(range.start, first)
        range.end = last == .max ? range.end : min(range.end, last + 1)
        return range
    }
}

extension Configuration {
    /// Where letters of its sources are, and sources that are dead-letter topics themselves.
    var letterTopics: [String] {
        sources.map { deadLetter.topic(for: $0.topic) } + sources.filter(\.isDeadLetterTopic).map(\.topic)
    }
}
