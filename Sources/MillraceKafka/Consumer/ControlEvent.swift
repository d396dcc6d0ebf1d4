/// What a consumer's own queue yields: never a record, those come through the partitions' readers.
package enum ControlEvent: Sendable {
    /// Something about the client as a whole: brokers away, credentials refused, group refused, a fatal error.
    case error(KafkaError)
    /// Something about a topic or a partition (−1: all of the topic), for example that the topic was deleted.
    case partitionError(TopicPartition, KafkaError)
    /// A record of a partition that has no reader. It is read by nobody, so this is a defect of the application.
    case strayRecord(TopicPartition, offset: Int64)
}
