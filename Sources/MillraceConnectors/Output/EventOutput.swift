package import CloudEvents
package import Millrace
import MillraceKafka
import Synchronization

/// Where a processor puts events that it makes: a topic of the worker's cluster, or a file with an event a line.
package enum EventOutput: Sendable {
    case topic(TopicOutput)
    case file(FileOutput)

    /// Writes the events; those of one key in their order. Throws ``ProcessingError`` for all of them when not every one
    /// is acknowledged by the brokers, or on the disk.
    package func write(_ events: [(key: String, event: CloudEvent)]) async throws {
        switch self {
        case .topic(let topic): try await topic.write(events)
        case .file(let file): try file.write(events.map(\.event))
        }
    }

    package func close() {
        if case .topic(let topic) = self { topic.close() }
    }
}

/// A topic that a processor writes events to, in structured mode.
package final class TopicOutput: Sendable {
    private let topic: String
    private let producers: ForwardProducers

    /// Makes the producer and looks the topic up. Throws `WorkerError` as ``ForwardProcessor`` does.
    package init(_ topic: String, _ context: ProcessorContext, timeout: Duration, processor: String) throws {
        self.topic = topic
        producers = try ForwardProducers(context.kafka, timeout: timeout, processor: processor)
        do {
            try producers.lookUp(topic, log: context.log.with([.processor: .text(processor)]))
        } catch {
            producers.close()
            throw error
        }
    }

    fileprivate func write(_ events: [(key: String, event: CloudEvent)]) async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // Keys side by side, so that many events do not take as many round trips.
                for own in Dictionary(grouping: events, by: { Array($0.key.utf8) }).values {
                    group.addTask { for item in own { try await self.send(item.key, item.event) } }
                }
                try await group.waitForAll()
            }
        } catch let error as KafkaError {
            throw ForwardOutcome.error(for: error, topic: topic)
        }
    }

    private func send(_ key: String, _ event: CloudEvent) async throws {
        let message = event.kafkaMessage(.structured)
        let headers = message.headers.map { OutgoingRecord.Header(name: Array($0.name.utf8), value: $0.value) }
        try await producers.send(
            OutgoingRecord(key: Array(key.utf8), value: message.value, headers: headers), to: topic)
    }

    fileprivate func close() { producers.close() }
}

/// A file that a processor appends events to: the JSON document of one a line, as `produce` and `explain` read it.
package final class FileOutput: Sendable {
    private let file: Mutex<AppendFile>

    /// Opens or makes the file. Throws `WorkerError`.
    package init(_ path: String, processor: String) throws {
        do throws(AppendFault) {
            file = Mutex(try AppendFile(path: path, lineStart: #"{"specversion":"#))
        } catch {
            throw WorkerError(.configuration, "processor \(processor): \(error)")
        }
    }

    fileprivate func write(_ events: [CloudEvent]) throws {
        var rest = events[...]
        let fault = file.withLock { file -> AppendFault? in
            do throws(AppendFault) {
                try file.append { rest.popFirst().map { $0.jsonBytes() + [UInt8(ascii: "\n")] } }
                return nil
            } catch {
                return error
            }
        }
        if let fault { throw ProcessingError.unavailable("\(fault)") }
    }
}
