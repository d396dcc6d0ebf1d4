import Millrace
import MillraceKafka
import Synchronization

/// The producers of one processor that writes to a topic: one for nearly everything, and one that sends each record by itself.
///
/// A broker refuses a whole batch for one record that it minds, or because all together are too large. So what was refused
/// like that is sent once more, alone: only then it is known to be meant itself.
final class ForwardProducers: Sendable {
    /// Whose they are, in messages.
    private let processor: String
    private let properties: KafkaProperties
    private let batching: AcknowledgingProducer
    private let single = Mutex<AcknowledgingProducer?>(nil)

    /// `kafka`: the worker's properties. Throws `WorkerError`.
    init(_ kafka: [String: String], timeout: Duration, processor: String) throws {
        self.processor = processor
        var properties: KafkaProperties = [
            // As Java clients do it: a key's records go where they would have gone from there.
            "partitioner": "murmur2_random",
            // The broker decides what is too large.
            "message.max.bytes": "67108864",
        ]
        properties = properties.overridden(by: KafkaProperties(kafka))
        // Waiting for ever would look like a handler that is stuck.
        properties["message.timeout.ms"] = String(timeout.nanoseconds / 1_000_000)
        self.properties = properties
        do {
            batching = try AcknowledgingProducer(properties, threadName: "mr-forward")
        } catch let error as KafkaError {
            throw WorkerError(.configuration, "processor \(processor): \(error)")
        }
    }

    /// Looks the topic up, so that the first record does not wait for that.
    func lookUp(_ topic: String, log: Log) throws {
        do throws(KafkaError) {
            if try batching.lookUp(topic, timeoutMilliseconds: 10_000) != nil { return }
        } catch {
            switch error.kind {
            case .authentication, .authorization:
                throw WorkerError(.notPermitted, "processor \(processor): '\(topic)': \(error)")
            default:
                log.warning(
                    "topic could not be looked up: it is waited for",
                    [
                        .topic: .text(topic), .cause: .text("\(error)"),
                    ])
                return
            }
        }
        throw WorkerError(
            .configuration,
            "processor \(processor): the topic '\(topic)' does not exist; create it: kafka-topics.sh --bootstrap-server "
                + "\(properties["bootstrap.servers"] ?? "") --create --topic \(topic) --partitions 8")
    }

    func send(_ record: OutgoingRecord, to topic: String) async throws {
        do {
            try await batching.send(record, to: topic)
        } catch let error as KafkaError where ForwardOutcome.rejection(for: error) != nil {
            try await sendingAlone().send(record, to: topic)
        }
    }

    private func sendingAlone() throws -> AcknowledgingProducer {
        try single.withLock { single in
            if let single { return single }
            var properties = properties
            properties["batch.num.messages"] = "1"
            let made = try AcknowledgingProducer(properties, threadName: "mr-forward-1")
            single = made
            return made
        }
    }

    func close() {
        batching.close()
        single.withLock { $0 }?.close()
    }
}
