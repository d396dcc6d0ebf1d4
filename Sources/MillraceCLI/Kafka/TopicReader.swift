import Millrace
import MillraceKafka

/// Reads what a topic holds at the moment, from its first record to its last, without joining any group.
final class TopicReader: RebalanceDelegate {
    private let properties: KafkaProperties
    private let timeout: Int32

    /// - Parameter timeout: how long a broker may be away.
    init(properties: KafkaProperties, timeout: Duration) {
        var properties = properties
        // A client without a group may not be given partitions by hand. It neither joins this one nor commits.
        properties["group.id"] = "millrace-reader"
        self.properties = properties
        self.timeout = Int32(clamping: timeout.components.seconds * 1_000)
    }

    /// Calls with each record, partition by partition in the order of their offsets. Blocks.
    func read(_ topic: String, _ body: (RecordLine) -> Void) throws(CommandError) {
        do { try readAll(topic, body) } catch { throw CommandError(error, "topic '\(topic)' cannot be read") }
    }

    func assigned(_ partitions: [TopicPartition], consumer: KafkaConsumer) {}

    func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: KafkaConsumer) {}

    private func readAll(_ topic: String, _ body: (RecordLine) -> Void) throws(KafkaError) {
        let admin = try KafkaAdmin(properties)
        defer { admin.destroy() }
        guard let metadata = try admin.readyTopic(topic, timeoutMilliseconds: timeout) else { return }
        var ranges: [(name: TopicPartition, low: Int64, high: Int64)] = []
        for partition in metadata.leaders.indices {
            let name = TopicPartition(topic: topic, partition: Int32(partition))
            let (low, high) = try admin.watermarks(name, timeoutMilliseconds: timeout)
            if low < high { ranges.append((name, low, high)) }
        }
        let consumer = try KafkaConsumer(properties, delegate: self)
        defer { _ = consumer.destroy() }
        for range in ranges { try read(range.name, from: range.low, to: range.high, consumer, body) }
    }

    private func read(
        _ name: TopicPartition, from low: Int64, to high: Int64, _ consumer: KafkaConsumer,
        _ body: (RecordLine) -> Void
    ) throws(KafkaError) {
        let wake: WakeDescriptor
        do { wake = try WakeDescriptor() } catch { throw KafkaError.configuration(error.message) }
        let reader = try consumer.reader(name, wake: WakeTarget(descriptor: wake.writeDescriptor))
        try consumer.assign([(name, low)])
        let batch = MessageBatch(capacity: 500)
        var position = low
        while position < high {
            guard case .read(let count) = reader.read(into: batch, max: batch.capacity) else { return }
            for index in 0..<count {
                let message = batch.message(at: index)
                switch message.kind {
                case .record:
                    if message.offset < high { body(RecordLine(message, of: name)) }
                    position = message.offset + 1
                case .endOfPartition(let offset): position = max(position, offset)
                case .offsetOutOfRange(let offset):
                    throw KafkaError(code: -1, message: "\(name) has no offset \(offset) any more", kind: .other)
                case .error(let error): throw error
                }
            }
            batch.destroyAll()
            if count == 0 {
                wake.wait(nanoseconds: 50_000_000)
                _ = consumer.poll(milliseconds: 0)
            }
        }
        reader.stop()
    }
}

extension RecordLine {
    /// A record with memory of its own.
    init(_ message: MessageView, of name: TopicPartition) {
        var headers: [Header] = []
        message.forEachHeader { headers.append(Header(name: Array($0), value: $1.map { Array($0) })) }
        let hasTime: Bool = if case .none = message.timestampKind { false } else { true }
        self.init(
            topic: name.topic, partition: name.partition, offset: message.offset,
            timestamp: hasTime ? message.timestamp : nil, key: message.key.map { Array($0) }, headers: headers,
            value: message.value.map { Array($0) })
    }
}
