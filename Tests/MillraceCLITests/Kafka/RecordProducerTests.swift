import Millrace
import MillraceKafka
import Testing

@testable import MillraceCLI

@Suite struct RecordProducerTests {
    @Test func brokersThatGoAwayMeanwhileAreAFailure() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t", partitions: 1)
        let producer = try RecordProducer(topic: "t", properties: broker.properties, timeout: .seconds(1))
        defer { producer.close() }
        #expect(producer.partitionCount == 1)
        try producer.send(RecordLine(value: [1]), token: 1)
        producer.finish()
        #expect(producer.acknowledged == 1)
        try broker.setDown()
        try producer.send(RecordLine(value: [2]), token: 2)
        producer.finish()
        #expect(producer.acknowledged == 1)
        let failure = try #require(producer.failure)
        #expect(failure.token == 2)
        #expect(CommandError(failure.error, "x").code == .unavailable)
    }

    @Test func moreThanTheQueueHoldsIsSent() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t", partitions: 1)
        var properties = broker.properties
        properties["queue.buffering.max.messages"] = "10"
        let producer = try RecordProducer(topic: "t", properties: properties, timeout: .seconds(10))
        defer { producer.close() }
        for number in 0..<500 { try producer.send(RecordLine(value: [UInt8(number & 255)]), token: UInt64(number)) }
        producer.finish()
        #expect(producer.acknowledged == 500)
        var values: [UInt8] = []
        try TopicReader(properties: broker.properties, timeout: .seconds(10)).read("t") { values += $0.value ?? [] }
        #expect(values == (0..<500).map { UInt8($0 & 255) })
    }

    @Test func anEmptyTopicHasNoRecords() throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic("t", partitions: 3)
        var count = 0
        try TopicReader(properties: broker.properties, timeout: .seconds(10)).read("t") { _ in count += 1 }
        #expect(count == 0)
    }

    @Test(arguments: [
        (KafkaError.configuration("x"), ExitCode.configuration),
        (KafkaError(code: 58), ExitCode.notPermitted), (KafkaError(code: 29), ExitCode.notPermitted),
        (KafkaError(code: -195), ExitCode.unavailable), (KafkaError(code: -185), ExitCode.unavailable),
        (KafkaError(code: 42), ExitCode.internal),
    ])
    func anErrorHasTheExitCodeOfItsKind(_ error: KafkaError, _ code: ExitCode) {
        #expect(CommandError(error, "it failed").code == code)
    }

    @Test(arguments: ["a", "a:1", "a.b_c-D:1000"])
    func aTopicMayBeSpecified(_ text: String) {
        #expect(TopicSpecification(text) != nil)
    }

    @Test(arguments: ["", ":", "a:", ":1", "a:0", "a:1001", "a:x", "a:1:2", "a b", ".", "..", "ä"])
    func aTopicMayNotBeSpecified(_ text: String) {
        #expect(TopicSpecification(text) == nil)
    }
}
