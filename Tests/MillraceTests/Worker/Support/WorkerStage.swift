import Millrace
import MillraceEngine
import MillraceKafka
import Testing

/// An embedded broker with the topics `in` and `in.dead-letter`, and what a test does with them from outside.
final class WorkerStage: Sendable {
    let broker: EmbeddedBroker
    let partitions: Int
    private let producer: KafkaProducer

    init(partitions: Int = 1) throws {
        self.partitions = partitions
        broker = try EmbeddedBroker()
        try broker.createTopic("in", partitions: partitions)
        try broker.createTopic("in.dead-letter", partitions: partitions)
        producer = try KafkaProducer(broker.properties)
    }

    deinit {
        producer.destroy()
        broker.stop()
    }

    /// Puts records into `in`, in order, and waits until they are there.
    func produce(_ records: [StageRecord]) throws {
        for record in records {
            let headers = HeaderList()
            if record.isStructured { headers.append("content-type", text: "application/cloudevents+json") }
            try withBytes(record.key.map { Array($0.utf8) }) { key in
                try withBytes(record.value) { value in
                    try producer.send(
                        topic: "in", partition: record.partition, key: key, value: value, headers: headers)
                }
            }
        }
        try #require(producer.flush(milliseconds: 20_000))
    }

    private func withBytes(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws -> Void) rethrows {
        guard let bytes else { return try body(nil) }
        try bytes.withUnsafeBytes { try body($0) }
    }

    /// A worker's configuration for this broker.
    func configuration(_ routes: [RouteConfiguration], group: String = "g") -> Configuration {
        var configuration = Configuration()
        for (name, value) in broker.properties.pairs { configuration.kafka[name] = value }
        configuration.group = group
        configuration.sources = [SourceConfiguration(topic: "in")]
        configuration.routes = routes
        configuration.lanes = 1
        configuration.commitInterval = .milliseconds(50)
        configuration.drain = .seconds(20)
        return configuration
    }

    func worker(
        _ routes: [RouteConfiguration], facts: FactLog? = nil, _ change: (inout Configuration) -> Void = { _ in }
    ) throws -> Worker {
        var configuration = configuration(routes)
        change(&configuration)
        return try Worker(configuration, processors: .scripted, observers: facts.map { [$0] } ?? [])
    }

    /// What the group has committed, by partition.
    func committed(group: String = "g") throws -> [CommittedOffset] {
        let admin = try KafkaAdmin(broker.properties)
        defer { admin.destroy() }
        let names = (0..<Int32(partitions)).map { TopicPartition(topic: "in", partition: $0) }
        return try admin.committed(group: group, names, timeoutMilliseconds: 10_000)
            .sorted { $0.topicPartition < $1.topicPartition }
    }

    /// All letters that were written, by partition and offset.
    func letters() throws -> [StageLetter] { try TopicReader(broker, topic: "in.dead-letter").readAll(partitions) }
}

/// A record to be produced.
struct StageRecord: Sendable {
    var key: String?
    /// Nil is null.
    var value: [UInt8]?
    var partition: Int32 = 0
    var isStructured = true

    /// An event of the type `com.example.a`.
    static func event(
        _ id: String, key: String? = nil, partition: Int32 = 0, type: String = "com.example.a", data: String = "null"
    ) -> StageRecord {
        let json = #"{"specversion":"1.0","id":"\#(id)","source":"/s","type":"\#(type)","data":\#(data)}"#
        return StageRecord(key: key, value: Array(json.utf8), partition: partition)
    }

    static func events(_ ids: [String], key: String? = nil, partition: Int32 = 0) -> [StageRecord] {
        ids.map { event($0, key: key, partition: partition) }
    }

    static func garbage(partition: Int32 = 0) -> StageRecord {
        StageRecord(key: nil, value: [0xDE, 0xAD], partition: partition)
    }
}

/// A letter as it stands in its topic.
struct StageLetter: Sendable {
    var partition: Int32
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [RecordHeader]

    subscript(name: String) -> String? { headers.last { $0.name == name }?.text }

    /// The coordinates of the record that it stands for.
    var origin: String { "\(self["millrace-origin-partition"] ?? "?")/\(self["millrace-origin-offset"] ?? "?")" }
}
