import MillraceCRdkafka

/// A Kafka cluster inside this process: librdkafka's own mock cluster, listening on free ports of the loopback interface.
///
/// Good for producing, fetching, groups, commits and faults, from other processes too. It has no transactions, no
/// look-up by time, no administration of topics, no TLS and no SASL, and keeps about 5 MiB a partition. A topic that
/// nobody made appears with 4 partitions when somebody asks for it. Clients need `KafkaProperties.embeddedBroker`.
package final class EmbeddedBroker: @unchecked Sendable {
    /// How many brokers it has; their numbers start at 1.
    package let brokers: Int
    /// The addresses, for `bootstrap.servers`.
    package let bootstrapServers: String
    let cluster: OpaquePointer
    private let handle: ClientHandle
    private var isStopped = false

    /// Starts a cluster.
    package init(brokers: Int = 1) throws(KafkaError) {
        self.brokers = brokers
        handle = try ClientHandle(RD_KAFKA_PRODUCER, ["client.id": "embedded-broker"], for: .admin, log: nil)
        guard let cluster = rd_kafka_mock_cluster_new(handle.pointer, Int32(brokers)),
            let servers = rd_kafka_mock_cluster_bootstraps(cluster)
        else {
            _ = handle.destroy()
            throw KafkaError(RD_KAFKA_RESP_ERR__FAIL, message: "the embedded broker does not start")
        }
        self.cluster = cluster
        bootstrapServers = String(cString: servers)
    }

    /// Properties with which a client reaches it.
    package var properties: KafkaProperties {
        var result = KafkaProperties.embeddedBroker
        result["bootstrap.servers"] = bootstrapServers
        return result
    }

    /// Makes a topic whose partitions are led by each broker in turn.
    package func createTopic(_ name: String, partitions: Int) throws(KafkaError) {
        try KafkaError.check(rd_kafka_mock_topic_create(cluster, name, Int32(partitions), 1), name)
        // Each order to the cluster now and then waits a second for its turn: none that is not needed.
        guard brokers > 1 else { return }
        for partition in 0..<Int32(partitions) {
            try setLeader(of: TopicPartition(topic: name, partition: partition), to: 1 + partition % Int32(brokers))
        }
    }

    /// Ends it; its records are gone. Connected clients see a broker that went away.
    package func stop() {
        guard !isStopped else { return }
        isStopped = true
        rd_kafka_mock_cluster_destroy(cluster)
        _ = handle.destroy()
    }

    deinit { stop() }
}
