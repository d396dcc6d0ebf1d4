import Testing

@testable import MillraceKafka

/// Each record that was taken gets one report, and says where it is.
@Suite(.ownThread) struct KafkaProducerTests {
    private func send(
        _ producer: KafkaProducer, _ text: String, partition: Int32? = 0, headers: HeaderList? = nil, token: UInt64 = 0
    ) throws(KafkaError) {
        var bytes = Array(text.utf8)
        let outcome = bytes.withUnsafeMutableBytes { bytes -> KafkaError? in
            do throws(KafkaError) {
                try producer.send(
                    topic: "out", partition: partition, key: nil, value: UnsafeRawBufferPointer(bytes),
                    headers: headers, token: token)
                return nil
            } catch {
                return error
            }
        }
        if let outcome { throw outcome }
    }

    private func broker(_ brokers: Int = 1) throws -> EmbeddedBroker {
        let broker = try EmbeddedBroker(brokers: brokers)
        try broker.createTopic("out", partitions: 2)
        return broker
    }

    @Test func aReportWakesWhoWaits() throws {
        let broker = try broker()
        defer { broker.stop() }
        let descriptor = Descriptor()
        let producer = try KafkaProducer(broker.properties, for: .letterProducer, wake: descriptor.target)
        defer { producer.destroy() }
        #expect(try producer.lookUp("out", timeoutMilliseconds: 5000) == 2)
        try send(producer, "a", token: .max)
        #expect(producer.outstanding == 1)
        var reports: [DeliveryReport] = []
        while reports.isEmpty, descriptor.wait(milliseconds: 5000) {
            _ = producer.takeSignal()
            _ = producer.reports { reports.append($0) }
        }
        #expect(reports.count == 1)
        #expect(reports.first?.token == .max)
        #expect(reports.first?.offset == 0)
        #expect(producer.outstanding == 0)
        #expect(producer.reports { _ in } == 0)
    }

