import MillraceCRdkafka

extension KafkaAdmin {
    /// What becomes of a topic's old records, as its `cleanup.policy` says it: `delete`, `compact`, or both.
    package static func cleanupPolicies(in text: String) -> [String] {
        text.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
    }

    /// A topic's configuration as it is in effect, by name: `retention.ms`, `cleanup.policy`, `max.message.bytes`,
    /// `message.timestamp.type`, `min.insync.replicas` and the others.
    package func topicConfiguration(
        _ name: String, timeoutMilliseconds: Int32 = 30_000
    ) throws(KafkaError) -> [String: TopicSetting] {
        guard let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, message: name)
        }
        defer { rd_kafka_ConfigResource_destroy(resource) }
        var list: [OpaquePointer?] = [resource]
        return try request(
            RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeoutMilliseconds: timeoutMilliseconds
        ) { options, queue in
            rd_kafka_DescribeConfigs(handle.pointer, &list, list.count, options, queue)
        } read: { event throws(KafkaError) in
            var count = 0
            let resources = rd_kafka_DescribeConfigs_result_resources(
                rd_kafka_event_DescribeConfigs_result(event), &count)
            var settings: [String: TopicSetting] = [:]
            for resource in UnsafeBufferPointer(start: resources, count: count) {
                try check(resource)
                var entryCount = 0
                let entries = rd_kafka_ConfigResource_configs(resource, &entryCount)
                for entry in UnsafeBufferPointer(start: entries, count: entryCount) {
                    settings[String(cString: rd_kafka_ConfigEntry_name(entry))] = TopicSetting(
                        value: rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) },
                        isOwn: rd_kafka_ConfigEntry_source(entry) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG)
                }
            }
            return settings
        }
    }

    /// Changes a topic's configuration; a nil value takes the entry back to its default.
    ///
    /// librdkafka 2.0.2 knows only the request that replaces all entries, so those that are set are sent along; a
    /// change that somebody else makes at the same moment can be undone by it.
    package func alterTopicConfiguration(
        _ name: String, _ changes: [String: String?], timeoutMilliseconds: Int32 = 30_000
    ) throws(KafkaError) {
        var entries: [String: String] = [:]
        for (entry, setting) in try topicConfiguration(name, timeoutMilliseconds: timeoutMilliseconds)
        where setting.isOwn {
            entries[entry] = setting.value
        }
        for (entry, value) in changes { entries[entry] = value }
        guard let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, message: name)
        }
        defer { rd_kafka_ConfigResource_destroy(resource) }
        for (entry, value) in entries {
            try KafkaError.check(rd_kafka_ConfigResource_set_config(resource, entry, value), entry)
        }
        var list: [OpaquePointer?] = [resource]
        try request(RD_KAFKA_ADMIN_OP_ALTERCONFIGS, timeoutMilliseconds: timeoutMilliseconds) { options, queue in
            rd_kafka_AlterConfigs(handle.pointer, &list, list.count, options, queue)
        } read: { event throws(KafkaError) in
            var count = 0
            let resources = rd_kafka_AlterConfigs_result_resources(
                rd_kafka_event_AlterConfigs_result(event), &count)
            for resource in UnsafeBufferPointer(start: resources, count: count) { try check(resource) }
        }
    }

    private func check(_ resource: OpaquePointer?) throws(KafkaError) {
        let code = rd_kafka_ConfigResource_error(resource)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        let name = rd_kafka_ConfigResource_name(resource).map { String(cString: $0) } ?? ""
        let words =
            rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) }
            ?? String(cString: rd_kafka_err2str(code))
        throw KafkaError(code, message: "\(name): \(words)")
    }
}
