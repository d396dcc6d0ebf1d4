/// A partition of a topic.
package struct TopicPartition: Hashable, Sendable, Comparable {
    /// The topic's name.
    package var topic: String
    /// The partition's number, from 0.
    package var partition: Int32

    /// Names a partition.
    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// By topic, then by number.
    package static func < (one: TopicPartition, other: TopicPartition) -> Bool {
        (one.topic, one.partition) < (other.topic, other.partition)
    }
}

extension TopicPartition: CustomStringConvertible {
    /// For example `tasks[3]`.
    package var description: String { "\(topic)[\(partition)]" }
}

/// Offsets that stand for a place instead of a number.
package enum KafkaOffset {
    /// The first record that the partition still has.
    package static let beginning: Int64 = -2
    /// Behind the last record.
    package static let end: Int64 = -1
    /// No offset.
    static let invalid: Int64 = -1001
}

/// An offset to commit: everything before it is settled.
package struct OffsetCommit: Sendable, Hashable {
    /// The partition.
    package var topicPartition: TopicPartition
    /// The first offset that is not settled.
    package var offset: Int64
    /// Text that is kept with the offset; nil and empty are the same to the broker.
    package var metadata: String?

    /// An offset to commit.
    package init(topicPartition: TopicPartition, offset: Int64, metadata: String? = nil) {
        self.topicPartition = topicPartition
        self.offset = offset
        self.metadata = metadata
    }
}

/// What a group has committed for a partition.
package struct CommittedOffset: Sendable, Hashable {
    /// The partition.
    package var topicPartition: TopicPartition
    /// The first offset that is not settled; nil where the group has committed nothing.
    package var offset: Int64?
    /// The text that was committed with it; nil where there is none.
    package var metadata: String?

    /// What a group has committed for a partition.
    package init(topicPartition: TopicPartition, offset: Int64?, metadata: String? = nil) {
        self.topicPartition = topicPartition
        self.offset = offset
        self.metadata = metadata
    }
}
