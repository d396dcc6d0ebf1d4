extension KafkaProperties {
    /// How much a consumer reads ahead, so that it stays within a budget when no partition is read.
    ///
    /// The queue of each partition counts by itself. Measured with all partitions held back, a consumer keeps at most
    /// about 1.3 × partitions × (queue + one fetch of a partition) + 8 MiB; this is solved for the queue. A fetch counts
    /// as it was sent, and compressed events become about four times as large, which is allowed for. Whatever the
    /// budget, a partition holds at least one batch of records as its producer made it, often up to 1 MB.
    /// - Parameters:
    ///   - budgetBytes: bytes for all partitions together.
    ///   - partitions: how many partitions the consumer may own, at least 1.
    package static func prefetch(budgetBytes: Int, partitions: Int) -> KafkaProperties {
        let mebibyte = 1 << 20
        let partitions = max(partitions, 1)
        let share = max(budgetBytes - 8 * mebibyte, 0) * 10 / 13 / partitions
        // A response is parsed while it is in the cache; larger ones are slower, smaller ones cost the broker more.
        let response = 4 * mebibyte
        // A fetch of a partition takes up to 1 MiB (more is slower), and enough to fill a response where that is possible.
        let fetch = min(max(share / 12, min(response / partitions, share / 3), 16 << 10), mebibyte)
        let queue = min(max(share - 4 * fetch, share / 2, 16 << 10), 64 * mebibyte)
        // A queued record costs about 400 bytes beside its own, which librdkafka does not count.
        let records = min(max(queue / 512, 100), 100_000)
        return [
            "queued.max.messages.kbytes": String(queue >> 10),
            "queued.min.messages": String(records),
            "max.partition.fetch.bytes": String(fetch),
            "fetch.max.bytes": String(response),
        ]
    }

    /// What has to differ on the embedded broker: with longer sessions its rebalances take as long, with shorter ones
    /// nobody joins, and an empty fetch always waits its time out.
    package static var embeddedBroker: KafkaProperties {
        ["session.timeout.ms": "3500", "heartbeat.interval.ms": "300", "fetch.wait.max.ms": "20"]
    }
}
