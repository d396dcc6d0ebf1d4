import Millrace
import MillraceKafka
import Testing

/// Reads a topic from its beginning to its end, outside of any group.
final class TopicReader: RebalanceDelegate {
    private let broker: EmbeddedBroker
    private let topic: String

    init(_ broker: EmbeddedBroker, topic: String) {
        self.broker = broker
        self.topic = topic
    }

    func assigned(_ partitions: [TopicPartition], consumer: KafkaConsumer) {}
    func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: KafkaConsumer) {}

    func readAll(_ partitions: Int) throws -> [StageLetter] {
        var properties = broker.properties
        properties["group.id"] = "nobody"
        let consumer = try KafkaConsumer(properties, delegate: self)
        defer { _ = consumer.destroy() }
        let wake = try WakeDescriptor()
        var readers: [PartitionReader] = []
        for partition in 0..<Int32(partitions) {
            readers.append(
                try consumer.reader(
                    TopicPartition(topic: topic, partition: partition),
                    wake: WakeTarget(descriptor: wake.writeDescriptor)))
        }
        try consumer.assign(readers.map { ($0.topicPartition, KafkaOffset.beginning) })
        var found: [StageLetter] = []
        for reader in readers { found += try read(reader, consumer) }
        return found
    }

    private func read(_ reader: PartitionReader, _ consumer: KafkaConsumer) throws -> [StageLetter] {
        let batch = MessageBatch(capacity: 100)
        var found: [StageLetter] = []
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            _ = consumer.poll(milliseconds: 5)
            guard case .read(let count) = reader.read(into: batch, max: 100) else { break }
            defer { batch.destroyAll() }
            for index in 0..<count {
                let message = batch.message(at: index)
                switch message.kind {
                case .record: found.append(StageLetter(message))
                case .endOfPartition: return found
                default: break
                }
            }
        }
        Issue.record("the end of \(reader.topicPartition) was not reached")
        return found
    }
}

extension StageLetter {
    init(_ message: MessageView) {
        partition = message.partition
        key = message.key.map { Array($0) }
        value = message.value.map { Array($0) }
        var headers: [RecordHeader] = []
        message.forEachHeader { name, value in
            headers.append(RecordHeader(String(decoding: name, as: UTF8.self), value.map { Array($0) }))
        }
        self.headers = headers
    }
}
