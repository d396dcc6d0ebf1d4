import MillraceEngine
import MillraceKafka
import Synchronization

/// Asks the broker for the ends of the logs and for what is committed: librdkafka's own figures go stale for what is not
/// read. On a slow thread of its own, since the broker may not answer.
final class LagWatch: Sendable {
    private let consumer: KafkaConsumer
    private let observer: (any EngineObserver)?
    private let ends: EndWatch?
    private let wake: WakeDescriptor
    private let owned = Mutex<[PartitionName]>([])
    private let isStopping = Atomic<Bool>(false)
    private let thread = Mutex<WorkerThread?>(nil)

    init(consumer: KafkaConsumer, observer: (any EngineObserver)?, ends: EndWatch?) throws(WorkerError) {
        self.consumer = consumer
        self.observer = observer
        self.ends = ends
        wake = try WakeDescriptor()
        if observer == nil, ends == nil { return }
        let started = try WorkerThread(name: "mr-lag") { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// What this worker owns from now on.
    func own(_ names: [PartitionName]) {
        owned.withLock { $0 = names }
    }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        wake.wake()
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        running?.join()
    }

    private func run() {
        while !isStopping.load(ordering: .acquiring) {
            if let ends, !ends.partitions.isEmpty,
                let offsets = try? consumer.committed(
                    ends.partitions.map(TopicPartition.init), timeoutMilliseconds: 2_000)
            {
                ends.take(offsets)
            }
            if let observer { reportLag(to: observer) }
            wake.wait(nanoseconds: ends == nil ? 2_000_000_000 : 500_000_000)
        }
    }

    private func reportLag(to observer: any EngineObserver) {
        let names = owned.withLock { $0 }
        guard !names.isEmpty,
            let committed = try? consumer.committed(names.map(TopicPartition.init), timeoutMilliseconds: 2_000)
        else { return }
        for entry in committed {
            if isStopping.load(ordering: .acquiring) { return }
            if let ends, ends.isReplay {
                ends.take([entry])
                report(ends.remaining(PartitionName(entry.topicPartition)), entry.topicPartition, to: observer)
                continue
            }
            guard let range = try? consumer.watermarks(entry.topicPartition, timeoutMilliseconds: 2_000) else { return }
            let from = max(entry.offset ?? range.low, range.low)
            report(range.high - from, entry.topicPartition, to: observer)
        }
    }

    /// Told only of what is still owned: a series of a partition that is gone must not come back.
    private func report(_ records: Int64, _ partition: TopicPartition, to observer: any EngineObserver) {
        let name = PartitionName(partition)
        owned.withLock { owned in
            guard owned.contains(name) else { return }
            observer.observe(.lag(name, records: max(0, records)))
        }
    }
}
