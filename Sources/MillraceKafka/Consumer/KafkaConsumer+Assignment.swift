import MillraceCRdkafka

extension KafkaConsumer {
    /// A reader of a partition's own queue, to be made inside `assigned` before the partition is assigned. Its records
    /// no longer go to the consumer's own queue from then on.
    /// - Parameter wake: is woken when records arrive on an empty queue, and once when the partition is assigned.
    package func reader(_ partition: TopicPartition, wake: WakeTarget) throws(KafkaError) -> PartitionReader {
        // The queue is the same one in each epoch: what the last one left is read before the next one starts.
        retired.removeValue(forKey: partition)?.release()
        readers.removeValue(forKey: partition)?.release()
        let queue = rd_kafka_queue_get_partition(handle.pointer, partition.topic, partition.partition)
        guard let queue else { throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, message: partition.description) }
        let reader = PartitionReader(partition, queue: queue, client: handle, wake: wake)
        readers[partition] = reader
        return reader
    }

    /// Starts reading: each partition at an offset, or at `KafkaOffset.beginning` or `.end`. Inside `assigned`, with
    /// what the group gave (cooperative: in addition to what is owned).
    /// - Throws: when a partition has no reader, or the consumer is closing.
    package func assign(_ starts: [(TopicPartition, Int64)]) throws(KafkaError) {
        guard !isClosing else { throw KafkaError(RD_KAFKA_RESP_ERR__STATE, message: "the consumer is closing") }
        let list = PartitionList(capacity: starts.count)
        for (partition, offset) in starts {
            guard readers[partition] != nil else {
                throw KafkaError(RD_KAFKA_RESP_ERR__STATE, message: "\(partition) has no reader")
            }
            list.append(partition, offset: offset)
        }
        if isCooperative {
            try KafkaError.check(rd_kafka_incremental_assign(handle.pointer, list.pointer))
        } else {
            try KafkaError.check(rd_kafka_assign(handle.pointer, list.pointer))
        }
        // An event may have been missed between the queue's making and now.
        for (partition, _) in starts { readers[partition]?.wake() }
    }

    /// Goes on reading an owned partition at another offset. What its queue holds from before is dropped by librdkafka.
    package func seek(_ partition: TopicPartition, to offset: Int64, timeoutMilliseconds: Int32) throws(KafkaError) {
        let list = PartitionList(capacity: 1)
        list.append(partition, offset: offset)
        try KafkaError.check(rd_kafka_seek_partitions(handle.pointer, list.pointer, timeoutMilliseconds))
        for element in list.elements { try KafkaError.check(element.err, partition.description) }
        readers[partition]?.wake()
    }
}
