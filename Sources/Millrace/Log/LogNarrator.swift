package import MillraceEngine

/// Decides which facts become log lines, and which lines. A value: it is told the time and returns what to log.
///
/// `info` and above is for what an operator acts on or looks back at, the rest is `debug`. What happens a thousand times
/// a second is told once and then counted, every ten seconds.
package struct LogNarrator: Sendable {
    /// A line to log.
    package struct Line: Sendable, Hashable {
        package var level: Log.Level
        package var message: String
        package var metadata: LogMetadata
    }

    /// What is told once and then counted.
    enum Repeated: Hashable, Sendable {
        case deadLetter(topic: String, reason: String, processor: String?)
        case retry(processor: String)
        case commitFailed(cause: String)
        /// `words`: without what stands in brackets, which is times and counts.
        case broker(BrokerNotice, name: String, words: String)
        case timestampRewritten(topic: String)
        case foreignMetadata(topic: String)
        case deduplicationStartsEmpty(topic: String, processor: String)
        case circuitProbeFailed(processor: String)
        case offsetMapCut(topic: String)
        case offsetMapIgnored(topic: String)
    }

    private var repeats = RepeatLimiter<Repeated>()
    private var heldForLetters: Set<PartitionName> = []
    private var holds: [PartitionName: HoldReason] = [:]
    private var unavailable: [String: String] = [:]
    /// At how many nanoseconds a stuck handler is told again.
    private var stuck: [RecordName: UInt64] = [:]

    package init() {}

    /// The lines that a fact gives. `debug`: whether lines of that level are wanted at all.
    package mutating func lines(for fact: EngineFact, now: UInt64, debug: Bool) -> [Line] {
        switch fact {
        case .turn: return repeats.summaries(now: now).map(Self.line)
        case .partition(let report): return holdLines(report, debug: debug)
        case .assigned(let starts): return assignedLines(starts, debug: debug)
        case .revoked(let names):
            forget(names)
            return Self.lines(.info, "partitions revoked", names)
        case .lost(let names):
            forget(names)
            return Self.lines(.warning, "partitions lost without a commit", names)
        case .deadLettered(let record, let reason, let processor, let letter):
            return deadLetterLines(record, reason, processor, letter, now: now, debug: debug)
        case .lettersHeld(let name, let cause):
            guard heldForLetters.insert(name).inserted else { return [] }
            let message = "dead letters refused: the partition is not read until they are taken"
            return [Line(level: .warning, message: message, metadata: Self.place(name, [.cause: .text(cause)]))]
        case .lettersResumed(let name):
            guard heldForLetters.remove(name) != nil else { return [] }
            return [Line(level: .info, message: "dead letters taken again", metadata: Self.place(name))]
        case .unavailable(let processor, let record, let cause):
            guard unavailable.updateValue(cause, forKey: processor) != cause else { return [] }
            let metadata = Self.place(record, [.processor: .text(processor), .cause: .text(cause)])
            return [Line(level: .warning, message: "processor unavailable: its partitions wait", metadata: metadata)]
        case .available(let processor):
            guard unavailable.removeValue(forKey: processor) != nil else { return [] }
            let metadata: LogMetadata = [.processor: .text(processor)]
            return [Line(level: .info, message: "processor answers again", metadata: metadata)]
        case .circuitOpened(let processor, let record, let lane, let failed, let attempts, let cause):
            let metadata = Self.place(
                record,
                [
                    .processor: .text(processor), .lane: .integer(lane), .count: .integer(failed),
                    .total: .integer(attempts), .cause: .text(cause),
                ])
            let message = "circuit opened: nearly all attempts failed, so the partitions wait, and only probes are made"
            return [Line(level: .error, message: message, metadata: metadata)]
        case .circuitProbeFailed(let processor, let record, let lane, let delay, let cause):
            let isFirst = repeats.isFirst(.circuitProbeFailed(processor: processor), now: now)
            guard isFirst || debug else { return [] }
            let metadata = Self.place(
                record,
                [
                    .processor: .text(processor), .lane: .integer(lane), .delaySeconds: .seconds(nanoseconds: delay),
                    .cause: .text(cause),
                ])
            return [
                Line(level: isFirst ? .info : .debug, message: "circuit stays open: a probe failed", metadata: metadata)
            ]
        case .circuitClosed(let processor, let lane):
            let metadata: LogMetadata = [.processor: .text(processor), .lane: .integer(lane)]
            return [Line(level: .info, message: "circuit closed: a probe succeeded", metadata: metadata)]
        case .letterGuardStopped(let name, let letters, let records):
            let metadata = Self.place(name, [.count: .integer(letters), .total: .integer(records)])
            let message =
                "partition stopped: too many of its records became dead letters; mend the cause, then start the worker again"
            return [Line(level: .error, message: message, metadata: metadata)]
        case .stuck(let processor, let record, let nanoseconds):
            // At once, then each time it has lasted twice as long.
            guard nanoseconds >= stuck[record] ?? 0 else { return [] }
            stuck[record] = nanoseconds.multipliedReportingOverflow(by: 2).partialValue
            let metadata = Self.place(
                record, [.processor: .text(processor), .seconds: .seconds(nanoseconds: nanoseconds)])
            return [Line(level: .warning, message: "handler has not returned", metadata: metadata)]
        case .unstuck(let processor, let record):
            guard stuck.removeValue(forKey: record) != nil else { return [] }
            let metadata = Self.place(record, [.processor: .text(processor)])
            return [Line(level: .info, message: "handler returned after all", metadata: metadata)]
        case .phase(let phase):
            let line = Line(level: .info, message: "worker phase", metadata: [.phase: .text("\(phase)")])
            return phase == .stopped ? repeats.flush(now: now).map(Self.line) + [line] : [line]
        case .retrying(let record, let processor, let attempt, let delay, let cause):
            let isFirst = repeats.isFirst(.retry(processor: processor), now: now)
            guard isFirst || debug else { return [] }
            let metadata = Self.place(
                record,
                [
                    .processor: .text(processor), .attempt: .integer(attempt),
                    .delaySeconds: .seconds(nanoseconds: delay), .cause: .text(cause),
                ])
            return [
                Line(level: isFirst ? .info : .debug, message: "attempt failed, another follows", metadata: metadata)
            ]
        case .commitFailed(let cause):
            guard repeats.isFirst(.commitFailed(cause: cause), now: now) else { return [] }
            let message = "commit failed: it stays due and is tried again"
            return [Line(level: .warning, message: message, metadata: [.cause: .text(cause)])]
        case .offsetMissing(let name, let committed, let resumedAt):
            return [Self.offsetMissing(name, committed: committed, resumedAt: resumedAt)]
        case .broker(let level, let name, let message):
            guard repeats.isFirst(.broker(level, name: name, words: Self.withoutBrackets(message)), now: now) else {
                return []
            }
            return [Self.broker(level, name: name, message: message)]
        case .letterTimestampRewritten(let record):
            guard repeats.isFirst(.timestampRewritten(topic: record.topic), now: now) else { return [] }
            let message = "dead letter's timestamp refused by the topic and rewritten to now"
            return [Line(level: .info, message: message, metadata: Self.place(record))]
        case .foreignMetadata(let name):
            guard repeats.isFirst(.foreignMetadata(topic: name.topic), now: now) else { return [] }
            let message = "committed metadata of another program found and left alone"
            return [Line(level: .info, message: message, metadata: Self.place(name))]
        case .deduplicationStarts(let name, let processor, remembered: 0):
            guard
                repeats.isFirst(.deduplicationStartsEmpty(topic: name.topic, processor: processor), now: now)
            else { return [] }
            let message = "de-duplication starts empty: what was handled before is not known to it"
            return [Line(level: .info, message: message, metadata: Self.place(name, [.processor: .text(processor)]))]
        case .offsetMapCut(let name, let records):
            guard repeats.isFirst(.offsetMapCut(topic: name.topic), now: now) else { return [] }
            return [Self.offsetMapCut(name, records: records)]
        case .crashSearchBegan(let name, let starts, let until):
            return [Self.crashSearchBegan(name, starts: starts, until: until)]
        case .crashSearchEnded(let name):
            let message = "records are handled as usual again: none is suspected of ending the process"
            return [Line(level: .info, message: message, metadata: Self.place(name))]
        case .crashSuspectWithheld(let record, let seconds):
            let message = "a suspected record is withheld for a while, to see whether the process ends without it too"
            return [
                Line(level: .warning, message: message, metadata: Self.place(record, [.seconds: .integer(seconds)]))
            ]
        case .crashSearchFutile(let name):
            let message = "the process ended although the suspected record was withheld: something else ends it"
            return [Line(level: .warning, message: message, metadata: Self.place(name))]
        case .crashed(let record, let times):
            let message = "the process ended while this record alone was being handled"
            return [Line(level: .error, message: message, metadata: Self.place(record, [.count: .integer(times)]))]
        case .offsetMapIgnored(let name, let cause):
            guard repeats.isFirst(.offsetMapIgnored(topic: name.topic), now: now) else { return [] }
            let message = "map of finished records ignored: they are handled again"
            return [Line(level: .warning, message: message, metadata: Self.place(name, [.cause: .text(cause)]))]
        default: return debug ? Self.debugLines(fact) : []
        }
    }

    private mutating func forget(_ names: [PartitionName]) {
        for name in names {
            heldForLetters.remove(name)
            holds[name] = nil
        }
    }

    private mutating func assignedLines(_ starts: [PartitionStart], debug: Bool) -> [Line] {
        if starts.isEmpty {
            return [Line(level: .info, message: "no partitions assigned: more members than partitions", metadata: [:])]
        }
        var lines = Self.lines(.info, "partitions assigned", starts.map(\.name))
        if debug {
            for start in starts {
                let metadata = Self.place(
                    start.name, [.offset: .integer(start.offset), .epoch: .integer(start.epoch)])
                lines.append(Line(level: .debug, message: "partition starts", metadata: metadata))
            }
        }
        return lines
    }

    private mutating func holdLines(_ report: PartitionReport, debug: Bool) -> [Line] {
        guard debug, holds[report.name] != report.held else { return [] }
        holds[report.name] = report.held
        if let held = report.held {
            let metadata = Self.place(report.name, [.reason: .text(held.rawValue)])
            return [Line(level: .debug, message: "partition held", metadata: metadata)]
        }
        return [Line(level: .debug, message: "partition resumed", metadata: Self.place(report.name))]
    }

    private mutating func deadLetterLines(
        _ record: RecordName, _ reason: String, _ processor: String?, _ letter: LetterKind, now: UInt64, debug: Bool
    ) -> [Line] {
        let key = Repeated.deadLetter(topic: record.topic, reason: reason, processor: processor)
        let isFirst = repeats.isFirst(key, now: now)
        guard isFirst || debug else { return [] }
        var metadata = Self.place(record, [.reason: .text(reason)])
        metadata[.processor] = processor.map { .text($0) }
        if letter == .pointer { metadata[.letter] = "pointer" }
        return [Line(level: isFirst ? .warning : .debug, message: "record dead-lettered", metadata: metadata)]
    }
}
