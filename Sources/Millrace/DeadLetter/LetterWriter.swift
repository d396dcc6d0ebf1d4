package import MillraceKafka

/// Writes a lane's letters: an idempotent producer, its topics looked up before the first record is read, and a second
/// one, made when it is first needed, that sends each letter alone.
///
/// A broker takes or refuses whole batches, and does not say which record it minds. So what was refused together is sent
/// again alone; what is refused then is meant.
///
/// Used by its lane's thread only.
package final class LetterWriter {
    private let make: (KafkaProperties) throws(KafkaError) -> KafkaProducer
    private var producer: KafkaProducer
    private var aloneProducer: KafkaProducer?
    private var partitions: [String: Int32] = [:]
    /// What the producer said last that was not well, in words; nil since a letter was acknowledged.
    package private(set) var lastTrouble: String?

    /// One record a batch, and one batch on its way: none behind a refused one is refused for the gap that it left.
    private static let alone: KafkaProperties = [
        "batch.num.messages": "1", "linger.ms": "0", "max.in.flight.requests.per.connection": "1",
    ]

    /// `make` makes a producer with properties set over those of letters: at once, and again after a fatal error of the
    /// one before.
    package init(make: @escaping (KafkaProperties) throws(KafkaError) -> KafkaProducer) throws(KafkaError) {
        self.make = make
        producer = try make([:])
    }

    /// Looks a topic up: else the first letters would wait for that. Nil: there is no such topic.
    package func lookUp(_ topic: String, timeoutMilliseconds: Int32) throws(KafkaError) -> Int? {
        let count = try producer.lookUp(topic, timeoutMilliseconds: timeoutMilliseconds)
        if let count { partitions[topic] = Int32(count) }
        return count
    }

    /// The partition for a letter: the record's own where the topic has it.
    private func partition(_ wanted: Int32, of topic: String) -> Int32? {
        guard let count = partitions[topic], count > 0 else { return nil }
        return wanted < count ? wanted : wanted % count
    }

    private func producer(alone: Bool) throws(KafkaError) -> KafkaProducer {
        guard alone else { return producer }
        if let aloneProducer { return aloneProducer }
        let new = try make(Self.alone)
        aloneProducer = new
        return new
    }

    /// Queues a letter; its report carries the token. The value stays where it is until then.
    /// - Parameter alone: nothing is in its batch beside it, and nothing on its way with it. Slow.
    package func send(
        topic: String, partition wanted: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        headers: HeaderList, timestamp: Int64?, token: UInt64, copy: Bool,
        alone: Bool
    ) throws(KafkaError) {
        do throws(KafkaError) {
            try producer(alone: alone).send(
                topic: topic, partition: partition(wanted, of: topic), key: key, value: value, headers: headers,
                timestamp: timestamp, token: token, copy: copy)
        } catch {
            if !error.isTooLarge { lastTrouble = error.description }
            throw error
        }
    }

    /// Takes the reports that are there.
    package func reports(_ body: (DeliveryReport) -> Void) -> Int {
        var count = 0
        for case let producer? in [producer, aloneProducer] {
            count += producer.reports { report in
                lastTrouble = report.error?.description
                body(report)
            }
            for error in producer.takeErrors() where error.kind != .other || error.isFatal {
                lastTrouble = error.description
            }
        }
        return count
    }

    /// After a fatal error: a new producer. Whatever was sent that way and has no report must be sent again.
    package func renewIfFatal(alone: Bool) -> Bool {
        guard let error = (alone ? aloneProducer : producer)?.fatalError else { return false }
        lastTrouble = error.description
        if alone {
            aloneProducer?.destroy()
            aloneProducer = nil
            return true
        }
        guard let new = try? make([:]) else { return false }
        producer.destroy()
        producer = new
        for topic in partitions.keys { _ = try? producer.lookUp(topic, timeoutMilliseconds: 5_000) }
        return true
    }

    /// Gives up what is outstanding.
    package func close() {
        producer.destroy()
        aloneProducer?.destroy()
    }
}
