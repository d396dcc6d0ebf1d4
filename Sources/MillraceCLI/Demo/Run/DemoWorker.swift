import Millrace
import MillraceKafka
import QlikTasks
import Synchronization

/// One of the demo's workers with what is known of it.
final class DemoWorker: Sendable {
    let observer: DemoObserver
    private let worker: Worker
    private let task: Task<RunSummary, any Error>
    private let hasEnded: SharedFlag

    /// Makes a worker of the cluster's group and starts it.
    init(_ name: String, cluster: DemoCluster, database: String, log: Log) throws {
        let observer = DemoObserver(worker: name, topic: cluster.topic)
        let worker = try Worker(
            cluster.configuration(database: database),
            processors: ProcessorRegistry().adding(DemoProcessor.self) { _, _ in DemoProcessor(observer) }
                .adding(TaskInventoryProcessor.self),
            observers: [observer, LogObserver(log)], log: log)
        let hasEnded = SharedFlag()
        task = Task {
            defer { hasEnded.set() }
            return try await worker.run()
        }
        self.observer = observer
        self.worker = worker
        self.hasEnded = hasEnded
    }

    /// Tells it to finish what it has and to leave.
    func stop() { worker.stop() }

    /// Waits until it has left, and throws why it ended where it did so by itself.
    func finish() async throws { _ = try await task.value }

    /// Throws where it ended by itself, which it should not.
    func check() async throws {
        if hasEnded.isSet { try await finish() }
    }
}

/// Something that happens once, seen from anywhere.
final class SharedFlag: Sendable {
    private let state = Atomic(false)

    var isSet: Bool { state.load(ordering: .acquiring) }

    func set() { state.store(true, ordering: .releasing) }
}
