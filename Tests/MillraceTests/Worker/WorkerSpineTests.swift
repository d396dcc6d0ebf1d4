import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Synchronization
import Testing

/// Counts what it gets, by offset; fails what it is told to fail.
struct Recorder: Processor {
    static let name = "recorder"
    static let types: [TypePattern] = ["com.example.*"]
    static let seen = Mutex<[String: [Int64]]>([:])

    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}

    func process(_ delivery: Delivery) async throws {
        let key = "\(delivery.topic)/\(delivery.partition)"
        let id = delivery.event.id
        if id.hasSuffix("7") { try await delivery.clock.sleep(for: .milliseconds(2)) }
        if id.hasSuffix("reject") { throw ProcessingError.reject("no", "told so") }
        if id.hasSuffix("retry"), delivery.attempt < 3 { throw ProcessingError.retry(after: .milliseconds(5), "again") }
        Self.seen.withLock { $0[key, default: []].append(delivery.offset) }
    }
}

@Suite("The worker, end to end on the embedded broker")
struct WorkerSpineTests {
    @Test func everyRecordIsSettledOrDeadLettered() async throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.createTopic("in", partitions: 4)
        try broker.createTopic("in.dead-letter", partitions: 4)
        let producer = try KafkaProducer(broker.properties)
        defer { producer.destroy() }
        for number in 0..<2_000 {
            let suffix = number % 100 == 0 ? "reject" : number % 50 == 1 ? "retry" : ""
            let type = number % 40 == 3 ? "org.other" : "com.example.a"
            var value =
                #"{"specversion":"1.0","id":"\#(number)\#(suffix)","source":"/s","type":"\#(type)","data":{"a":1}}"#
            if number % 20 == 9 { value = "broken" }
            let headers = HeaderList()
            headers.append("content-type", text: "application/cloudevents+json")
            let key = "k\(number % 17)"
            try Array(key.utf8).withUnsafeBytes { key in
                try Array(value.utf8).withUnsafeBytes { value in
                    try producer.send(
                        topic: "in", partition: Int32(number % 4), key: key, value: value, headers: headers)
                }
            }
        }
        #expect(producer.flush(milliseconds: 10_000))
        var configuration = Configuration()
        for (name, value) in broker.properties.pairs { configuration.kafka[name] = value }
        configuration.group = "spine"
        configuration.sources = [SourceConfiguration(topic: "in")]
        configuration.routes = [RouteConfiguration(processor: "recorder")]
        let metrics = MetricsObserver()
        let worker = try Worker(
            configuration, processors: ProcessorRegistry().adding(Recorder.self), observers: [metrics])
        let summary = try await worker.run(until: .end)
        #expect(summary.total.received == 2_000)
        #expect(summary.total.balances)
        #expect(summary.total.succeeded == 1_830)
        #expect(summary.total.deadLettered == 170)
        let seen = Recorder.seen.withLock { $0 }
        #expect(seen.values.reduce(0) { $0 + $1.count } == 1_830)
        let end = broker.properties
        let admin = try KafkaAdmin(end)
        defer { admin.destroy() }
        for partition in 0..<Int32(4) {
            let name = TopicPartition(topic: "in", partition: partition)
            let committed = try admin.committed(group: "spine", [name], timeoutMilliseconds: 5_000)
            #expect(committed.first?.offset == 500)
        }
    }
}
