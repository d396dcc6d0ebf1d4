import MillraceCRdkafka
import Testing

@testable import MillraceKafka

/// What the delegate hears and in which order, with the group's part played by the test.
@Suite(.ownThread) struct RebalanceOrderTests {
    private final class Recorder: RebalanceDelegate, @unchecked Sendable {
        var calls: [String] = []
        var readers: [PartitionReader] = []
        let descriptor = Descriptor()

        func assigned(_ partitions: [TopicPartition], consumer: KafkaConsumer) {
            calls.append("assigned \(partitions)")
            do throws(KafkaError) {
                for partition in partitions {
                    readers.append(try consumer.reader(partition, wake: descriptor.target))
                }
                try consumer.assign(partitions.map { ($0, 0) })
            } catch {
                calls.append("failed \(error)")
            }
        }

        func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: KafkaConsumer) {
            calls.append("\(lost ? "lost" : "revoked") \(partitions.sorted())")
        }
    }

    private let partitions = [TopicPartition(topic: "work", partition: 0), TopicPartition(topic: "work", partition: 1)]

    private func consumer(_ recorder: Recorder, _ broker: EmbeddedBroker) throws -> KafkaConsumer {
        var properties = broker.properties
        properties["group.id"] = "order"
        properties["partition.assignment.strategy"] = "range"
        return try KafkaConsumer(properties, delegate: recorder)
    }

    private func isStopped(_ reader: PartitionReader) -> Bool {
        reader.read(into: MessageBatch(capacity: 1), max: 1) == .stopped
    }

    @Test func anAssignmentWithoutARevocationEndsWhatWasOwned() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        let recorder = Recorder()
        let consumer = try consumer(recorder, broker)
        defer { #expect(consumer.destroy()) }
        consumer.rebalance(RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, partitions)
        #expect(recorder.readers.count == 2)
        #expect(!recorder.readers.contains(where: isStopped))
        consumer.rebalance(RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, [partitions[1]])
        #expect(recorder.calls == ["assigned [work[0], work[1]]", "lost [work[0], work[1]]", "assigned [work[1]]"])
        #expect(recorder.readers.map(isStopped) == [true, true, false])
        consumer.rebalance(RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS, [partitions[1]])
        #expect(recorder.calls.last == "revoked [work[1]]")
        #expect(recorder.readers.allSatisfy(isStopped))
        #expect(consumer.readers.isEmpty)
        // The queues stay until the end, one a partition.
        #expect(consumer.retired.count == 2)
    }

    @Test func afterAnErrorEverythingIsLost() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        let recorder = Recorder()
        let consumer = try consumer(recorder, broker)
        defer { #expect(consumer.destroy()) }
        consumer.rebalance(RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, partitions)
        consumer.rebalance(RD_KAFKA_RESP_ERR__FAIL, [])
        #expect(recorder.calls.last == "lost [work[0], work[1]]")
        #expect(recorder.readers.allSatisfy(isStopped))
    }

    @Test func nothingIsAssignedOnceItLeaves() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        let recorder = Recorder()
        let consumer = try consumer(recorder, broker)
        #expect(consumer.close())
        consumer.rebalance(RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, partitions)
        #expect(recorder.calls.isEmpty)
        #expect(consumer.destroy())
    }

    @Test func aConsumerThatIsDroppedIsGone() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        let recorder = Recorder()
        var dropped: KafkaConsumer? = try consumer(recorder, broker)
        dropped?.rebalance(RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, partitions)
        weak let handle = dropped?.handle
        recorder.readers = []
        dropped = nil
        #expect(handle == nil)
    }
}
