import Millrace
import MillraceKafka

/// Sends records to one topic and counts what the broker acknowledged. Used by one thread.
final class RecordProducer {
    /// A record that did not reach the topic.
    struct Failure {
        var token: UInt64
        var error: KafkaError
    }

    let topic: String
    /// How many partitions the topic has.
    let partitionCount: Int
    /// Records that the broker has, on as many replicas as `acks` asks for.
    private(set) var acknowledged = 0
    /// The first record that did not reach the topic.
    private(set) var failure: Failure?
    private let producer: KafkaProducer
    private let onAcknowledged: (DeliveryReport) -> Void

    /// Connects and looks the topic up. Blocks at most for the timeout.
    ///
    /// - Parameters:
    ///   - properties: whatever the user says; it overrides the defaults.
    ///   - timeout: how long a broker may be away, now and later, before records are given up.
    ///   - onAcknowledged: hears of each record that the broker has.
    init(
        topic: String, properties: KafkaProperties, timeout: Duration,
        onAcknowledged: @escaping (DeliveryReport) -> Void = { _ in }
    ) throws(CommandError) {
        self.topic = topic
        self.onAcknowledged = onAcknowledged
        let milliseconds = Int32(clamping: timeout.components.seconds * 1_000)
        let defaults: KafkaProperties = [
            "message.timeout.ms": String(max(1, milliseconds)),
            // Where librdkafka's own partitioner would put a key, no other client would look for it.
            "partitioner": "murmur2_random",
            // The broker decides what is too large.
            "message.max.bytes": "67108864",
            "queue.buffering.max.kbytes": "65536",
        ]
        let producer: KafkaProducer
        do { producer = try KafkaProducer(defaults.overridden(by: properties)) } catch {
            throw CommandError(error, "the producer cannot be made")
        }
        self.producer = producer
        do {
            partitionCount = try Self.partitionCount(
                of: topic, producer, milliseconds, servers: properties["bootstrap.servers"] ?? "any broker")
        } catch {
            producer.destroy()
            throw error
        }
    }

    private static func partitionCount(
        of topic: String, _ producer: KafkaProducer, _ milliseconds: Int32, servers: String
    ) throws(CommandError) -> Int {
        let count: Int?
        do { count = try producer.lookUp(topic, timeoutMilliseconds: milliseconds) } catch {
            _ = producer.reports { _ in }
            throw CommandError(
                error.explained(by: producer.takeErrors()), "no answer for topic '\(topic)' from \(servers)")
        }
        guard let count else {
            throw CommandError(
                .unavailable, "there is no topic '\(topic)'",
                hint: "Create it: kafka-topics.sh --bootstrap-server BROKERS --create --topic \(topic) --partitions N")
        }
        return count
    }

    /// Queues a record; waits where too many are on their way. Does nothing once a record has failed.
    func send(_ record: RecordLine, partition: Int32? = nil, token: UInt64) throws(CommandError) {
        let headers = record.headers.isEmpty ? nil : HeaderList(capacity: record.headers.count)
        for header in record.headers {
            header.name.withUnsafeBytes { name in
                Self.withBytes(of: header.value) { headers?.append(name, $0) }
            }
        }
        while failure == nil {
            do {
                try queue(record, partition: partition, headers: headers, token: token)
                break
            } catch  where error.isQueueFull {
                _ = producer.flush(milliseconds: 100, note)
            } catch {
                failure = Failure(token: token, error: error)
            }
        }
        _ = producer.reports(note)
    }

    /// Waits until everything is acknowledged or given up.
    func finish() {
        while !producer.flush(milliseconds: 1_000, note), producer.fatalError == nil {}
        if failure == nil, let error = producer.fatalError { failure = Failure(token: 0, error: error) }
    }

    /// Ends the producer.
    func close() { producer.destroy() }

    private func note(_ report: DeliveryReport) {
        if let error = report.error {
            if failure == nil { failure = Failure(token: report.token, error: error) }
        } else {
            acknowledged += 1
            onAcknowledged(report)
        }
    }

    private func queue(
        _ record: RecordLine, partition: Int32?, headers: HeaderList?, token: UInt64
    ) throws(KafkaError) {
        // `withUnsafeBytes` forgets the error's type.
        try Self.withBytes(of: record.key) { key in
            Self.withBytes(of: record.value) { value in
                Result { () throws(KafkaError) in
                    try producer.send(
                        topic: topic, partition: partition, key: key, value: value, headers: headers,
                        timestamp: record.timestamp, token: token)
                }
            }
        }.get()
    }

    private static func withBytes<T>(of bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> T) -> T {
        bytes.map { $0.withUnsafeBytes { body($0) } } ?? body(nil)
    }
}
