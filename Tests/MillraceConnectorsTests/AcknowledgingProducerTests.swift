import MillraceConnectors
import MillraceKafka
import Testing

@Suite(.timeLimit(.minutes(2))) struct AcknowledgingProducerTests {
    private let plumbing: Plumbing
    private let record = OutgoingRecord(key: nil, value: [1])

    init() throws { plumbing = try Plumbing(topics: ["out"]) }

    @Test func manyWaitAtATime() async throws {
        let producer = try AcknowledgingProducer(plumbing.broker.properties, threadName: "test")
        defer { producer.close() }
        let record = record
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<500 { group.addTask { try await producer.send(record, to: "out") } }
            try await group.waitForAll()
        }
        #expect(try end() == 500)
    }

    @Test func aCancelledSenderDoesNotWait() async throws {
        plumbing.broker.fail(.produce, with: Array(repeating: 19, count: 10_000))
        let producer = try AcknowledgingProducer(plumbing.broker.properties, threadName: "test")
        defer { producer.close() }
        let record = record
        let sending = Task { try await producer.send(record, to: "out") }
        let cancelledBefore = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await producer.send(record, to: "out")
        }
        sending.cancel()
        await #expect(throws: CancellationError.self) { try await sending.value }
        await #expect(throws: CancellationError.self) { try await cancelledBefore.value }
    }

    @Test func closingTellsWhoeverWaits() async throws {
        plumbing.broker.fail(.produce, with: Array(repeating: 19, count: 10_000))
        let producer = try AcknowledgingProducer(plumbing.broker.properties, threadName: "test")
        let record = record
        let sending = Task { try await producer.send(record, to: "out") }
        producer.close()
        producer.close()
        await #expect(throws: CancellationError.self) { try await sending.value }
        await #expect(throws: CancellationError.self) { try await producer.send(record, to: "out") }
    }

    @Test func anErrorIsTheSenders() async throws {
        let producer = try AcknowledgingProducer(plumbing.broker.properties, threadName: "test")
        defer { producer.close() }
        plumbing.broker.fail(.produce, with: [10])
        let error = await #expect(throws: KafkaError.self) { try await producer.send(record, to: "out") }
        #expect(error?.isTooLarge == true)
        try await producer.send(record, to: "out")
        #expect(try end() == 1)
    }

    /// The broker refuses the producer its number: after that librdkafka's idempotent producer sends nothing any more.
    @Test func aFatalErrorMakesANewProducer() async throws {
        let clusterAuthorizationFailed: Int32 = 31
        plumbing.broker.fail(.initProducerID, with: [clusterAuthorizationFailed])
        let producer = try AcknowledgingProducer(plumbing.broker.properties, threadName: "test")
        defer { producer.close() }
        let error = await #expect(throws: KafkaError.self) { try await producer.send(record, to: "out") }
        #expect(error?.isFatal == true || error?.name == "_PURGE_QUEUE")
        try await producer.send(record, to: "out")
        #expect(try end() == 1)
    }

    private func end() throws -> Int64 {
        let admin = try KafkaAdmin(plumbing.broker.properties)
        defer { admin.destroy() }
        return try admin.watermarks(TopicPartition(topic: "out", partition: 0), timeoutMilliseconds: 5_000).high
    }
}
