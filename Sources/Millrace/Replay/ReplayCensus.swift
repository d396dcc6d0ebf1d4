import CloudEvents
package import MillraceEngine
package import MillraceKafka

/// Reads what a replay would read, and counts what it would do. It joins no group, commits nothing and calls nobody.
package struct ReplayCensus {
    /// What was found.
    package struct Counts: Sendable {
        package var records = 0
        /// Events that at least one processor would get.
        package var matches = 0
        /// The same by type.
        package var types: [String: Int] = [:]
        /// Events that each target matches, in the order of the setup's; also those that are only counted for.
        package var targets: [Int]
        /// Records that nobody would get, by reason.
        package var skipped: [SkipReason: Int] = [:]
    }

    private let setup: ReplaySetup
    private let judge: RecordJudge
    private let suppressedJudge: Router
    private let source: SourceContext
    private var counts: Counts
    private var envelope = Envelope()
    private var headers = HeaderViews()

    package init(_ setup: ReplaySetup) {
        self.setup = setup
        // Suppressed targets have a bit like the others here: they are counted.
        judge = RecordJudge(
            router: Router(setup.targets.map { $0.isSuppressed ? [] : $0.patterns }), unrouted: .skip,
            selection: setup.selection)
        suppressedJudge = Router(setup.targets.map { $0.isSuppressed ? $0.patterns : [] })
        source = SourceContext(setup.configuration.sources[0], in: setup.configuration)
        counts = Counts(targets: Array(repeating: 0, count: setup.targets.count))
    }

    /// Reads the parts, each from an offset to the end behind the last one. Blocks.
    ///
    /// - Parameter progress: is told now and then how many records were read; false ends the reading.
    package mutating func count(
        _ parts: [(name: PartitionName, start: Int64, end: Int64)], properties: KafkaProperties,
        progress: (Int) -> Bool
    ) throws -> Counts {
        var properties = properties
        // A client without a group may not be given partitions by hand. It neither joins this one nor commits.
        properties["group.id"] = "millrace-census"
        let wanted = parts.filter { $0.start < $0.end }
        if wanted.isEmpty { return counts }
        let wake = try WakeDescriptor()
        let budget = KafkaProperties.prefetch(
            budgetBytes: setup.configuration.memory / 2, partitions: wanted.count)
        let consumer = try KafkaConsumer(budget.overridden(by: properties), delegate: GivenByHand())
        defer { _ = consumer.destroy() }
        var readings = try wanted.map { part in
            (
                reader: try consumer.reader(
                    TopicPartition(part.name), wake: WakeTarget(descriptor: wake.writeDescriptor)),
                end: part.end, isFinished: false
            )
        }
        try consumer.assign(wanted.map { (TopicPartition($0.name), $0.start) })
        let batch = MessageBatch(capacity: 500)
        while readings.contains(where: { !$0.isFinished }) {
            var didRead = false
            for index in readings.indices where !readings[index].isFinished {
                guard case .read(let count) = readings[index].reader.read(into: batch, max: batch.capacity), count > 0
                else { continue }
                didRead = true
                readings[index].isFinished = try take(batch, count, end: readings[index].end)
                batch.destroyAll()
            }
            for event in consumer.poll(milliseconds: 0) {
                if case .error(let error) = event, !error.isRetriable { throw error }
                if case .partitionError(_, let error) = event, !error.isRetriable { throw error }
            }
            if !progress(counts.records) { break }
            if !didRead { wake.wait(nanoseconds: 50_000_000) }
        }
        for reading in readings { reading.reader.stop() }
        return counts
    }

    /// Counts a batch; true where the end was seen.
    private mutating func take(_ batch: MessageBatch, _ count: Int, end: Int64) throws(KafkaError) -> Bool {
        for index in 0..<count {
            let message = batch.message(at: index)
            switch message.kind {
            case .record:
                if message.offset >= end { return true }
                take(message)
                if message.offset + 1 >= end { return true }
            case .endOfPartition(let offset): if offset >= end { return true }
            case .offsetOutOfRange(let offset):
                throw KafkaError(
                    code: -1, message: "offset \(offset) is no longer in the log: the range shrank meanwhile",
                    kind: .other)
            case .error(let error): if !error.isRetriable { throw error }
            }
        }
        return false
    }

    private mutating func take(_ message: MessageView) {
        counts.records += 1
        headers.fill(from: message)
        let verdict = headers.views.withUnsafeBufferPointer { views in
            judge.judge(
                KafkaRecordView(value: message.value, headers: views), key: message.key, reader: source.reader,
                into: &envelope)
        }
        switch verdict {
        case .route(let mask):
            counts.matches += 1
            counts.types[envelope.type.text, default: 0] += 1
            note(mask | suppressedJudge.routes(for: envelope.type.bytes))
        case .skip(let reason):
            counts.skipped[reason, default: 0] += 1
            if reason == .suppressed { note(suppressedJudge.routes(for: envelope.type.bytes)) }
        case .invalid, .unrouted: break  // A selection makes both of these a skip.
        }
    }

    private mutating func note(_ mask: UInt64) {
        for index in counts.targets.indices where mask & (1 << UInt64(index)) != 0 { counts.targets[index] += 1 }
    }
}

/// Partitions are taken by hand: no group gives any.
private final class GivenByHand: RebalanceDelegate {
    func assigned(_ partitions: [TopicPartition], consumer: KafkaConsumer) {}
    func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: KafkaConsumer) {}
}
