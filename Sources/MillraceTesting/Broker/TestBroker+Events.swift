public import CloudEvents
public import Millrace
import MillraceKafka

extension TestBroker {
    /// Starts an embedded broker.
    ///
    /// - Throws: librdkafka's words where no port is free.
    public convenience init() throws { try self.init(embedded: 1) }

    /// What a configuration's `kafka` section needs to reach it, with short sessions and waits.
    public var kafka: [String: String] { Dictionary(properties.pairs.map { ($0.name, $0.value) }) { $1 } }

    /// Makes a topic, and the dead-letter topic that a worker uses for it unless its configuration says otherwise.
    ///
    /// - Throws: where it is there already.
    public func createTopic(_ name: String, partitions: Int = 1) throws {
        try makeTopic(named: name, partitions: partitions)
        try makeTopic(named: DeadLetterConfiguration().topic(for: name), partitions: partitions)
    }

    /// Sends events, in order and acknowledged, to one partition.
    ///
    /// - Throws: ``WaitedInVain`` where the broker does not acknowledge them, or the client's error.
    public func send(
        _ events: [CloudEvent], to topic: String, key: String? = nil, partition: Int32 = 0,
        mode: ContentMode = .structured
    ) throws {
        try send(
            events.map { event in
                let message = event.kafkaMessage(mode)
                return RecordLine(
                    partition: partition, key: key.map { Array($0.utf8) },
                    headers: message.headers.map { .init(name: Array($0.name.utf8), value: $0.value) },
                    value: message.value)
            }, to: topic)
    }

    /// Sends one record of whatever bytes: what is no event, too.
    ///
    /// - Throws: ``WaitedInVain`` where the broker does not acknowledge it, or the client's error.
    public func send(
        value: [UInt8]?, key: [UInt8]? = nil, headers: [RecordHeader] = [], to topic: String, partition: Int32 = 0
    ) throws {
        let headers = headers.map { RecordLine.Header(name: Array($0.name.utf8), value: $0.value) }
        try send([RecordLine(partition: partition, key: key, headers: headers, value: value)], to: topic)
    }

    /// What a topic holds now, by partition and offset. Joins no group and commits nothing.
    ///
    /// - Throws: the client's error; ``WaitedInVain`` where there is no such topic.
    public func records(of topic: String) throws -> [TestRecord] {
        let scan = TopicScan(properties: properties, timeout: .seconds(30))
        guard let ranges = try scan.ranges(of: topic) else {
            throw WaitedInVain(description: "there is no topic '\(topic)'")
        }
        var records: [TestRecord] = []
        try scan.read(ranges) { record in
            records.append(TestRecord(record))
            return true
        }
        return records
    }

    /// The dead letters of a topic, where its worker's configuration names no other dead-letter topic; in the order of
    /// the records that they are letters of, which is not that in which they were written.
    ///
    /// - Throws: as ``records(of:)``.
    public func letters(of topic: String) throws -> [TestRecord] {
        func origin(_ letter: TestRecord) -> (Int64, Int64) {
            func number(_ header: LetterHeader) -> Int64 { letter[header: header.rawValue].flatMap { Int64($0) } ?? -1 }
            return (number(.originPartition), number(.originOffset))
        }
        return try records(of: DeadLetterConfiguration().topic(for: topic)).sorted { origin($0) < origin($1) }
    }

    /// Ends it; its records are gone. Connected clients see a broker that went away.
    public func stop() { embedded?.stop() }
}
