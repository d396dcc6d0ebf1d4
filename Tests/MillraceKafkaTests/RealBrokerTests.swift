import Foundation
import Testing

@testable import MillraceKafka

private let servers = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"]

/// What the embedded broker has not: administration, transactions, retention, look-up by time, commits in revocations.
@Suite(.ownThread, .enabled(if: servers != nil, "needs Apache Kafka: set KAFKA_BOOTSTRAP_SERVERS"))
struct RealBrokerTests {
    private let properties: KafkaProperties
    private let admin: KafkaAdmin
    private let topic = "real-\(UUID().uuidString.prefix(8).lowercased())"

    init() throws {
        properties = ["bootstrap.servers": servers ?? "", "session.timeout.ms": "6000"]
        admin = try KafkaAdmin(properties)
    }

    private func partition(_ number: Int32) -> TopicPartition { TopicPartition(topic: topic, partition: number) }

    private func make(_ partitions: Int, _ configuration: [String: String] = ["retention.ms": "-1"]) throws {
        try admin.createTopics([
            NewTopic(topic, partitions: partitions, replication: 1, configuration: configuration)
        ])
        #expect(try admin.readyTopic(topic, timeoutMilliseconds: 10_000)?.leaders.count == partitions)
    }

    private func fill(_ partitions: Int32, _ records: Int) throws {
        let producer = try KafkaProducer(properties)
        defer { producer.destroy() }
        for number in 0..<partitions {
            try producer.sendAll((0..<records).map { "\(number)-\($0)" }, to: topic, partition: number)
        }
    }

    private func within(seconds: Int, _ condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try !condition() { try #require(ContinuousClock.now < deadline) }
    }

    @Test func topicsAreAdministered() throws {
        #expect(try admin.topic(topic, timeoutMilliseconds: 5000) == nil)
        try make(2, ["retention.ms": "-1", "max.message.bytes": "100000"])
        let again = try #require(throws: KafkaError.self) { try admin.createTopics([NewTopic(topic)]) }
        #expect(again.name == "TOPIC_ALREADY_EXISTS")
        var settings = try admin.topicConfiguration(topic)
        #expect(settings["retention.ms"] == TopicSetting(value: "-1", isOwn: true))
        #expect(settings["max.message.bytes"]?.value == "100000")
        #expect(settings["cleanup.policy"] == TopicSetting(value: "delete", isOwn: false))
        #expect(settings["message.timestamp.type"]?.value == "CreateTime")
        #expect(settings["min.insync.replicas"]?.value == "1")
        try admin.alterTopicConfiguration(topic, ["max.message.bytes": nil, "cleanup.policy": "compact"])
        // The broker that answers hears of a change a moment after it was made.
        try within(seconds: 10) {
            settings = try admin.topicConfiguration(topic)
            return settings["cleanup.policy"] == TopicSetting(value: "compact", isOwn: true)
        }
        #expect(settings["retention.ms"]?.value == "-1")
        #expect(settings["max.message.bytes"]?.isOwn == false)
        try admin.growTopic(topic, toPartitions: 5)
        try within(seconds: 10) { try admin.readyTopic(topic, timeoutMilliseconds: 10_000)?.leaders.count == 5 }
        try admin.deleteTopic(topic)
        try within(seconds: 10) { try admin.topic(topic, timeoutMilliseconds: 10_000) == nil }
        let missing = try #require(throws: KafkaError.self) { try admin.topicConfiguration(topic) }
        #expect(missing.name == "UNKNOWN_TOPIC_OR_PART")
        let bad = try #require(throws: KafkaError.self) {
            try admin.createTopics([NewTopic(topic, configuration: ["retention.ms": "soon"])])
        }
        #expect(bad.name == "INVALID_CONFIG")
    }

    @Test func timesAreLookedUpAndRecordsDeleted() throws {
        try make(1)
        let producer = try KafkaProducer(properties)
        defer { producer.destroy() }
        for time in Int64(1)...10 {
            try producer.send(topic: topic, partition: 0, key: nil, value: nil, timestamp: time * 1000)
        }
        #expect(producer.flush(milliseconds: 10_000))
        let found = try admin.offsets(
            atMilliseconds: [(partition(0), 3500)], timeoutMilliseconds: 5000)
        #expect(found.first?.1 == 3)
        #expect(
            try admin.offsets(atMilliseconds: [(partition(0), 99_000)], timeoutMilliseconds: 5000).first?.1 == nil)
        try admin.deleteRecords(partition(0), before: 4)
        let (low, high) = try admin.watermarks(partition(0), timeoutMilliseconds: 5000)
        #expect(low == 4)
        #expect(high == 10)

        let member = try GroupMember(properties, group: topic, topics: [topic])
        defer { #expect(member.consumer.destroy()) }
        member.start = { _ in 2 }
        #expect(member.run { !member.outOfRange.isEmpty })
        #expect(member.outOfRange == [partition(0): 2])
        #expect(member.count == 0)
        try member.restart([(partition(0), KafkaOffset.beginning)])
        #expect(member.run { member.count == 6 })
        #expect(member.records(topic, 0).map(\.timestamp) == Array(5...10).map { $0 * 1000 })
    }

