extension KafkaProperties {
    /// How much a consumer reads ahead, so that it stays within a budget when no partition is read.
    ///
    /// The queue of each partition counts by itself. Measured with all partitions held back, a consumer keeps at most
    /// about 1.3 × partitions × (queue + one fetch of a partition) + 8 MiB; this is solved for the queue.
    /// - Parameters:
    ///   - budgetBytes: bytes for all partitions together.
    ///   - partitions: how many partitions the consumer may own, at least 1.
    package static func prefetch(budgetBytes: Int, partitions: Int) -> KafkaProperties {
        let mebibyte = 1 << 20
        let share = max(budgetBytes - 8 * mebibyte, 0) * 10 / 13 / max(partitions, 1)
        // A fetch of a partition takes up to 1 MiB, less where the share is small. A record that is larger comes all the
        // same, alone.
        let fetch = min(mebibyte, max(share / 3, 16 << 10))
        let queue = min(max(share - fetch, 16 << 10), 64 * mebibyte)
        // A queued record costs about 400 bytes beside its own, which librdkafka does not count.
        let records = min(max(queue / 512, 100), 100_000)
        return [
            "queued.max.messages.kbytes": String(queue >> 10),
            "queued.min.messages": String(records),
            "max.partition.fetch.bytes": String(fetch),
            // A response is parsed while it is in the cache; larger ones are slower, smaller ones cost the broker more.
            "fetch.max.bytes": String(4 * mebibyte),
        ]
    }

    /// What has to differ on the embedded broker: with longer sessions its rebalances take as long, with shorter ones
    /// nobody joins, and an empty fetch always waits its time out.
    package static var embeddedBroker: KafkaProperties {
        ["session.timeout.ms": "3500", "heartbeat.interval.ms": "300", "fetch.wait.max.ms": "20"]
    }
}
