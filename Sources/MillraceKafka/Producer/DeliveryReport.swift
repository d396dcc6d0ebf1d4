import MillraceCRdkafka

/// What became of a record that was sent.
package struct DeliveryReport: Sendable {
    /// Whether the record is in the topic.
    package enum Persistence: Sendable {
        /// It is not.
        case no
        /// Nobody knows: it was sent, and no answer came.
        case possibly
        /// It is, on as many replicas as `acks` asks for.
        case yes
    }

    /// The number that was given to `send`.
    package let token: UInt64
    /// Why it was not delivered; nil when it was.
    package let error: KafkaError?
    /// The partition that it went to.
    package let partition: Int32
    /// Its offset; negative where it is not known.
    package let offset: Int64
    /// Whether it is in the topic.
    package let persistence: Persistence
}

extension KafkaError {
    /// Whether the topic does not take a record's timestamp: it lies too far from the broker's own time.
    package var isTimestampRefused: Bool { code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP.rawValue }
    /// Whether the topic does not take a record for what it is: without a key where it is compacted, or by a rule of the
    /// broker's operator.
    package var isRecordRefused: Bool {
        code == RD_KAFKA_RESP_ERR_INVALID_RECORD.rawValue || code == RD_KAFKA_RESP_ERR_POLICY_VIOLATION.rawValue
    }
}
