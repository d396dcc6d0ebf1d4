/// What a client is for: decides its defaults, and which properties are not the user's to change.
package enum ClientPurpose: Sendable, CaseIterable {
    /// Reads records in a group.
    case consumer
    /// Writes dead letters: acknowledged by all replicas, in order, never expired.
    case letterProducer
    /// Writes records.
    case producer
    /// Looks at topics and groups, and changes them.
    case admin

    /// Defaults under whatever the user sets, for the librdkafka that runs.
    package var defaults: KafkaProperties {
        var result: KafkaProperties = [
            "client.id": "millrace",
            // Small requests (commits, the last letters) are not held back for 40 ms.
            "socket.nagle.disable": "true",
            // At the default of 10 s a broker that is back is not seen for long.
            "reconnect.backoff.max.ms": "500",
        ]
        switch self {
        case .consumer:
            result["partition.assignment.strategy"] =
                KafkaLibrary.isCooperativeSafe ? "cooperative-sticky" : "range"
            result["isolation.level"] = "read_committed"
            // Members hear of a rebalance by it, and who heard first waits for the others. The default is 3 s.
            result["heartbeat.interval.ms"] = "500"
            if KafkaLibrary.hasFetchQueueBackoff { result["fetch.queue.backoff.ms"] = "10" }
        case .letterProducer, .producer:
            result["linger.ms"] = "5"
            result["message.timeout.ms"] = "0"
            result["enable.idempotence"] = "true"
            result["acks"] = "all"
        case .admin: break
        }
        if self == .letterProducer {
            // The broker decides what is too large, not the client's own limit of 1,000,000 bytes: a record that came
            // from a topic with the broker's default limit of 1,048,588 fits into another one like it.
            result["message.max.bytes"] = "67108864"
        }
        return result
    }

    /// What has to stay as it is for nothing to be lost; another value is a fault.
    package var fixed: [(name: String, value: String, reason: String)] {
        switch self {
        case .consumer:
            [
                ("enable.auto.commit", "false", "offsets are committed when their records are settled"),
                ("enable.auto.offset.store", "false", "offsets are committed when their records are settled"),
                ("auto.offset.reset", "error", "each source says where it starts and what a missing offset means"),
                ("enable.partition.eof", "true", "the end of a partition closes the gaps of compacted records"),
            ]
        case .letterProducer:
            [
                ("enable.idempotence", "true", "a letter is written once"),
                ("acks", "-1", "a record is settled when all replicas have its letter"),
                ("message.timeout.ms", "0", "a letter never expires"),
            ]
        case .producer, .admin: []
        }
    }
}
