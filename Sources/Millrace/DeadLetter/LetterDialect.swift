/// Whose headers a letter carries: programs say in different words where a record stood and why it was given up.
package enum LetterDialect: String, CaseIterable, Sendable {
    case millrace
    /// Spring for Apache Kafka, `DeadLetterPublishingRecoverer`; its numbers are big-endian bytes.
    case spring
    /// Kafka Connect, `errors.deadletterqueue.context.headers.enable` (KIP-298).
    case kafkaConnect
    /// Kafka Streams, `errors.dead.letter.queue.topic.name` (KIP-1034).
    case kafkaStreams
    /// SmallRye Reactive Messaging, `failure-strategy=dead-letter-queue`.
    case smallRye

    /// How its authors call it.
    package var title: String {
        switch self {
        case .millrace: "Millrace"
        case .spring: "Spring for Apache Kafka"
        case .kafkaConnect: "Kafka Connect"
        case .kafkaStreams: "Kafka Streams"
        case .smallRye: "SmallRye Reactive Messaging"
        }
    }

    /// How the names of its headers begin.
    var prefixes: [String] {
        switch self {
        case .millrace: [LetterHeader.prefix]
        case .spring: ["kafka_dlt-", "retry_topic-"]
        case .kafkaConnect: ["__connect.errors."]
        case .kafkaStreams: ["__streams.errors."]
        case .smallRye: ["dead-letter-"]
        }
    }

    /// A header that a letter of it always has. Others of its prefix alone are plain headers.
    var mark: String {
        switch self {
        case .millrace: LetterHeader.version.rawValue
        case .spring: "kafka_dlt-original-topic"
        case .kafkaConnect: "__connect.errors.topic"
        case .kafkaStreams: "__streams.errors.topic"
        case .smallRye: "dead-letter-topic"
        }
    }

    /// The names of the headers for what it has a header for. Of several headers that say the same, the last is believed,
    /// but for the origin of Spring: it adds to what an earlier failure wrote, and the first is the origin.
    var names: [Field: String] {
        switch self {
        case .millrace: [:]
        case .spring:
            [
                .topic: "kafka_dlt-original-topic", .partition: "kafka_dlt-original-partition",
                .offset: "kafka_dlt-original-offset", .timestamp: "kafka_dlt-original-timestamp",
                .timestampKind: "kafka_dlt-original-timestamp-type", .group: "kafka_dlt-original-consumer-group",
                .exception: "kafka_dlt-exception-fqcn", .cause: "kafka_dlt-exception-cause-fqcn",
                .detail: "kafka_dlt-exception-message", .attempts: "retry_topic-attempts",
            ]
        case .kafkaConnect:
            [
                .topic: "__connect.errors.topic", .partition: "__connect.errors.partition",
                .offset: "__connect.errors.offset", .processor: "__connect.errors.connector.name",
                .exception: "__connect.errors.exception.class.name", .detail: "__connect.errors.exception.message",
            ]
        case .kafkaStreams:
            [
                .topic: "__streams.errors.topic", .partition: "__streams.errors.partition",
                .offset: "__streams.errors.offset", .exception: "__streams.errors.exception",
                .detail: "__streams.errors.message",
            ]
        case .smallRye:
            [
                .topic: "dead-letter-topic", .partition: "dead-letter-partition", .offset: "dead-letter-offset",
                .exception: "dead-letter-exception-class-name", .cause: "dead-letter-cause-class-name",
                .detail: "dead-letter-reason",
            ]
        }
    }

    /// What a letter says.
    enum Field {
        case topic, partition, offset, timestamp, timestampKind, group, exception, cause, detail, attempts, processor
    }
}
