import MillraceCRdkafka

extension KafkaConsumer {
    /// A reader of a partition's own queue, to be made inside `assigned` before the partition is assigned. Its records
    /// no longer go to the consumer's own queue from then on. An earlier reader of the partition is stopped.
    /// - Parameter wake: is woken when records arrive on an empty queue, and once when the partition is assigned.
    package func reader(_ partition: TopicPartition, wake: WakeTarget) throws(KafkaError) -> PartitionReader {
        // The queue is the same one in each epoch: what the last one left is read before the next one starts.
        retired.removeValue(forKey: partition)?.release()
        readers.removeValue(forKey: partition)?.drop()
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
        let list = try checked(starts)
        if isCooperative {
            try KafkaError.check(rd_kafka_incremental_assign(handle.pointer, list.pointer))
        } else {
            try KafkaError.check(rd_kafka_assign(handle.pointer, list.pointer))
        }
        shareReaders()
        // An event may have been missed between the queue's making and now.
        for (partition, _) in starts { readers[partition]?.wake() }
    }

    /// Starts owned partitions again elsewhere, for example after an offset that is gone: librdkafka does not seek then.
    /// Outside of the delegate, after a new reader was made for each. What was read ahead is dropped.
    /// - Parameter starts: with an eager protocol all owned partitions, with a cooperative one those that change.
    package func reassign(_ starts: [(TopicPartition, Int64)]) throws(KafkaError) {
        let isCooperative = isCooperative
        guard isCooperative || Set(starts.map { $0.0 }) == Set(readers.keys) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__STATE, message: "an eager assignment names all partitions")
        }
        if isCooperative {
            let list = try checked(starts)
            try KafkaError.check(rd_kafka_incremental_unassign(handle.pointer, list.pointer))
        }
        try assign(starts)
    }

    private func checked(_ starts: [(TopicPartition, Int64)]) throws(KafkaError) -> PartitionList {
        guard !isClosing else { throw KafkaError(RD_KAFKA_RESP_ERR__STATE, message: "the consumer is closing") }
        let list = PartitionList(capacity: starts.count)
        for (partition, offset) in starts {
            guard readers[partition] != nil else {
                throw KafkaError(RD_KAFKA_RESP_ERR__STATE, message: "\(partition) has no reader")
            }
            list.append(partition, offset: offset)
        }
        return list
    }
}
