import MillraceEngine
import MillraceKafka

extension WorkerControl {
    /// The starts without the maps that must not be believed: those of another offset, and those that know of more than the
    /// log has, since the topic was made anew.
    func checkingMaps(_ starts: [Start], _ consumer: KafkaConsumer) -> [Start] {
        let withMaps = starts.filter { $0.metadata.done?.base == $0.offset }
        var ends: [TopicPartition: Int64] = [:]
        if !withMaps.isEmpty {
            do throws(KafkaError) {
                ends = try consumer.endOffsets(withMaps.map { TopicPartition($0.name) }, timeoutMilliseconds: 5_000)
            } catch {
                note(error)
            }
        }
        return starts.map { start in
            guard let map = start.metadata.done else { return start }
            let cause: String
            if map.base != start.offset {
                cause = "it belongs to offset \(map.base), and \(start.offset) is committed"
            } else if let end = ends[TopicPartition(start.name)] {
                if map.end <= end { return start }
                cause = "it ends at \(map.end), and the log at \(end): the topic was made anew"
            } else {
                cause = "the end of the log could not be looked up"
            }
            observer?.observe(.offsetMapIgnored(start.name, cause: cause))
            var start = start
            start.metadata.done = nil
            return start
        }
    }
}
