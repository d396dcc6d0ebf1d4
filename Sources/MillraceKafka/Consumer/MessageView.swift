package import MillraceCRdkafka

/// A look at a message in its own memory; valid while the message is not destroyed.
package struct MessageView {
    /// What a message is.
    package enum Kind: Sendable {
        /// A record.
        case record
        /// Everything before this offset was read; it is behind control records and aborted transactions too.
        case endOfPartition(offset: Int64)
        /// The partition has no such offset (any more, or yet). Nothing more comes until a seek or a new assignment.
        case offsetOutOfRange(offset: Int64)
        /// An error of the partition, for example that the topic may not be read.
        case error(KafkaError)
    }

    /// Where a record's timestamp comes from.
    package enum TimestampKind: UInt8, Sendable {
        /// It has none.
        case none
        /// From its producer.
        case created
        /// From the broker, when it was appended.
        case logAppend
    }

    @usableFromInline package let message: UnsafeMutablePointer<rd_kafka_message_t>

    @inlinable package init(_ message: UnsafeMutablePointer<rd_kafka_message_t>) { self.message = message }

    /// Whether it is a record and nothing else.
    @inlinable package var isRecord: Bool { message.pointee.err.rawValue == 0 }

    /// What it is.
    @inlinable package var kind: Kind { isRecord ? .record : failure }

    /// The partition's number.
    @inlinable package var partition: Int32 { message.pointee.partition }

    /// The record's offset.
    @inlinable package var offset: Int64 { message.pointee.offset }

    /// The key's bytes; nil where the key is null, which an empty one is not.
    @inlinable package var key: UnsafeRawBufferPointer? {
        guard let start = message.pointee.key else { return nil }
        return UnsafeRawBufferPointer(start: start, count: message.pointee.key_len)
    }

    /// The value's bytes; nil where the value is null, which an empty one is not.
    @inlinable package var value: UnsafeRawBufferPointer? {
        guard let start = message.pointee.payload else { return nil }
        return UnsafeRawBufferPointer(start: start, count: message.pointee.len)
    }

    /// Milliseconds since 1970, UTC; may be negative. Without a timestamp −1.
    @inlinable package var timestamp: Int64 { rd_kafka_message_timestamp(message, nil) }

    /// Where the timestamp comes from.
    package var timestampKind: TimestampKind {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        _ = rd_kafka_message_timestamp(message, &kind)
        switch kind {
        case RD_KAFKA_TIMESTAMP_CREATE_TIME: return .created
        case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME: return .logAppend
        default: return .none
        }
    }

    /// The broker that sent it, by number; nil where that is not known.
    package var broker: Int32? {
        let number = rd_kafka_message_broker_id(message)
        return number >= 0 ? number : nil
    }

    @usableFromInline package var failure: Kind {
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR__PARTITION_EOF: .endOfPartition(offset: offset)
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            .offsetOutOfRange(offset: offset)
        default: .error(KafkaError(of: message))
        }
    }
}

extension KafkaError {
    init(of message: UnsafeMutablePointer<rd_kafka_message_t>) {
        self.init(message.pointee.err, message: rd_kafka_message_errstr(message).map { String(cString: $0) })
    }
}
