import MillraceEngine

extension LogNarrator {
    /// What only a developer looks for.
    static func debugLines(_ fact: EngineFact) -> [Line] {
        switch fact {
        case .committed(let name, let offset):
            [Line(level: .debug, message: "offset committed", metadata: place(name, [.offset: .integer(offset)]))]
        case .skipped(let record, let reason, let type):
            [
                Line(
                    level: .debug, message: "record skipped",
                    metadata: place(record, [.reason: .text(reason), .type: .text(type ?? "")]))
            ]
        case .duplicate(let record, let processor):
            [
                Line(
                    level: .debug, message: "duplicate passed over",
                    metadata: place(record, [.processor: .text(processor)]))
            ]
        case .deduplicationStarts(let name, let processor, let remembered):
            [
                Line(
                    level: .debug, message: "de-duplication goes on with what it remembers",
                    metadata: place(name, [.processor: .text(processor), .count: .integer(remembered)]))
            ]
        case .tolerated(let topic, let code, let count):
            [
                Line(
                    level: .debug, message: "deviations tolerated",
                    metadata: [.topic: .text(topic), .code: .text(code), .count: .integer(count)])
            ]
        case .lag(let name, let records):
            [Line(level: .debug, message: "lag", metadata: place(name, [.count: .integer(records)]))]
        default: []
        }
    }

    static func offsetMissing(_ name: PartitionName, committed: Int64, resumedAt: Int64?) -> Line {
        guard let resumedAt else {
            return Line(
                level: .error, message: "committed offset is no longer in the log: the worker stops",
                metadata: place(name, [.committed: .integer(committed)]))
        }
        return Line(
            level: .warning, message: "committed offset is no longer in the log: reading goes on elsewhere",
            metadata: place(
                name,
                [
                    .committed: .integer(committed), .resumedAt: .integer(resumedAt),
                    .count: .integer(max(0, resumedAt &- committed)),
                ]))
    }

    static func offsetMapCut(_ name: PartitionName, records: Int64) -> Line {
        Line(
            level: .warning,
            message: "more records are finished above an unfinished one than can be kept with the committed offset: "
                + "a restart would repeat some, and the partition waits",
            metadata: place(name, [.count: .integer(records)]))
    }

    static func crashSearchBegan(_ name: PartitionName, starts: Int, until: Int64) -> Line {
        Line(
            level: .warning,
            message: "workers end on this partition again and again without progress: its records are tried one at a "
                + "time, slowly, to find the one that ends them",
            metadata: place(name, [.count: .integer(starts), .until: .integer(until)]))
    }

    /// The words are the client's own, or the worker's at its start.
    static func broker(_ level: BrokerNotice, name: String, message: String) -> Line {
        Line(level: level == .error ? .error : .warning, message: message, metadata: [.errorName: .text(name)])
    }

    /// The text without what stands in round brackets and the spaces before them.
    static func withoutBrackets(_ text: String) -> String {
        var kept = ""
        var depth = 0
        for character in text {
            switch character {
            case "(":
                depth += 1
                while kept.last == " " { kept.removeLast() }
            case ")": depth = max(0, depth - 1)
            default: if depth == 0 { kept.append(character) }
            }
        }
        return kept
    }

    /// The line for what was counted since the last one.
    static func line(_ summary: RepeatLimiter<Repeated>.Summary) -> Line {
        let amount: LogMetadata = [
            .count: .integer(summary.count), .overSeconds: .integer(summary.nanoseconds / 1_000_000_000),
        ]
        switch summary.key {
        case .deadLetter(let topic, let reason, let processor):
            var metadata: LogMetadata = [.topic: .text(topic), .reason: .text(reason)]
            metadata[.processor] = processor.map { .text($0) }
            return Line(level: .warning, message: "more records dead-lettered", metadata: metadata.merging(amount))
        case .retry(let processor):
            let metadata: LogMetadata = [.processor: .text(processor)]
            return Line(
                level: .info, message: "more attempts failed, others follow", metadata: metadata.merging(amount))
        case .commitFailed(let cause):
            let metadata: LogMetadata = [.cause: .text(cause)]
            return Line(level: .warning, message: "more commits failed", metadata: metadata.merging(amount))
        case .broker(let level, let name, let words):
            var line = broker(level, name: name, message: words)
            line.metadata = line.metadata.merging(amount)
            return line
        case .timestampRewritten(let topic):
            let metadata: LogMetadata = [.topic: .text(topic)]
            return Line(
                level: .info, message: "more dead letters' timestamps rewritten", metadata: metadata.merging(amount))
        case .foreignMetadata(let topic):
            let metadata: LogMetadata = [.topic: .text(topic)]
            return Line(
                level: .info, message: "more committed metadata of another program left alone",
                metadata: metadata.merging(amount))
        case .circuitProbeFailed(let processor):
            let metadata: LogMetadata = [.processor: .text(processor)]
            return Line(level: .info, message: "more probes failed", metadata: metadata.merging(amount))
        case .deduplicationStartsEmpty(let topic, let processor):
            let metadata: LogMetadata = [.topic: .text(topic), .processor: .text(processor)]
            return Line(
                level: .info, message: "more partitions' de-duplication starts empty",
                metadata: metadata.merging(amount))
        case .offsetMapCut(let topic):
            let metadata: LogMetadata = [.topic: .text(topic)]
            return Line(
                level: .warning, message: "more commits without room for all that is finished",
                metadata: metadata.merging(amount))
        case .offsetMapIgnored(let topic):
            let metadata: LogMetadata = [.topic: .text(topic)]
            return Line(
                level: .warning, message: "more maps of finished records ignored", metadata: metadata.merging(amount))
        case nil:
            return Line(
                level: .warning, message: "more dead letters and failures of too many kinds to list each",
                metadata: amount)
        }
    }

    static func place(_ name: PartitionName, _ more: LogMetadata = [:]) -> LogMetadata {
        let place: LogMetadata = [.topic: .text(name.topic), .partition: .integer(name.partition)]
        return place.merging(more)
    }

    static func place(_ name: RecordName, _ more: LogMetadata = [:]) -> LogMetadata {
        let place: LogMetadata = [
            .topic: .text(name.topic), .partition: .integer(name.partition), .offset: .integer(name.offset),
        ]
        return place.merging(more)
    }

    /// One line a topic, in the order of their names.
    static func lines(_ level: Log.Level, _ message: String, _ names: [PartitionName]) -> [Line] {
        Dictionary(grouping: names, by: \.topic).sorted { $0.key < $1.key }.map { topic, names in
            Line(
                level: level, message: message,
                metadata: [
                    .topic: .text(topic), .partitions: .text(ranges(names.map(\.partition))),
                    .count: .integer(names.count),
                ])
        }
    }

    /// `0-3,7` for 0, 1, 2, 3, 7.
    package static func ranges(_ partitions: [Int32]) -> String {
        var ranges: [(first: Int32, last: Int32)] = []
        for partition in partitions.sorted() {
            if let last = ranges.last?.last, partition &- last <= 1 {
                ranges[ranges.count - 1].last = partition
            } else {
                ranges.append((partition, partition))
            }
        }
        return ranges.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: ",")
    }
}
