import Testing

@testable import MillraceKafka

extension KafkaProducer {
    /// Sends text and waits until it is acknowledged.
    func sendAll(_ values: [String], to topic: String, partition: Int32 = 0) throws {
        for value in values {
            var value = value
            try value.withUTF8 {
                try send(topic: topic, partition: partition, key: nil, value: UnsafeRawBufferPointer($0))
            }
        }
        var failed: [KafkaError] = []
        #expect(flush(milliseconds: 20_000) { if let error = $0.error { failed.append(error) } })
        #expect(failed.isEmpty)
    }
}

extension EmbeddedBroker {
    /// A topic with numbered records in each partition.
    func fill(_ topic: String, partitions: Int, records: Int) throws {
        try createTopic(topic, partitions: partitions)
        let producer = try KafkaProducer(properties)
        defer { producer.destroy() }
        for partition in 0..<Int32(partitions) {
            try producer.sendAll((0..<records).map { "\(partition)-\($0)" }, to: topic, partition: partition)
        }
    }
}

extension ReceivedRecord {
    var text: String { String(decoding: value ?? [], as: UTF8.self) }
}
