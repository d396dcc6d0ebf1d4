package import MillraceKafka

/// Reads what a topic holds at the moment, from its first record to its last, without joining any group and without
/// committing. Memory is bounded, whatever the topic's size. Used by one thread; calls block.
package final class TopicScan: RebalanceDelegate {
    /// What a partition held when it was looked at.
    package struct Range: Sendable, Hashable {
        package var name: TopicPartition
        /// The first offset to read, and the one behind the last.
        package var start: Int64
        package var end: Int64
    }

    private let properties: KafkaProperties
    private let timeout: Duration
    private var milliseconds: Int32 { Int32(clamping: timeout.components.seconds * 1_000) }

    /// - Parameter timeout: how long a broker may be away, at the start and meanwhile.
    package init(properties: KafkaProperties, timeout: Duration) {
        var properties = properties
        // A client without a group may not be given partitions by hand. It neither joins this one nor commits.
        properties["group.id"] = "millrace-reader"
        // One partition after the other: each assignment takes the place of the one before.
        properties["partition.assignment.strategy"] = "range"
        properties["queued.max.messages.kbytes"] = "16384"
        // At the end there is nothing to wait for, and a partition is only left when its last request was answered.
        properties["fetch.wait.max.ms"] = "10"
        if KafkaConsumer.needsKeepFetching {
            // Wakes the thread that fetches, which sleeps for up to a second when the queue was full.
            properties["topic.metadata.refresh.interval.ms"] = "50"
        }
        self.properties = properties
        self.timeout = timeout
    }

    /// What the topic's partitions hold now; nil where there is no such topic.
    package func ranges(of topic: String) throws(KafkaError) -> [Range]? {
        // To the end of the log: with `read_committed` an open transaction would hide what stands behind its start.
        let properties = properties.overridden(by: ["isolation.level": "read_uncommitted"])
        let admin = try KafkaAdmin(properties)
        defer { admin.destroy() }
        do {
            guard let metadata = try admin.readyTopic(topic, timeoutMilliseconds: milliseconds) else { return nil }
            var ranges: [Range] = []
            for partition in metadata.leaders.indices {
                let name = TopicPartition(topic: topic, partition: Int32(partition))
                let (low, high) = try admin.watermarks(name, timeoutMilliseconds: milliseconds)
                ranges.append(Range(name: name, start: low, end: high))
            }
            return ranges
        } catch {
            throw error.explained(by: admin.takeErrors())
        }
    }

    /// Whether the topic keeps only the last record of each key; nil where the broker does not say.
    package func isCompacted(_ topic: String) -> Bool? {
        guard let admin = try? KafkaAdmin(properties) else { return nil }
        defer { admin.destroy() }
        // The embedded broker does not answer; it has no controller either.
        guard (try? admin.hasController(timeoutMilliseconds: milliseconds)) == true,
            let settings = try? admin.topicConfiguration(topic, timeoutMilliseconds: milliseconds),
            let policy = settings["cleanup.policy"]?.value
        else { return nil }
        return KafkaAdmin.cleanupPolicies(in: policy).contains("compact")
    }

    /// Calls with each record of the ranges, in their order, until it answers false. Offsets that compaction and
    /// transactions left empty are passed over.
    /// - Returns: how many offsets were not read because a transaction is open.
    /// - Throws: a `KafkaError`, or what the body throws.
    @discardableResult
    package func read(_ ranges: [Range], _ body: (RecordLine) throws -> Bool) throws -> Int64 {
        let ranges = ranges.filter { $0.start < $0.end }
        guard !ranges.isEmpty else { return 0 }
        let consumer = try KafkaConsumer(properties, delegate: self)
        defer { _ = consumer.destroy() }
        var unread: Int64 = 0
        for range in ranges {
            guard let position = try read(range, consumer, body) else { return unread }
            unread += max(0, range.end - position)
        }
        return unread
    }

    package func assigned(_ partitions: [TopicPartition], consumer: KafkaConsumer) {}

    package func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: KafkaConsumer) {}

    /// - Returns: the offset before which everything was read; nil: no more is wanted.
    private func read(
        _ range: Range, _ consumer: KafkaConsumer, _ body: (RecordLine) throws -> Bool
    ) throws -> Int64? {
        let wake: WakeDescriptor
        do { wake = try WakeDescriptor() } catch { throw KafkaError.configuration(error.message) }
        let reader = try consumer.reader(range.name, wake: WakeTarget(descriptor: wake.writeDescriptor))
        defer { reader.stop() }
        try consumer.assign([(range.name, range.start)])
        let batch = MessageBatch(capacity: 500)
        defer { batch.destroyAll() }
        var position = range.start
        var lastProgress = ContinuousClock.now
        while position < range.end {
            guard case .read(let count) = reader.read(into: batch, max: batch.capacity) else { return position }
            for index in 0..<count {
                let message = batch.message(at: index)
                switch message.kind {
                case .record:
                    if message.offset < range.end, try !body(RecordLine(message, of: range.name)) { return nil }
                    position = message.offset + 1
                // Before the end that was seen at first: what comes behind it belongs to an open transaction.
                case .endOfPartition(let offset): return max(position, offset)
                case .offsetOutOfRange(let offset):
                    throw KafkaError(
                        code: -1, message: "\(range.name) has no offset \(offset) any more", kind: .unavailable)
                case .error(let error): throw error
                }
                if position >= range.end { break }
            }
            batch.destroyAll()
            if count > 0 {
                lastProgress = .now
            } else {
                wake.wait(nanoseconds: 50_000_000)
                try check(consumer.poll(milliseconds: 0), silentSince: lastProgress, at: position)
            }
        }
        return position
    }

    /// Throws what makes waiting vain.
    private func check(
        _ events: [ControlEvent], silentSince last: ContinuousClock.Instant, at position: Int64
    ) throws(KafkaError) {
        for case .error(let error) in events where error.kind == .authentication { throw error }
        guard .now - last > timeout else { return }
        throw KafkaError(
            code: -1, message: "no answer for \(DurationText.text(timeout)) at offset \(position)", kind: .unavailable)
    }
}

extension RecordLine {
    /// A record with memory of its own.
    package init(_ message: MessageView, of name: TopicPartition) {
        var headers: [Header] = []
        message.forEachHeader { headers.append(Header(name: Array($0), value: $1.map { Array($0) })) }
        let hasTime: Bool = if case .none = message.timestampKind { false } else { true }
        self.init(
            topic: name.topic, partition: name.partition, offset: message.offset,
            timestamp: hasTime ? message.timestamp : nil, key: message.key.map { Array($0) }, headers: headers,
            value: message.value.map { Array($0) })
    }
}
