import Testing

@testable import MillraceKafka

/// What can be looked at without reading or writing.
@Suite(.ownThread) struct KafkaAdminTests {
    @Test func topicsOffsetsAndGroups() throws {
        let broker = try EmbeddedBroker(brokers: 3)
        defer { broker.stop() }
        try broker.fill("work", partitions: 5, records: 7)
        let admin = try KafkaAdmin(broker.properties)
        defer { admin.destroy() }
        let topic = try #require(try admin.readyTopic("work", timeoutMilliseconds: 5000))
        #expect(topic.leaders == [1, 2, 3, 1, 2])
        #expect(topic.isReady)
        #expect(try admin.topics(timeoutMilliseconds: 5000).map(\.name) == ["work"])
        let partitions = (0..<Int32(5)).map { TopicPartition(topic: "work", partition: $0) }
        for partition in partitions {
            let (low, high) = try admin.watermarks(partition, timeoutMilliseconds: 5000)
            #expect(low == 0)
            #expect(high == 7)
        }

        let member = try GroupMember(broker.properties, group: "seen", topics: ["work"])
        defer { #expect(member.consumer.destroy()) }
        member.metadata = { _ in "m" }
        #expect(member.run { member.ends.count == 5 })
        try member.commit(Array(partitions.prefix(2)))
        let committed = try admin.committed(group: "seen", partitions, timeoutMilliseconds: 5000)
        #expect(committed.map(\.offset) == [7, 7, nil, nil, nil])
        #expect(committed.map(\.metadata) == ["m", "m", nil, nil, nil])
        #expect(
            try member.consumer.endOffsets(partitions, timeoutMilliseconds: 5000)
                == Dictionary(uniqueKeysWithValues: partitions.map { ($0, 7) }))
        #expect(try member.consumer.partitionCount("work", timeoutMilliseconds: 5000) == 5)
    }

    @Test func aTopicWithoutLeadersIsNotReady() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.createTopic("work", partitions: 1)
        try broker.setLeader(of: TopicPartition(topic: "work", partition: 0), to: nil)
        let admin = try KafkaAdmin(broker.properties)
        defer { admin.destroy() }
        let topic = try #require(try admin.readyTopic("work", timeoutMilliseconds: 300))
        #expect(!topic.isReady)
    }

    @Test func aMissingTopicIsNil() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        broker.setTopicError("gone", code: 3)  // UNKNOWN_TOPIC_OR_PARTITION
        let admin = try KafkaAdmin(broker.properties)
        defer { admin.destroy() }
        #expect(try admin.topic("gone", timeoutMilliseconds: 5000) == nil)
        broker.setTopicError("mine", code: 29)  // TOPIC_AUTHORIZATION_FAILED
        let error = try #require(throws: KafkaError.self) { try admin.topic("mine", timeoutMilliseconds: 5000) }
        #expect(error.kind == .authorization)
    }

    @Test func anAbsentBrokerIsUnavailable() throws {
        let admin = try KafkaAdmin(["bootstrap.servers": "127.0.0.1:1"])
        defer { admin.destroy() }
        let error = try #require(throws: KafkaError.self) { try admin.topic("work", timeoutMilliseconds: 500) }
        #expect(error.kind == .unavailable)
        #expect(error.isRetriable)
        #expect(!error.isFatal)
        #expect(admin.takeErrors().contains { $0.kind == .unavailable })
    }

    @Test func theEmbeddedBrokerAdministersNothing() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        let admin = try KafkaAdmin(broker.properties)
        defer { admin.destroy() }
        let error = try #require(throws: KafkaError.self) {
            try admin.createTopics([NewTopic("new", partitions: 1)], timeoutMilliseconds: 2000)
        }
        #expect(error.kind == .unavailable)
    }
}
