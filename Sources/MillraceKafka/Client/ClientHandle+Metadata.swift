import MillraceCRdkafka

/// A topic as its brokers describe it.
package struct TopicMetadata: Sendable, Hashable {
    /// The topic's name.
    package var name: String
    /// The leader of each partition by its broker's number, nil where it has none at the moment.
    package var leaders: [Int32?]

    /// Whether each partition can be read and written now.
    package var isReady: Bool { !leaders.isEmpty && leaders.allSatisfy { $0 != nil } }
}

extension ClientHandle {
    /// A topic's partitions; nil where no such topic exists. Blocks.
    func topic(_ name: String, timeoutMilliseconds: Int32) throws(KafkaError) -> TopicMetadata? {
        guard let topic = rd_kafka_topic_new(pointer, name, nil) else {
            throw KafkaError(rd_kafka_last_error())
        }
        defer { rd_kafka_topic_destroy(topic) }
        return try metadata(of: topic, timeoutMilliseconds).first
    }

    /// All topics that the client may see. Blocks.
    func topics(timeoutMilliseconds: Int32) throws(KafkaError) -> [TopicMetadata] {
        try metadata(of: nil, timeoutMilliseconds)
    }

    /// Asks again until each partition has a leader, or the time is over.
    func readyTopic(_ name: String, timeoutMilliseconds: Int32) throws(KafkaError) -> TopicMetadata? {
        let deadline = ContinuousClock.now + .milliseconds(Int(timeoutMilliseconds))
        var found = try topic(name, timeoutMilliseconds: timeoutMilliseconds)
        while let last = found, !last.isReady {
            // A new topic gets its leaders within milliseconds.
            millrace_pause(10)
            let rest = remainingMilliseconds(until: deadline)
            guard rest > 0 else { break }
            do throws(KafkaError) {
                found = try topic(name, timeoutMilliseconds: rest)
            } catch {
                guard error.kind == .unavailable else { throw error }
            }
        }
        return found
    }

    private func metadata(of topic: OpaquePointer?, _ timeout: Int32) throws(KafkaError) -> [TopicMetadata] {
        var answer: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(rd_kafka_metadata(pointer, topic == nil ? 1 : 0, topic, &answer, timeout))
        guard let answer else { return [] }
        defer { rd_kafka_metadata_destroy(answer) }
        var found: [TopicMetadata] = []
        for topic in UnsafeBufferPointer(start: answer.pointee.topics, count: Int(answer.pointee.topic_cnt)) {
            let name = String(cString: topic.topic)
            switch topic.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE: break
            case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: continue
            default: try KafkaError.check(topic.err, name)
            }
            let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
            found.append(
                TopicMetadata(name: name, leaders: partitions.map { $0.leader >= 0 ? $0.leader : nil }))
        }
        return found
    }
}

/// Milliseconds from now, at least 0.
func remainingMilliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
    let rest = ContinuousClock.now.duration(to: deadline).components
    let milliseconds = rest.seconds * 1000 + rest.attoseconds / 1_000_000_000_000_000
    return Int32(clamping: max(milliseconds, 0))
}
