import MillraceCRdkafka

extension ClientHandle {
    /// The first offset that a partition has and the one behind its last. Blocks; asks the broker.
    func watermarks(_ partition: TopicPartition, timeoutMilliseconds: Int32) throws(KafkaError) -> (
        low: Int64, high: Int64
    ) {
        var low: Int64 = 0
        var high: Int64 = 0
        try KafkaError.check(
            rd_kafka_query_watermark_offsets(
                pointer, partition.topic, partition.partition, &low, &high, timeoutMilliseconds),
            partition.description)
        return (low, high)
    }

    /// For each partition the first offset whose record is not older than a time; nil where none is. Blocks.
    func offsets(
        _ times: [(TopicPartition, milliseconds: Int64)], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [(TopicPartition, Int64?)] {
        let list = PartitionList(capacity: times.count)
        for (partition, time) in times { list.append(partition, offset: time) }
        try KafkaError.check(rd_kafka_offsets_for_times(pointer, list.pointer, timeoutMilliseconds))
        var found: [(TopicPartition, Int64?)] = []
        for element in list.elements {
            let name = element.name
            try KafkaError.check(element.err, name.description)
            found.append((name, element.offset >= 0 ? element.offset : nil))
        }
        return found
    }

    /// What the client's group has committed. Blocks.
    func committed(_ partitions: [TopicPartition], timeoutMilliseconds: Int32) throws(KafkaError)
        -> [CommittedOffset]
    {
        guard !partitions.isEmpty else { return [] }
        let list = PartitionList(partitions)
        try KafkaError.check(rd_kafka_committed(pointer, list.pointer, timeoutMilliseconds))
        var found: [CommittedOffset] = []
        for element in list.elements {
            let name = element.name
            try KafkaError.check(element.err, name.description)
            found.append(
                CommittedOffset(
                    topicPartition: name, offset: element.offset >= 0 ? element.offset : nil,
                    metadata: element.metadataText))
        }
        return found
    }
}
