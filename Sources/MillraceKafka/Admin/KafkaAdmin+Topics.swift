import MillraceCRdkafka

extension KafkaAdmin {
    /// Makes topics, and waits until each can be read and written.
    /// - Throws: the first topic's error, `TOPIC_ALREADY_EXISTS` too; the others may exist then.
    package func createTopics(_ topics: [NewTopic], timeoutMilliseconds: Int32 = 30_000) throws(KafkaError) {
        var list: [OpaquePointer?] = []
        defer { for topic in list { rd_kafka_NewTopic_destroy(topic) } }
        for topic in topics {
            let outcome = withReason {
                rd_kafka_NewTopic_new(
                    topic.name, Int32(topic.partitions ?? -1), Int32(topic.replication ?? -1), $0, $1)
            }
            guard let created = outcome.result else { throw KafkaError.configuration(outcome.reason) }
            list.append(created)
            for (name, value) in topic.configuration.sorted(by: { $0.key < $1.key }) {
                try KafkaError.check(rd_kafka_NewTopic_set_config(created, name, value), name)
            }
        }
        try request(RD_KAFKA_ADMIN_OP_CREATETOPICS, timeoutMilliseconds: timeoutMilliseconds) { options, queue in
            rd_kafka_CreateTopics(handle.pointer, &list, list.count, options, queue)
        } read: { event throws(KafkaError) in
            var count = 0
            let topics = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
            try check(topics, count)
        }
        // The brokers hear of a new topic a moment after the controller made it.
        let deadline = ContinuousClock.now + .milliseconds(Int(timeoutMilliseconds))
        for topic in topics {
            while try handle.topic(topic.name, timeoutMilliseconds: timeoutMilliseconds)?.isReady != true {
                guard remainingMilliseconds(until: deadline) > 0 else {
                    throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, message: "\(topic.name) is made, but has no leader")
                }
                millrace_pause(10)
            }
        }
    }

    /// Deletes a topic and what is in it.
    package func deleteTopic(_ name: String, timeoutMilliseconds: Int32 = 30_000) throws(KafkaError) {
        var list = [rd_kafka_DeleteTopic_new(name)]
        defer { for topic in list { rd_kafka_DeleteTopic_destroy(topic) } }
        try request(RD_KAFKA_ADMIN_OP_DELETETOPICS, timeoutMilliseconds: timeoutMilliseconds) { options, queue in
            rd_kafka_DeleteTopics(handle.pointer, &list, list.count, options, queue)
        } read: { event throws(KafkaError) in
            var count = 0
            let topics = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
            try check(topics, count)
        }
    }

    /// Gives a topic more partitions, so many in all.
    package func growTopic(
        _ name: String, toPartitions total: Int, timeoutMilliseconds: Int32 = 30_000
    ) throws(KafkaError) {
        let outcome = withReason { rd_kafka_NewPartitions_new(name, total, $0, $1) }
        guard let partitions = outcome.result else { throw KafkaError.configuration(outcome.reason) }
        defer { rd_kafka_NewPartitions_destroy(partitions) }
        var list: [OpaquePointer?] = [partitions]
        try request(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, timeoutMilliseconds: timeoutMilliseconds) { options, queue in
            rd_kafka_CreatePartitions(handle.pointer, &list, list.count, options, queue)
        } read: { event throws(KafkaError) in
            var count = 0
            let topics = rd_kafka_CreatePartitions_result_topics(
                rd_kafka_event_CreatePartitions_result(event), &count)
            try check(topics, count)
        }
    }

    /// Deletes a partition's records before an offset.
    package func deleteRecords(
        _ partition: TopicPartition, before offset: Int64, timeoutMilliseconds: Int32 = 30_000
    ) throws(KafkaError) {
        let offsets = PartitionList(capacity: 1)
        offsets.append(partition, offset: offset)
        var list = [rd_kafka_DeleteRecords_new(offsets.pointer)]
        defer { for records in list { rd_kafka_DeleteRecords_destroy(records) } }
        try request(RD_KAFKA_ADMIN_OP_DELETERECORDS, timeoutMilliseconds: timeoutMilliseconds) { options, queue in
            rd_kafka_DeleteRecords(handle.pointer, &list, list.count, options, queue)
        } read: { event throws(KafkaError) in
            guard
                let answer = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event))
            else { return }
            for element in PartitionList.elements(of: answer) {
                try KafkaError.check(element.err, partition.description)
            }
        }
    }
}
