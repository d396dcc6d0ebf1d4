import MillraceCRdkafka

/// The requests of the Kafka protocol for which a fault can be ordered.
package enum KafkaRequest: Int16, Sendable {
    case produce = 0
    case fetch = 1
    case listOffsets = 2
    case metadata = 3
    case offsetCommit = 8
    case offsetFetch = 9
    case findCoordinator = 10
    case joinGroup = 11
    case heartbeat = 12
    case leaveGroup = 13
    case syncGroup = 14
    case initProducerID = 22
}

extension EmbeddedBroker {
    /// The error that makes the broker cut the connection instead of answering.
    package static let disconnect = RD_KAFKA_RESP_ERR__TRANSPORT.rawValue

    /// The next requests of a kind fail with these errors, one each; 0 lets one pass.
    package func fail(_ request: KafkaRequest, with codes: [Int32]) {
        let errors = codes.map { rd_kafka_resp_err_t(rawValue: $0) }
        rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, errors.count, errors)
    }

    /// Takes back what `fail` ordered and did not happen yet.
    package func clearFaults(of request: KafkaRequest) {
        rd_kafka_mock_clear_request_errors(cluster, request.rawValue)
    }

    /// A topic's metadata answers with an error; 0 ends that.
    package func setTopicError(_ topic: String, code: Int32) {
        rd_kafka_mock_topic_set_error(cluster, topic, rd_kafka_resp_err_t(rawValue: code))
    }

    /// Cuts all connections of a broker, nil for all brokers, and takes no new ones. Leaders do not change.
    package func setDown(_ broker: Int32? = nil) throws(KafkaError) {
        try KafkaError.check(rd_kafka_mock_broker_set_down(cluster, broker ?? -1))
    }

    /// Lets a broker, nil for all of them, take connections again.
    package func setUp(_ broker: Int32? = nil) throws(KafkaError) {
        try KafkaError.check(rd_kafka_mock_broker_set_up(cluster, broker ?? -1))
    }

    /// Each answer of a broker, nil for all of them, takes so long.
    package func setRoundTrip(milliseconds: Int32, of broker: Int32? = nil) throws(KafkaError) {
        try KafkaError.check(rd_kafka_mock_broker_set_rtt(cluster, broker ?? -1, milliseconds))
    }

    /// Gives a partition another leader, nil for none.
    package func setLeader(of partition: TopicPartition, to broker: Int32?) throws(KafkaError) {
        try KafkaError.check(
            rd_kafka_mock_partition_set_leader(cluster, partition.topic, partition.partition, broker ?? -1),
            partition.description)
    }

    /// Gives a group another coordinator.
    package func setCoordinator(ofGroup group: String, to broker: Int32) throws(KafkaError) {
        try KafkaError.check(rd_kafka_mock_coordinator_set(cluster, "group", group, broker), group)
    }

    /// Which versions of a request the brokers know; nil for none.
    package func setVersions(of request: KafkaRequest, to versions: ClosedRange<Int16>?) throws(KafkaError) {
        try KafkaError.check(
            rd_kafka_mock_set_apiversion(
                cluster, request.rawValue, versions?.lowerBound ?? -1, versions?.upperBound ?? -1))
    }
}
