package import MillraceKafka

/// Writes a lane's letters: one idempotent producer, its topics looked up before the first record is read.
///
/// Used by its lane's thread only.
package final class LetterWriter {
    private let make: () throws(KafkaError) -> KafkaProducer
    private var producer: KafkaProducer
    private var partitions: [String: Int32] = [:]
    /// What the producer said last that was not well, in words; nil since a letter was acknowledged.
    package private(set) var lastTrouble: String?

    /// `make` makes a producer: at once, and again after a fatal error of the one before.
    package init(make: @escaping () throws(KafkaError) -> KafkaProducer) throws(KafkaError) {
        self.make = make
        producer = try make()
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

    /// Queues a letter; its report carries the token. The value stays where it is until then.
    package func send(
        topic: String, partition wanted: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        headers: HeaderList, timestamp: Int64?, token: UInt64, copy: Bool
    ) throws(KafkaError) {
        do throws(KafkaError) {
            try producer.send(
                topic: topic, partition: partition(wanted, of: topic), key: key, value: value, headers: headers,
                timestamp: timestamp, token: token, copy: copy)
        } catch {
            if !error.isTooLarge { lastTrouble = error.description }
            throw error
        }
    }

    /// Takes the reports that are there.
    package func reports(_ body: (DeliveryReport) -> Void) -> Int {
        let count = producer.reports { report in
            if let error = report.error {
                lastTrouble = error.description
            } else {
                lastTrouble = nil
            }
            body(report)
        }
        for error in producer.takeErrors() where error.kind != .other || error.isFatal {
            lastTrouble = error.description
        }
        return count
    }

    /// After a fatal error: a new producer. Whatever has no report must be sent again.
    package func renewIfFatal() -> Bool {
        guard let error = producer.fatalError else { return false }
        lastTrouble = error.description
        guard let new = try? make() else { return false }
        producer.destroy()
        producer = new
        for topic in partitions.keys { _ = try? producer.lookUp(topic, timeoutMilliseconds: 5_000) }
        return true
    }

    /// Gives up what is outstanding.
    package func close() { producer.destroy() }
}
