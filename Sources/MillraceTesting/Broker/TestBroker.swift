import Foundation
package import Millrace
package import MillraceKafka

/// A broker that a test works with: an embedded one on free ports of the loopback interface, which ends with this object.
///
/// It takes and gives records, has groups, commits and dead letters, and needs no Kafka. It has no transactions, no look-up
/// by time, no compaction and no retention but about 5 MiB a partition; a topic that nobody made has 4 partitions.
public final class TestBroker: Sendable {
    /// Its address, for `bootstrap.servers`.
    public let bootstrapServers: String
    /// The embedded broker, for its faults; nil for a real one.
    package let embedded: EmbeddedBroker?
    /// The properties with which a client reaches it.
    package let properties: KafkaProperties

    /// Starts an embedded broker.
    package init(embedded brokers: Int) throws {
        let broker = try EmbeddedBroker(brokers: brokers)
        embedded = broker
        bootstrapServers = broker.bootstrapServers
        properties = broker.properties
    }

    /// A real broker at an address.
    package init(at address: String) {
        embedded = nil
        bootstrapServers = address
        properties = ["bootstrap.servers": address]
    }

    deinit { embedded?.stop() }

    /// The real broker; nil where `KAFKA_BOOTSTRAP_SERVERS` names none.
    package static let real: TestBroker? = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"]
        .flatMap { $0.isEmpty ? nil : TestBroker(at: $0) }

    /// Why a test on a real broker was skipped.
    package static let noRealBroker =
        "needs a real broker: name one in KAFKA_BOOTSTRAP_SERVERS, or a Kafka in KAFKA_HOME and run Scripts/test"

    /// The real broker.
    /// - Throws: `WaitedInVain` where there is none; the suites are skipped then.
    package static func required() throws -> TestBroker {
        guard let real else { throw WaitedInVain(description: noRealBroker) }
        return real
    }

    /// Makes a topic with a name of its own that begins with `purpose`; nothing in it expires unless the configuration
    /// says so. The embedded broker knows no configuration.
    package func makeTopic(
        _ purpose: String, partitions: Int = 1, configuration: [String: String] = [:]
    ) throws -> String {
        let name = "\(purpose)-\(UUID().uuidString.prefix(8).lowercased())"
        try makeTopic(named: name, partitions: partitions, configuration: configuration)
        return name
    }

    /// Makes a topic with a given name.
    package func makeTopic(
        named name: String, partitions: Int = 1, configuration: [String: String] = [:]
    ) throws {
        if let embedded {
            try embedded.createTopic(name, partitions: partitions)
            return
        }
        let admin = try KafkaAdmin(properties)
        defer { admin.destroy() }
        let all = ["retention.ms": "-1"].merging(configuration) { $1 }
        try admin.createTopics([NewTopic(name, partitions: partitions, replication: 1, configuration: all)])
        _ = try admin.readyTopic(name, timeoutMilliseconds: 30_000)
    }

    /// Changes a real topic's configuration.
    package func configure(_ topic: String, _ changes: [String: String]) throws {
        let admin = try KafkaAdmin(properties)
        defer { admin.destroy() }
        try admin.alterTopicConfiguration(topic, changes)
    }

    /// What a group has committed for a partition; nil for nothing.
    package func committed(group: String, _ topic: String, _ partition: Int32 = 0) throws -> Int64? {
        try commit(group: group, topic, partition)?.offset
    }

    /// What stands beside the offset that a group has committed for a partition; nil for nothing.
    package func committedMetadata(group: String, _ topic: String, _ partition: Int32 = 0) throws -> String? {
        try commit(group: group, topic, partition)?.metadata
    }

    private func commit(group: String, _ topic: String, _ partition: Int32) throws -> CommittedOffset? {
        let admin = try KafkaAdmin(properties)
        defer { admin.destroy() }
        let name = TopicPartition(topic: topic, partition: partition)
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            do throws(KafkaError) {
                return try admin.committed(group: group, [name], timeoutMilliseconds: 30_000).first
            } catch {
                // The group's coordinator moves when its broker ends.
                guard error.isRetriable, ContinuousClock.now < deadline else { throw error }
            }
        }
    }

    /// The first offset of a partition and the one behind its last, whatever transaction that belongs to.
    package func range(of topic: String, _ partition: Int32 = 0) throws -> Range<Int64> {
        let admin = try KafkaAdmin(properties.overridden(by: ["isolation.level": "read_uncommitted"]))
        defer { admin.destroy() }
        let name = TopicPartition(topic: topic, partition: partition)
        let ends = try admin.watermarks(name, timeoutMilliseconds: 30_000)
        return ends.low..<ends.high
    }

    /// Sends records, in order and acknowledged. A record's own partition decides; without one, 0.
    /// - Returns: the records with the place they got.
    @discardableResult
    package func send(
        _ records: [RecordLine], to topic: String, properties extra: KafkaProperties = [:]
    ) throws -> [RecordLine] {
        let producer = try KafkaProducer(properties.overridden(by: extra))
        defer { producer.destroy() }
        var sent = records
        var failure: KafkaError?
        for (index, record) in records.enumerated() {
            let headers = HeaderList()
            for header in record.headers {
                header.name.withUnsafeBytes { name in
                    if let value = header.value {
                        value.withUnsafeBytes { headers.append(name, $0) }
                    } else {
                        headers.append(name, nil)
                    }
                }
            }
            sent[index].topic = topic
            sent[index].partition = record.partition ?? 0
            try withOptionalBytes(record.key) { key throws(KafkaError) in
                try withOptionalBytes(record.value) { value throws(KafkaError) in
                    try producer.send(
                        topic: topic, partition: record.partition ?? 0, key: key, value: value, headers: headers,
                        timestamp: record.timestamp, token: UInt64(index))
                }
            }
        }
        let done = producer.flush(milliseconds: 60_000) { report in
            failure = failure ?? report.error
            sent[Int(report.token)].offset = report.offset
        }
        if let failure { throw failure }
        guard done else { throw WaitedInVain(description: "the broker did not acknowledge what was sent to \(topic)") }
        return sent
    }
}

private func withOptionalBytes(
    _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(KafkaError) -> Void
) throws(KafkaError) {
    guard let bytes else { return try body(nil) }
    var failure: KafkaError?
    bytes.withUnsafeBytes { bytes in
        do throws(KafkaError) { try body(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
}
