/// Hears of partitions that come and go, on the thread that polls, inside `poll` or `close`.
package protocol RebalanceDelegate: AnyObject, Sendable {
    /// The group gave partitions; nothing is read before they are assigned.
    ///
    /// Here the committed offsets can be read. Make a reader for each partition, then call `consumer.assign` with where
    /// each starts. Where the offsets cannot be read, do not assign: close the consumer.
    func assigned(_ partitions: [TopicPartition], consumer: KafkaConsumer)

    /// Partitions go. They are still this member's while this runs, unless they were lost.
    ///
    /// Stop the readers, settle what can be settled, commit synchronously. When it returns the readers are stopped, the
    /// partitions are unassigned and their queues read empty. Lost partitions may have another owner already: no commit.
    func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: KafkaConsumer)
}
