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
            try KafkaError.check(element.err, element.name.description)
            found.append(CommittedOffset(element))
        }
        return found
    }

    /// Commits and waits for the answer.
    /// - Throws: the first partition's error, or `_TIMED_OUT`, after which the commit may still happen.
    func commit(_ offsets: [OffsetCommit], timeoutMilliseconds: Int32) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        let list = PartitionList(offsets)
        // rd_kafka_commit by itself has no bound but the session's.
        guard let queue = rd_kafka_queue_new(pointer) else { throw KafkaError(rd_kafka_last_error()) }
        defer { rd_kafka_queue_destroy(queue) }
        try KafkaError.check(rd_kafka_commit_queue(pointer, list.pointer, queue, nil, nil))
        guard let event = rd_kafka_queue_poll(queue, timeoutMilliseconds) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, message: "no answer to a commit")
        }
        defer { rd_kafka_event_destroy(event) }
        if let error = commitError(rd_kafka_event_error(event), rd_kafka_event_topic_partition_list(event)) {
            throw error
        }
    }
}

extension CommittedOffset {
    init(_ element: rd_kafka_topic_partition_t) {
        self.init(
            topicPartition: element.name, offset: element.offset >= 0 ? element.offset : nil,
            metadata: element.metadataText)
    }
}

/// What a commit's answer says.
func commitError(
    _ code: rd_kafka_resp_err_t, _ partitions: UnsafePointer<rd_kafka_topic_partition_list_t>?
) -> KafkaError? {
    if let partitions {
        for element in PartitionList.elements(of: partitions) where element.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            let words = String(cString: rd_kafka_err2str(element.err))
            return KafkaError(element.err, message: "\(element.name): \(words)")
        }
    }
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code)
}