    @Test func aMissingPartitionIsRefusedAndTheHeadersStayTheCallers() throws {
        let broker = try broker()
        defer { broker.stop() }
        let producer = try KafkaProducer(broker.properties, for: .letterProducer)
        defer { producer.destroy() }
        #expect(try producer.lookUp("out", timeoutMilliseconds: 5000) == 2)
        let headers = HeaderList()
        headers.append("name", text: "value")
        let error = try #require(throws: KafkaError.self) {
            try send(producer, "a", partition: 7, headers: headers)
        }
        #expect(error.name == "_UNKNOWN_PARTITION")
        #expect(headers.count == 1)
        try send(producer, "a", partition: 1, headers: headers)
        #expect(headers.count == 0)
        #expect(producer.flush(milliseconds: 5000))
    }

    @Test func aPassingFaultIsTriedAgain() throws {
        let broker = try broker()
        defer { broker.stop() }
        let producer = try KafkaProducer(broker.properties, for: .letterProducer)
        defer { producer.destroy() }
        broker.fail(.produce, with: [19, 7, EmbeddedBroker.disconnect])  // NOT_ENOUGH_REPLICAS, REQUEST_TIMED_OUT
        try send(producer, "a", token: 1)
        var reports: [DeliveryReport] = []
        #expect(producer.flush(milliseconds: 20_000) { reports.append($0) })
        #expect(reports.map(\.token) == [1])
        #expect(reports.first?.error == nil)
        #expect(reports.first?.persistence == .yes)
    }

    @Test func aRefusedRecordSaysWhy() throws {
        let broker = try broker()
        defer { broker.stop() }
        let producer = try KafkaProducer(broker.properties, for: .letterProducer)
        defer { producer.destroy() }
        broker.fail(.produce, with: [10])  // MSG_SIZE_TOO_LARGE
        try send(producer, "a", token: 1)
        var reports: [DeliveryReport] = []
        #expect(producer.flush(milliseconds: 20_000) { reports.append($0) })
        #expect(reports.first?.error?.isTooLarge == true)
        #expect(reports.first?.persistence == .no)
        // The next one goes through.
        try send(producer, "b", token: 2)
        #expect(producer.flush(milliseconds: 20_000) { reports.append($0) })
        #expect(reports.map(\.token) == [1, 2])
        #expect(reports.last?.error == nil)
    }

    @Test func aLetterOutlastsAnAbsentBroker() throws {
        let broker = try broker()
        defer { broker.stop() }
        let producer = try KafkaProducer(broker.properties, for: .letterProducer)
        defer { producer.destroy() }
        try send(producer, "a", token: 1)
        #expect(producer.flush(milliseconds: 10_000))
        try broker.setDown()
        try send(producer, "b", token: 2)
        var reports: [DeliveryReport] = []
        #expect(!producer.flush(milliseconds: 1500) { reports.append($0) })
        #expect(reports.isEmpty)
        #expect(producer.takeErrors().contains { $0.kind == .unavailable && !$0.isFatal })
        #expect(producer.fatalError == nil)
        try broker.setUp()
        #expect(producer.flush(milliseconds: 20_000) { reports.append($0) })
        #expect(reports.map(\.token) == [2])
        #expect(reports.first?.error == nil)
        #expect(reports.first?.offset == 1)
    }

    @Test func aFullQueueIsSaid() throws {
        let broker = try broker()
        defer { broker.stop() }
        var properties = broker.properties
        properties["queue.buffering.max.messages"] = "2"
        properties["linger.ms"] = "1000"
        let producer = try KafkaProducer(properties)
        defer { producer.destroy() }
        try send(producer, "a")
        try send(producer, "b")
        let error = try #require(throws: KafkaError.self) { try send(producer, "c") }
        #expect(error.isQueueFull)
        var count = 0
        #expect(producer.flush(milliseconds: 10_000) { _ in count += 1 })
        #expect(count == 2)
        try send(producer, "c")
        #expect(producer.flush(milliseconds: 10_000))
    }

    @Test func aFatalErrorIsSaid() throws {
        let broker = try broker()
        defer { broker.stop() }
        let producer = try KafkaProducer(broker.properties, for: .letterProducer)
        defer { producer.destroy() }
        #expect(producer.fatalError == nil)
        try broker.setDown()
        try send(producer, "lost", token: 7)
        producer.raiseFatalError(45, reason: "sequence")  // OUT_OF_ORDER_SEQUENCE_NUMBER
        let error = try #require(producer.fatalError)
        #expect(error.isFatal)
        #expect(error.name == "OUT_OF_ORDER_SEQUENCE_NUMBER")
        #expect(throws: KafkaError.self) { try send(producer, "a") }
        // What was on its way is reported with the cause.
        var reports: [DeliveryReport] = []
        #expect(producer.flush(milliseconds: 10_000) { reports.append($0) })
        #expect(reports.map(\.token) == [7])
        #expect(reports.first?.error == error)
        #expect(reports.first?.persistence == .no)
    }

    @Test func whatIsOutstandingAtTheEndIsGivenUp() throws {
        let broker = try broker()
        defer { broker.stop() }
        let producer = try KafkaProducer(broker.properties, for: .letterProducer)
        try broker.setDown()
        for _ in 0..<100 { try send(producer, "a") }
        let begun = ContinuousClock.now
        producer.destroy()
        producer.destroy()
        #expect(ContinuousClock.now - begun < .seconds(5))
    }

    @Test func requestsAreLogged() throws {
        let broker = try broker()
        defer { broker.stop() }
        var properties = broker.properties
        let log = RequestLog()
        properties.requestLog = log
        let producer = try KafkaProducer(properties)
        defer { producer.destroy() }
        // Or by a client's name, where the properties are out of reach.
        let watched = RequestLog.watch(clientID: "watched")
        let other = try KafkaProducer(broker.properties.overridden(by: ["client.id": "watched"]))
        defer { other.destroy() }
        RequestLog.unwatch(clientID: "watched")
        try other.sendAll(["b"], to: "out", partition: 1)
        #expect(watched.count(of: KafkaRequest.produce.rawValue) == 1)
        try producer.sendAll(["a"], to: "out")
        #expect(log.count(of: KafkaRequest.produce.rawValue) == 1)
        #expect(log.count(of: RequestLog.offsetCommit) == 0)
        #expect(log.entries.allSatisfy { $0.bytes > 0 })
    }
}
