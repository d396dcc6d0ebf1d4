import Foundation
import Testing

@testable import MillraceKafka

/// A queue is read by one epoch only, and wakes its reader.
@Suite(.ownThread) struct PartitionReaderTests {
    private let partition = TopicPartition(topic: "work", partition: 0)

    @Test func nothingIsReadAfterStop() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 1, records: 100)
        let member = try GroupMember(broker.properties, group: "stop", topics: ["work"])
        defer { #expect(member.consumer.destroy()) }
        #expect(member.run { !member.readers.isEmpty })
        let reader = try #require(member.readers[partition])
        #expect(reader.topicPartition == partition)
        reader.stop()
        let batch = MessageBatch(capacity: 10)
        #expect(reader.read(into: batch, max: 10) == .stopped)
        #expect(batch.count == 0)
        reader.discard()
        reader.discard()
        #expect(reader.read(into: batch, max: 10) == .stopped)
    }

    @Test func assignmentAndArrivalWakeTheReader() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 1, records: 0)
        let member = try GroupMember(broker.properties, group: "wake", topics: ["work"])
        defer { #expect(member.consumer.destroy()) }
        // Only the group is served here: nobody reads, so that the first wake-up is the one of the assignment.
        let deadline = ContinuousClock.now + .seconds(20)
        while member.readers.isEmpty, ContinuousClock.now < deadline { _ = member.consumer.poll(milliseconds: 20) }
        let reader = try #require(member.readers[partition])
        #expect(member.descriptor.wait(milliseconds: 0))
        #expect(reader.takeSignal())
        #expect(member.run { member.ends[partition] == 0 })
        while member.descriptor.wait(milliseconds: 100) { member.readAll() }
        _ = reader.takeSignal()
        #expect(!member.descriptor.wait(milliseconds: 0))
        #expect(!reader.takeSignal())

        let producer = try KafkaProducer(broker.properties)
        defer { producer.destroy() }
        try producer.sendAll(["hello"], to: "work")
        #expect(member.descriptor.wait(milliseconds: 5000))
        #expect(reader.takeSignal())
        member.readAll()
        #expect(member.records("work", 0).map(\.text) == ["hello"])
    }

    @Test func anInterruptEndsAWaitingPoll() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        let member = try GroupMember(broker.properties, group: "interrupt", topics: ["work"])
        defer { #expect(member.consumer.destroy()) }
        let consumer = member.consumer
        let begun = ContinuousClock.now
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.2)  // sleeps because the poll must be waiting already
            consumer.interrupt()
        }
        _ = consumer.poll(milliseconds: 20_000)
        #expect(ContinuousClock.now - begun < .seconds(10))
    }

    @Test func anOffsetThatIsGoneIsAnEventAndReadingGoesOnElsewhere() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 2, records: 10)
        let other = TopicPartition(topic: "work", partition: 1)
        let member = try GroupMember(broker.properties, group: "range", topics: ["work"])
        defer { #expect(member.consumer.destroy()) }
        member.start = { $0.partition == 0 ? 1000 : 8 }
        member.commitsOnRevoke = false
        #expect(member.run { !member.outOfRange.isEmpty && member.ends[other] == 10 })
        #expect(member.outOfRange == [partition: 1000])
        #expect(member.records("work", 0).isEmpty)
        try member.restart([(partition, 7), (other, 10)])
        let producer = try KafkaProducer(broker.properties)
        defer { producer.destroy() }
        try producer.sendAll(["more"], to: "work", partition: 1)
        #expect(member.run { member.records("work", 0).count == 3 && member.records("work", 1).count == 3 })
        #expect(member.records("work", 0).map(\.offset) == [7, 8, 9])
        #expect(member.records("work", 1).map(\.offset) == [8, 9, 10])
    }

    @Test func fetchingIsKeptGoingOnlyWhileThereIsSomethingToRead() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 1, records: 3000)
        let log = RequestLog()
        // Small fetches, so that the end is not reached at once.
        var properties = broker.properties.overridden(
            by: KafkaProperties.prefetch(budgetBytes: 0, partitions: 1))
        properties["max.partition.fetch.bytes"] = "1000"
        properties.requestLog = log
        let member = try GroupMember(properties, group: "fetching", topics: ["work"])
        let consumer = member.consumer
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            consumer.keepFetching()
            ended.signal()
        }
        #expect(member.run { member.count == 3000 && member.ends[partition] == 3000 })
        // What was behind until a moment ago may still be asked for once.
        let settled = ContinuousClock.now + .milliseconds(200)
        #expect(member.run { ContinuousClock.now > settled })
        let asked = log.count(of: KafkaRequest.listOffsets.rawValue)
        #expect(asked > 0)
        let later = ContinuousClock.now + .milliseconds(300)
        #expect(member.run { ContinuousClock.now > later })
        #expect(log.count(of: KafkaRequest.listOffsets.rawValue) == asked)
        #expect(member.consumer.destroy())
        #expect(ended.wait(timeout: .now() + 5) == .success)
    }

    @Test func heldMessagesKeepTheClient() throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.fill("work", partitions: 1, records: 10)
        let member = try GroupMember(broker.properties, group: "held", topics: ["work"])
        member.commitsOnRevoke = false
        let deadline = ContinuousClock.now + .seconds(20)
        let batch = MessageBatch(capacity: 20)
        while batch.count == 0, ContinuousClock.now < deadline {
            _ = member.consumer.poll(milliseconds: 20)
            if let reader = member.readers[partition] { _ = reader.read(into: batch, max: 20) }
        }
        try #require(batch.count >= 10)
        #expect(batch.liveCount == batch.count)
        var held: HeldMessage? = batch.take(at: 3)
        batch.destroy(at: 0)
        batch.destroy(at: 0)
        #expect(batch.liveCount == batch.count - 2)
        member.consumer.close()
        #expect(batch.message(at: 5).value.map { String(decoding: $0, as: UTF8.self) } == "0-5")
        batch.destroyAll()
        #expect(batch.count == 0)
        #expect(held?.view.offset == 3)
        #expect(!member.consumer.destroy())
        held = nil
        #expect(member.consumer.destroy())
        #expect(member.consumer.destroy())
    }
}
