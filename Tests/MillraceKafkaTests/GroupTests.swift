import Testing

@testable import MillraceKafka

/// Partitions come and go, and start where the application says.
@Suite(.ownThread) struct GroupTests {
    private func partition(_ number: Int32) -> TopicPartition { TopicPartition(topic: "work", partition: number) }

    @Test func startsWhereTheApplicationSays() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 3, records: 10)
        let member = try GroupMember(broker.properties, group: "starts", topics: ["work"])
        defer { #expect(member.consumer.destroy()) }
        member.start = { [Int64(4), KafkaOffset.beginning, KafkaOffset.end][Int($0.partition)] }
        #expect(member.run { member.ends.count == 3 })
        #expect(member.records("work", 0).map(\.offset) == Array(4..<10))
        #expect(member.records("work", 1).map(\.text) == (0..<10).map { "1-\($0)" })
        #expect(member.records("work", 2).isEmpty)
        #expect(member.ends == [partition(0): 10, partition(1): 10, partition(2): 10])
        #expect(member.found.count == 3)
        #expect(member.found.allSatisfy { $0.offset == nil && $0.metadata == nil })
        #expect(member.consumer.memberID != nil)
    }

    @Test func aSecondMemberGoesOnFromOffsetAndMetadata() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 4, records: 20)
        let first = try GroupMember(broker.properties, group: "two", topics: ["work"])
        defer { #expect(first.consumer.destroy()) }
        first.metadata = { "read by the first: \($0.partition) é" }
        // The embedded broker refuses a commit inside an eager revocation.
        first.commitsOnRevoke = false
        #expect(first.run { first.ends.count == 4 })
        try first.commit(Array(first.readers.keys))

        let second = try GroupMember(broker.properties, group: "two", topics: ["work"])
        defer { #expect(second.consumer.destroy()) }
        second.commitsOnRevoke = false
        #expect(
            first.run {
                second.turn()
                return first.readers.count == 2 && second.readers.count == 2
            })
        #expect(Set(first.readers.keys).isDisjoint(with: second.readers.keys))
        let revoked = try #require(first.revocations.first)
        #expect(!revoked.lost)
        #expect(Set(revoked.partitions).isSuperset(of: second.readers.keys))
        #expect(Set(second.found.map(\.topicPartition)) == Set(second.readers.keys))
        for found in second.found {
            #expect(found.offset == 20)
            #expect(found.metadata == "read by the first: \(found.topicPartition.partition) é")
        }
        #expect(second.count == 0)
        #expect(first.count == 80)
        #expect(first.failures.isEmpty && second.failures.isEmpty)
    }

    @Test func lostIsNotRevoked() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 1, records: 3)
        let log = RequestLog()
        var properties = broker.properties
        properties.requestLog = log
        let member = try GroupMember(properties, group: "lost", topics: ["work"])
        defer { #expect(member.consumer.destroy()) }
        #expect(member.run { member.count == 3 })
        #expect(log.count(of: RequestLog.offsetCommit) == 0)
        broker.fail(.heartbeat, with: [25])  // UNKNOWN_MEMBER_ID
        #expect(member.run { !member.revocations.isEmpty && !member.readers.isEmpty })
        #expect(member.revocations.first?.lost == true)
        #expect(member.revocations.first?.partitions == [partition(0)])
        #expect(log.count(of: RequestLog.offsetCommit) == 0)
        #expect(member.run { member.count == 6 })
        try member.commit([partition(0)])
        #expect(log.count(of: RequestLog.offsetCommit) == 1)
    }

    @Test func leavingWithoutAnAssignmentDoesNotHang() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 2, records: 1)
        let member = try GroupMember(broker.properties, group: "unassigned", topics: ["work"])
        member.looksUp = false
        #expect(member.run { member.assignments == 1 })
        let begun = ContinuousClock.now
        #expect(member.consumer.destroy())
        #expect(ContinuousClock.now - begun < .seconds(10))
    }

    @Test func leavingRightAfterSubscribingDoesNotHang() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 2, records: 1)
        let member = try GroupMember(broker.properties, group: "early", topics: ["work"])
        member.turn()
        let begun = ContinuousClock.now
        #expect(member.consumer.destroy())
        #expect(ContinuousClock.now - begun < .seconds(10))
        #expect(throws: KafkaError.self) { try member.consumer.assign([]) }
    }

    @Test func assigningNeedsAReader() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        let member = try GroupMember(broker.properties, group: "readers", topics: ["work"])
        defer { #expect(member.consumer.destroy()) }
        let error = try #require(throws: KafkaError.self) { try member.consumer.assign([(partition(0), 0)]) }
        #expect(error.message == "work[0] has no reader")
    }

    @Test func asynchronousCommitsAnswerInsidePoll() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 1, records: 5)
        let member = try GroupMember(broker.properties, group: "commits", topics: ["work"])
        defer { #expect(member.consumer.destroy()) }
        #expect(member.run { member.count == 5 })
        let answers = Collected<KafkaError?>()
        try member.consumer.commitAsync([OffsetCommit(topicPartition: partition(0), offset: 2, metadata: "two")]) {
            answers.append($0)
        }
        #expect(member.run { answers.all.count == 1 })
        #expect(answers.all == [nil])
        broker.fail(.offsetCommit, with: [25])
        try member.consumer.commitAsync([OffsetCommit(topicPartition: partition(0), offset: 3)]) { answers.append($0) }
        #expect(member.run { answers.all.count == 2 })
        #expect(answers.all.last??.name == "UNKNOWN_MEMBER_ID")
        #expect(
            try member.consumer.committed([partition(0)], timeoutMilliseconds: 5000)
                == [CommittedOffset(topicPartition: partition(0), offset: 2, metadata: "two")])
    }

    @Test(arguments: [true, false]) func anAbsentBrokerHoldsNeitherACommitNorLeaving(known: Bool) throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 1, records: 5)
        let member = try GroupMember(broker.properties, group: "away", topics: ["work"])
        member.commitsOnRevoke = false
        #expect(member.run { member.count == 5 })
        try broker.setDown()
        // Known to be away a commit waits inside librdkafka, else it gets lost on its way.
        if known {
            #expect(
                member.run {
                    member.events.contains {
                        if case .error(let error) = $0 { error.kind == .unavailable } else { false }
                    }
                })
        }
        var begun = ContinuousClock.now
        let error = try #require(throws: KafkaError.self) {
            try member.consumer.commit(
                [OffsetCommit(topicPartition: partition(0), offset: 5)], timeoutMilliseconds: 500)
        }
        #expect(error.kind == .unavailable)
        #expect(ContinuousClock.now - begun < .seconds(2))
        begun = .now
        let hasLeft = member.consumer.close(timeoutMilliseconds: 3000)
        #expect(ContinuousClock.now - begun < .seconds(5))
        #expect(member.consumer.isClosing)
        // Never a hang: a client that did not leave is not destroyed.
        #expect(member.consumer.destroy() == hasLeft)
        #expect(ContinuousClock.now - begun < .seconds(8))
    }
}
