import Millrace
import MillraceKafka

/// Reads what topics hold at the moment, see `TopicScan`; its errors end a command.
struct TopicReader {
    private let scan: TopicScan

    /// - Parameter timeout: how long a broker may be away, at the start and meanwhile.
    init(properties: KafkaProperties, timeout: Duration) {
        scan = TopicScan(properties: properties, timeout: timeout)
    }

    /// Calls with each record, partition by partition in the order of their offsets. Nothing where there is no topic.
    func read(_ topic: String, _ body: (RecordLine) -> Void) throws {
        guard let ranges = try ranges(of: topic) else { return }
        try read(ranges) { record in
            body(record)
            return true
        }
    }

    /// What the topic's partitions hold now; nil where there is no such topic.
    func ranges(of topic: String) throws(CommandError) -> [TopicScan.Range]? {
        do { return try scan.ranges(of: topic) } catch { throw CommandError(error, "topic '\(topic)' cannot be read") }
    }

    /// Whether the topic keeps only the last record of each key; nil where the broker does not say.
    func isCompacted(_ topic: String) -> Bool? { scan.isCompacted(topic) }

    /// Calls with each record of the ranges, in their order, until it answers false.
    /// - Returns: how many offsets were not read because a transaction is open.
    @discardableResult
    func read(_ ranges: [TopicScan.Range], _ body: (RecordLine) throws -> Bool) throws -> Int64 {
        do { return try scan.read(ranges, body) } catch let error as KafkaError {
            let topics = Set(ranges.map(\.name.topic)).sorted().joined(separator: ", ")
            throw CommandError(error, "topic \(topics) cannot be read to its end")
        }
    }
}
