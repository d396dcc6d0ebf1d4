import MillraceEngine
import MillraceKafka
import Synchronization

/// Whether everything is settled that was in the topics at the start, or that a replay takes, by whichever member of the
/// group.
final class EndWatch: Sendable {
    private struct State {
        var ends: [PartitionName: Int64]
        /// Committed offsets of the group, as last asked for.
        var committed: [PartitionName: Int64] = [:]
        var starts: [PartitionName: Int64] = [:]
    }

    private let state: Mutex<State>
    let isReplay: Bool

    /// Asks for the end of every partition, once.
    init(sources: [String], consumer: KafkaConsumer) throws(KafkaError) {
        var ends: [PartitionName: Int64] = [:]
        for topic in sources {
            let count = try consumer.partitionCount(topic, timeoutMilliseconds: 10_000) ?? 0
            for partition in 0..<Int32(count) {
                let name = PartitionName(topic: topic, partition: partition)
                let range = try consumer.watermarks(TopicPartition(name), timeoutMilliseconds: 10_000)
                // An empty log has nothing to settle.
                if range.high > range.low { ends[name] = range.high }
            }
        }
        state = Mutex(State(ends: ends))
        isReplay = false
    }

    /// Knows the ends: they are those of a replay.
    init(marks: [PartitionName: ReplayMark]) {
        state = Mutex(State(ends: marks.mapValues(\.end), starts: marks.mapValues(\.start)))
        isReplay = true
    }

    var partitions: [PartitionName] { state.withLock { Array($0.ends.keys) } }

    /// What the group has committed. A replay's ends are what stands beside the offsets, whoever put it there last.
    func take(_ offsets: [CommittedOffset]) {
        state.withLock { state in
            for entry in offsets {
                let name = PartitionName(entry.topicPartition)
                state.committed[name] = entry.offset
                guard isReplay, let mark = CommitMetadata.replay(in: entry.metadata) else { continue }
                state.ends[name] = mark.end
                state.starts[name] = mark.start
            }
        }
    }

    /// `positions`: the watermarks of what this worker owns.
    func isReached(by positions: [PartitionName: Int64]) -> Bool {
        let state = state.withLock { $0 }
        return state.ends.allSatisfy { name, end in
            if let position = positions[name] { return position >= end }
            return state.committed[name] ?? -1 >= end
        }
    }

    /// Offsets of a partition that are not committed yet.
    func remaining(_ name: PartitionName) -> Int64 {
        state.withLock { state in
            guard let end = state.ends[name] else { return 0 }
            return max(0, end - (state.committed[name] ?? state.starts[name] ?? end))
        }
    }

    /// How far a replay is. `positions`: the watermarks of what this worker owns.
    func progress(of positions: [PartitionName: Int64]) -> ReplayProgress {
        let state = state.withLock { $0 }
        var progress = ReplayProgress()
        for (name, end) in state.ends {
            let start = state.starts[name] ?? end
            let position = positions[name] ?? state.committed[name] ?? start
            let mark = ReplayMark(start: start, end: end, request: "")
            progress.total += mark.count
            progress.settled += mark.settled(at: position)
        }
        return progress
    }
}
