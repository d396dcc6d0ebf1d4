import MillraceCRdkafka

/// A consumer group that a broker knows.
package struct GroupListing: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// Whether it has members, or is getting some.
    package var hasMembers: Bool
}

extension KafkaAdmin {
    /// Commits for a group that has no members, and waits for the answer.
    /// - Throws: what the broker says; `UNKNOWN_MEMBER_ID` where the group has members.
    package func commit(
        group: String, _ offsets: [OffsetCommit], timeoutMilliseconds: Int32
    ) throws(KafkaError) {
        let member = try client(of: group)
        defer { _ = member.destroy() }
        try member.commit(offsets, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// All groups of the cluster. The embedded broker cannot tell.
    package func groups(timeoutMilliseconds: Int32) throws(KafkaError) -> [GroupListing] {
        try request(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, timeoutMilliseconds: timeoutMilliseconds) { options, queue in
            rd_kafka_ListConsumerGroups(handle.pointer, options, queue)
        } read: { event throws(KafkaError) in
            guard let result = rd_kafka_event_ListConsumerGroups_result(event) else { return [] }
            var count = 0
            let errors = rd_kafka_ListConsumerGroups_result_errors(result, &count)
            if count > 0, let error = errors?[0] {
                throw KafkaError(rd_kafka_error_code(error), message: String(cString: rd_kafka_error_string(error)))
            }
            let listings = rd_kafka_ListConsumerGroups_result_valid(result, &count)
            var found: [GroupListing] = []
            for listing in UnsafeBufferPointer(start: listings, count: count) {
                guard let listing, let name = rd_kafka_ConsumerGroupListing_group_id(listing) else { continue }
                let state = rd_kafka_ConsumerGroupListing_state(listing)
                found.append(
                    GroupListing(
                        name: String(cString: name),
                        hasMembers: state == RD_KAFKA_CONSUMER_GROUP_STATE_STABLE
                            || state == RD_KAFKA_CONSUMER_GROUP_STATE_PREPARING_REBALANCE
                            || state == RD_KAFKA_CONSUMER_GROUP_STATE_COMPLETING_REBALANCE))
            }
            return found
        }
    }

    /// Everything that a group has committed, whatever the topic. The embedded broker cannot tell.
    package func committed(group: String, timeoutMilliseconds: Int32) throws(KafkaError) -> [CommittedOffset] {
        guard let wanted = rd_kafka_ListConsumerGroupOffsets_new(group, nil) else { return [] }
        defer { rd_kafka_ListConsumerGroupOffsets_destroy(wanted) }
        var list: [OpaquePointer?] = [wanted]
        return try request(
            RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, timeoutMilliseconds: timeoutMilliseconds
        ) { options, queue in
            rd_kafka_ListConsumerGroupOffsets(handle.pointer, &list, list.count, options, queue)
        } read: { event throws(KafkaError) in
            guard let result = rd_kafka_event_ListConsumerGroupOffsets_result(event) else { return [] }
            var count = 0
            let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count)
            var found: [CommittedOffset] = []
            for group in UnsafeBufferPointer(start: groups, count: count) {
                guard let group else { continue }
                if let error = rd_kafka_group_result_error(group) {
                    throw KafkaError(rd_kafka_error_code(error), message: String(cString: rd_kafka_error_string(error)))
                }
                guard let partitions = rd_kafka_group_result_partitions(group) else { continue }
                for element in PartitionList.elements(of: partitions) {
                    try KafkaError.check(element.err, element.name.description)
                    found.append(CommittedOffset(element))
                }
            }
            return found
        }
    }
}
