import MillraceEngine
import MillraceKafka
import Synchronization

/// Whether everything is settled that was in the topics at the start, by whichever member of the group.
final class EndWatch: Sendable {
    private let ends: [PartitionName: Int64]
    /// Committed offsets of the group, as last asked for.
    private let committed = Mutex<[PartitionName: Int64]>([:])

    /// Asks for the end of every partition, once.
    init(sources: [String], consumer: KafkaConsumer) throws(KafkaError) {
        var ends: [PartitionName: Int64] = [:]
        for topic in sources {
            let count = try consumer.partitionCount(topic, timeoutMilliseconds: 10_000) ?? 0
            for partition in 0..<Int32(count) {
                let name = PartitionName(topic: topic, partition: partition)
                let range = try consumer.watermarks(TopicPartition(name), timeoutMilliseconds: 10_000)
                // An empty log has nothing to settle.
                if range.high > range.low { ends[name] = range.high }
            }
        }
        self.ends = ends
    }

    var partitions: [PartitionName] { Array(ends.keys) }

    func take(_ offsets: [CommittedOffset]) {
        committed.withLock { committed in
            for entry in offsets { committed[PartitionName(entry.topicPartition)] = entry.offset }
        }
    }

    /// `positions`: the watermarks of what this worker owns.
    func isReached(by positions: [PartitionName: Int64]) -> Bool {
        let committed = committed.withLock { $0 }
        return ends.allSatisfy { name, end in
            if let position = positions[name] { return position >= end }
            return committed[name] ?? -1 >= end
        }
    }
}
