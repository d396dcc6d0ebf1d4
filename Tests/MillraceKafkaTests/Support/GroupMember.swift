import Synchronization

@testable import MillraceKafka

/// A record as it was received, copied.
struct ReceivedRecord: Equatable, Sendable {
    struct Header: Equatable, Sendable {
        var name: [UInt8]
        var value: [UInt8]?
    }

    var partition: Int32
    var offset: Int64
    var timestamp: Int64
    var timestampKind: MessageView.TimestampKind
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [Header]

    init(_ message: MessageView) {
        partition = message.partition
        offset = message.offset
        timestamp = message.timestamp
        timestampKind = message.timestampKind
        key = message.key.map { [UInt8]($0) }
        value = message.value.map { [UInt8]($0) }
        var headers: [Header] = []
        message.forEachHeader { headers.append(Header(name: [UInt8]($0), value: $1.map { [UInt8]($0) })) }
        self.headers = headers
    }
}

/// A member of a group that reads all its partitions on the thread of the test.
final class GroupMember: RebalanceDelegate, @unchecked Sendable {
    private(set) var consumer: KafkaConsumer
    let descriptor = Descriptor()
    private let batch = MessageBatch(capacity: 500)
    private(set) var readers: [TopicPartition: PartitionReader] = [:]
    private(set) var records: [TopicPartition: [ReceivedRecord]] = [:]
    private(set) var ends: [TopicPartition: Int64] = [:]
    private(set) var outOfRange: [TopicPartition: Int64] = [:]
    private(set) var partitionErrors: [KafkaError] = []
    private(set) var events: [ControlEvent] = []
    private(set) var found: [CommittedOffset] = []
    private(set) var revocations: [(partitions: [TopicPartition], lost: Bool)] = []
    private(set) var failures: [KafkaError] = []
    private(set) var assignments = 0
    /// Where a partition without a committed offset starts.
    var start: (TopicPartition) -> Int64 = { _ in KafkaOffset.beginning }
    /// What is committed inside a revocation, by default where each partition was read to.
    var commitsOnRevoke = true
    var metadata: (TopicPartition) -> String? = { _ in nil }
    var looksUp = true

    private final class Relay: RebalanceDelegate, @unchecked Sendable {
        weak var member: GroupMember?
        func assigned(_ partitions: [TopicPartition], consumer: KafkaConsumer) {
            member?.assigned(partitions, consumer: consumer)
        }
        func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: KafkaConsumer) {
            member?.revoked(partitions, lost: lost, consumer: consumer)
        }
    }

    init(_ properties: KafkaProperties, group: String, topics: [String]) throws {
        var properties = properties
        properties["group.id"] = group
        let relay = Relay()
        consumer = try KafkaConsumer(properties, delegate: relay)
        relay.member = self
        try consumer.subscribe(topics)
    }

    func assigned(_ partitions: [TopicPartition], consumer: KafkaConsumer) {
        assignments += 1
        guard looksUp else { return }
        do throws(KafkaError) {
            let committed = try consumer.committed(partitions, timeoutMilliseconds: 10_000)
            found += committed
            var starts: [(TopicPartition, Int64)] = []
            for one in committed {
                readers[one.topicPartition] = try consumer.reader(one.topicPartition, wake: descriptor.target)
                starts.append((one.topicPartition, one.offset ?? start(one.topicPartition)))
            }
            try consumer.assign(starts)
        } catch {
            failures.append(error)
        }
    }

    func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: KafkaConsumer) {
        revocations.append((partitions, lost))
        for partition in partitions { readers[partition]?.stop() }
        if commitsOnRevoke, !lost {
            do { try commit(partitions) } catch { failures.append(error) }
        }
        for partition in partitions { readers[partition] = nil }
    }

    /// Reads owned partitions from other offsets on.
    func restart(_ starts: [(TopicPartition, Int64)]) throws {
        for (partition, _) in starts {
            readers[partition] = try consumer.reader(partition, wake: descriptor.target)
        }
        try consumer.reassign(starts)
    }

    /// Commits behind the last record that was received, or behind the end if that is further; nothing where neither is.
    func commit(_ partitions: [TopicPartition]) throws(KafkaError) {
        var commits: [OffsetCommit] = []
        for partition in partitions {
            let next = max((records[partition]?.last?.offset ?? -1) + 1, ends[partition] ?? 0)
            guard next > 0 else { continue }
            commits.append(OffsetCommit(topicPartition: partition, offset: next, metadata: metadata(partition)))
        }
        try consumer.commit(commits)
    }

    /// One turn: the group, then every queue.
    func turn(milliseconds: Int32 = 20) {
        events += consumer.poll(milliseconds: milliseconds)
        readAll()
    }

    func readAll() {
        for (partition, reader) in readers {
            while case .read(let count) = reader.read(into: batch, max: batch.capacity), count > 0 {
                for index in 0..<count { receive(batch.message(at: index), partition) }
                batch.destroyAll()
            }
        }
    }

    private func receive(_ message: MessageView, _ partition: TopicPartition) {
        switch message.kind {
        case .record: records[partition, default: []].append(ReceivedRecord(message))
        case .endOfPartition(let offset): ends[partition] = offset
        case .offsetOutOfRange(let offset): outOfRange[partition] = offset
        case .error(let error): partitionErrors.append(error)
        }
    }

    /// Takes turns until the condition holds; answers whether it did in time.
    func run(seconds: Int = 30, until condition: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !condition() {
            guard ContinuousClock.now < deadline else { return false }
            turn()
        }
        return true
    }

    /// All records of a topic's partition so far.
    func records(_ topic: String, _ partition: Int32) -> [ReceivedRecord] {
        records[TopicPartition(topic: topic, partition: partition)] ?? []
    }

    var count: Int { records.values.reduce(0) { $0 + $1.count } }
}
