import MillraceCRdkafka

/// Looks at topics and groups, and changes topics. Every call blocks, and may be made on any thread.
///
/// The embedded broker answers look-ups only; the rest times out there.
package final class KafkaAdmin: @unchecked Sendable {
    let handle: ClientHandle
    private let properties: KafkaProperties

    /// Makes a client with which nothing is read or written.
    package init(_ properties: KafkaProperties, log: KafkaLogSink? = nil) throws(KafkaError) {
        self.properties = properties
        // A consumer without a group: unlike a producer it does not make a topic by asking for it.
        handle = try ClientHandle(RD_KAFKA_CONSUMER, properties, for: .admin, log: log) { configuration in
            rd_kafka_conf_set_error_cb(configuration, clientError)
        }
    }

    /// Ends the client.
    package func destroy() { _ = handle.destroy() }

    deinit { destroy() }

    /// Serves what the client has to say, and answers errors since the last call: brokers away, credentials refused.
    package func takeErrors() -> [KafkaError] {
        _ = rd_kafka_poll(handle.pointer, 0)
        return handle.takeErrors()
    }

    /// Whether a broker of the cluster is its controller. None of the embedded ones is: what a controller answers fails
    /// there, and only after its time limit.
    package func hasController(timeoutMilliseconds: Int32) throws(KafkaError) -> Bool {
        var answer: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(rd_kafka_metadata(handle.pointer, 0, nil, &answer, timeoutMilliseconds))
        guard let answer else { return false }
        defer { rd_kafka_metadata_destroy(answer) }
        let controller = rd_kafka_controllerid(handle.pointer, 0)
        return UnsafeBufferPointer(start: answer.pointee.brokers, count: Int(answer.pointee.broker_cnt))
            .contains { $0.id == controller }
    }

    /// A topic's partitions; nil where it does not exist.
    package func topic(_ name: String, timeoutMilliseconds: Int32) throws(KafkaError) -> TopicMetadata? {
        try handle.topic(name, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// A topic's partitions once each has a leader; nil where it does not exist.
    package func readyTopic(_ name: String, timeoutMilliseconds: Int32) throws(KafkaError) -> TopicMetadata? {
        try handle.readyTopic(name, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// All topics.
    package func topics(timeoutMilliseconds: Int32) throws(KafkaError) -> [TopicMetadata] {
        try handle.topics(timeoutMilliseconds: timeoutMilliseconds)
    }

    /// The first offset that a partition has and the one behind its last.
    package func watermarks(
        _ partition: TopicPartition, timeoutMilliseconds: Int32
    ) throws(KafkaError) -> (low: Int64, high: Int64) {
        try handle.watermarks(partition, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// For each partition the first offset whose record is not older than a time (milliseconds since 1970); nil where
    /// none is.
    package func offsets(
        atMilliseconds times: [(TopicPartition, milliseconds: Int64)], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [(TopicPartition, Int64?)] {
        try handle.offsets(times, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// What a group has committed; it is not joined, and notices nothing.
    package func committed(
        group: String, _ partitions: [TopicPartition], timeoutMilliseconds: Int32
    ) throws(KafkaError) -> [CommittedOffset] {
        let member = try client(of: group)
        defer { _ = member.destroy() }
        return try member.committed(partitions, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// A client that speaks of a group without joining it.
    func client(of group: String) throws(KafkaError) -> ClientHandle {
        var properties = properties
        properties["group.id"] = group
        return try ClientHandle(RD_KAFKA_CONSUMER, properties, for: .admin, log: nil)
    }
}