    @Test func theEndLiesBehindControlRecordsAndAbortedTransactions() throws {
        try make(1)
        let writer = try TransactionalProducer(servers ?? "", id: topic)
        try writer.begin()
        for number in 0..<3 { try writer.send("kept-\(number)", to: topic) }
        try writer.commit()
        try writer.begin()
        for number in 0..<3 { try writer.send("dropped-\(number)", to: topic) }
        try writer.abort()
        let member = try GroupMember(properties, group: topic, topics: [topic])
        defer { #expect(member.consumer.destroy()) }
        #expect(member.run { member.ends[partition(0)] == 8 })
        #expect(member.records(topic, 0).map(\.offset) == [0, 1, 2])
        // An open transaction holds the end back until it is decided.
        try writer.begin()
        try writer.send("later", to: topic)
        try member.consumer.commit([OffsetCommit(topicPartition: partition(0), offset: 8)])
        #expect(member.ends[partition(0)] == 8)
        try writer.commit()
        #expect(member.run { member.ends[partition(0)] == 10 })
        #expect(member.records(topic, 0).map(\.text) == ["kept-0", "kept-1", "kept-2", "later"])
        #expect(try admin.watermarks(partition(0), timeoutMilliseconds: 5000).high == 10)
    }

    @Test func aCommitInsideARevocationLeavesNothingTwice() throws {
        try make(6)
        try fill(6, 500)
        let first = try GroupMember(properties, group: topic, topics: [topic])
        defer { #expect(first.consumer.destroy()) }
        first.metadata = { "at \($0.partition)" }
        #expect(first.run { first.readers.count == 6 && first.count > 0 })
        let second = try GroupMember(properties, group: topic, topics: [topic])
        defer { #expect(second.consumer.destroy()) }
        #expect(
            first.run {
                second.turn()
                return first.count + second.count >= 3000 && second.readers.count == 3 && first.readers.count == 3
            })
        #expect(first.count + second.count == 3000)
        #expect(first.revocations.first?.lost == false)
        #expect(first.failures.isEmpty && second.failures.isEmpty)
        for found in second.found where found.offset != nil {
            #expect(found.metadata == "at \(found.topicPartition.partition)")
        }
        // The second leaves; the first goes on where it committed.
        second.consumer.close()
        #expect(first.run { first.readers.count == 6 })
        try fill(6, 1)
        #expect(first.run { first.count + second.count == 3006 })
        for number in Int32(0)..<6 {
            let all = (first.records(topic, number) + second.records(topic, number)).map(\.offset).sorted()
            #expect(all == Array(0..<501))
        }
    }

    @Test func aMemberThatDoesNotPollLosesItsPartitions() throws {
        try make(2)
        try fill(2, 10)
        var properties = properties
        properties["max.poll.interval.ms"] = "6000"
        let member = try GroupMember(properties, group: topic, topics: [topic])
        defer { #expect(member.consumer.destroy()) }
        #expect(member.run { member.count == 20 })
        try member.commit([partition(0), partition(1)])
        Thread.sleep(forTimeInterval: 8)  // sleeps because max.poll.interval.ms has to pass
        #expect(member.run { member.revocations.contains { $0.lost } && member.readers.count == 2 })
        #expect(member.failures.isEmpty)
        try fill(2, 1)
        #expect(member.run { member.count == 22 })
        #expect(
            member.events.contains {
                if case .error(let error) = $0 { return error.name == "_MAX_POLL_EXCEEDED" && !error.isFatal }
                return false
            })
    }

    @Test func aDeletedTopicIsSaidAndNothingHangs() throws {
        try make(4)
        try fill(4, 2000)
        let member = try GroupMember(properties, group: topic, topics: [topic])
        #expect(member.run { member.readers.count == 4 && member.count > 0 })
        // Records are left in the queues when the topic goes.
        try admin.deleteTopic(topic)
        // Newer librdkafkas wait for half a minute, in case it is only that the brokers do not know the topic yet.
        let deadline = ContinuousClock.now + .seconds(60)
        func isSaid() -> Bool {
            member.events.contains {
                if case .partitionError(let name, let error) = $0 {
                    return name.topic == topic && error.name == "UNKNOWN_TOPIC_OR_PART"
                }
                return false
            }
        }
        while !isSaid(), ContinuousClock.now < deadline { member.turn() }
        #expect(isSaid())
        let begun = ContinuousClock.now
        member.commitsOnRevoke = false
        #expect(member.consumer.destroy())
        #expect(ContinuousClock.now - begun < .seconds(10))
    }

    @Test func timestampsBeforeTheEpochAreKept() throws {
        try make(1)
        let producer = try KafkaProducer(properties, for: .letterProducer)
        defer { producer.destroy() }
        var results: [Int64: KafkaError?] = [:]
        let times: [Int64] = [1, -1, -1000, -62_135_596_800_000, 253_402_300_799_999]
        for time in times {
            try producer.send(
                topic: topic, partition: 0, key: nil, value: nil, timestamp: time,
                token: UInt64(bitPattern: time))
            #expect(
                producer.flush(milliseconds: 20_000) { results[Int64(bitPattern: $0.token)] = .some($0.error) })
        }
        #expect(results.count == times.count)
        for time in times.dropLast() { #expect(results[time] == .some(nil)) }
        let member = try GroupMember(properties, group: topic, topics: [topic])
        defer { #expect(member.consumer.destroy()) }
        #expect(member.run { !member.ends.isEmpty })
        #expect(member.records(topic, 0).map(\.timestamp) == times.dropLast())
        // More than an hour ahead is refused by default.
        #expect(results[times[4]]??.name == "INVALID_TIMESTAMP")
    }
}
