import MillraceCRdkafka
import Synchronization

extension KafkaConsumer {
    /// How many partitions a topic has; nil where it does not exist. Blocks; any thread.
    package func partitionCount(_ topic: String, timeoutMilliseconds: Int32) throws(KafkaError) -> Int? {
        try handle.topic(topic, timeoutMilliseconds: timeoutMilliseconds)?.leaders.count
    }

    /// A topic's partitions once each has a leader; nil where it does not exist. Blocks; any thread.
    package func readyTopic(_ topic: String, timeoutMilliseconds: Int32) throws(KafkaError) -> TopicMetadata? {
        try handle.readyTopic(topic, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// The first offset that a partition has and the one behind its last, as the broker knows them now. Blocks.
    package func watermarks(
        _ partition: TopicPartition, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> (low: Int64, high: Int64) {
        try handle.watermarks(partition, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// The first offset whose record is not older than a time (milliseconds since 1970); nil where none is. Blocks.
    package func offset(
        for partition: TopicPartition, atMilliseconds time: Int64, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> Int64? {
        try handle.offsets([(partition, time)], timeoutMilliseconds: timeoutMilliseconds).first?.1
    }

    /// The offset behind the last record of each partition, in one request to each leader. Blocks; any thread.
    ///
    /// It also wakes the threads that fetch: below librdkafka 2.2 they sleep for up to a second after a queue was full.
    package func endOffsets(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let found = try handle.offsets(
            partitions.map { ($0, KafkaOffset.end) }, timeoutMilliseconds: timeoutMilliseconds)
        var ends: [TopicPartition: Int64] = [:]
        for (partition, offset) in found { ends[partition] = offset }
        return ends
    }

    /// What the group has committed, metadata included. Blocks; any thread, also inside `assigned`.
    package func committed(
        _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [CommittedOffset] {
        try handle.committed(partitions, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Commits and waits for the answer; also inside `revoked`. Any thread; one commit at a time.
    /// - Throws: the first partition's error, or `_TIMED_OUT`, after which the commit may still happen.
    package func commit(_ offsets: [OffsetCommit], timeoutMilliseconds: Int32 = 10_000) throws(KafkaError) {
        try handle.commit(offsets, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Commits without waiting; the completion runs inside a later `poll` or `close`, or in `destroy`.
    package func commitAsync(
        _ offsets: [OffsetCommit], completion: @escaping @Sendable (KafkaError?) -> Void
    ) throws(KafkaError) {
        guard !offsets.isEmpty else { return completion(nil) }
        let list = PartitionList(offsets)
        guard let queue = rd_kafka_queue_get_consumer(handle.pointer) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__STATE, message: "the consumer is closed")
        }
        defer { rd_kafka_queue_destroy(queue) }
        let number = handle.context.commits.withLock { $0.add(completion) }
        let outcome = rd_kafka_commit_queue(
            handle.pointer, list.pointer, queue, consumerCommitted, UnsafeMutableRawPointer(bitPattern: number))
        guard outcome == RD_KAFKA_RESP_ERR_NO_ERROR else {
            _ = handle.context.commits.withLock { $0.take(number) }
            throw KafkaError(outcome)
        }
    }
}

private func consumerCommitted(
    _ client: OpaquePointer?, _ code: rd_kafka_resp_err_t,
    _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, _ number: UnsafeMutableRawPointer?
) {
    guard let client, let context = ClientHandle.Context.of(rd_kafka_opaque(client)) else { return }
    let completion = context.commits.withLock { $0.take(Int(bitPattern: number)) }
    completion?(commitError(code, partitions.map { UnsafePointer($0) }))
}
