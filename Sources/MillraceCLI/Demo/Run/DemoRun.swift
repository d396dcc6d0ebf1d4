import Millrace
import MillraceEngine
import MillraceKafka

/// One run of the demo: two workers of one group over a topic that is filled meanwhile.
struct DemoRun: Sendable {
    /// How long the records are spread over, so that one can watch.
    static let spread: Duration = .seconds(4)
    /// How long nothing may happen before it is given up.
    static let patience: Duration = .seconds(30)

    let cluster: DemoCluster
    /// Where the inventory of tasks is kept.
    let database: String
    /// How many records are made.
    let count: Int
    let progress: ProgressLine
    let log: Log

    /// Runs it to the end and compares what had to happen with what happened.
    func run() async throws -> DemoSummary {
        let workers = try ["worker 1", "worker 2"].map {
            try DemoWorker($0, cluster: cluster, database: database, log: log)
        }
        let expected: [DemoPlace: DemoRecord]
        do {
            try await wait(for: workers) { isShared(workers) }
            expected = try await produce(workers)
            try await wait(for: workers) { isSettled(workers, expected.count) }
        } catch {
            for worker in workers { worker.stop() }
            throw error
        }
        for worker in workers { worker.stop() }
        for worker in workers { try await worker.finish() }
        progress.finish(line(workers, produced: expected.count))
        return DemoSummary(
            expected: expected,
            seen: DemoSeen(topic: cluster.topic, workers: workers.map(\.observer.seen), letters: try readLetters()))
    }

    /// Sends the records at a steady pace; answers them by the places that they got.
    private func produce(_ workers: [DemoWorker]) async throws -> [DemoPlace: DemoRecord] {
        var events = DemoEvents()
        let records = (0..<count).map { _ in events.next() }
        let places = DemoPlaces()
        let producer = try RecordProducer(
            topic: cluster.topic, properties: cluster.properties, timeout: Self.patience,
            onAcknowledged: places.note)
        defer { producer.close() }
        let start = ContinuousClock.now
        for (index, record) in records.enumerated() {
            try producer.send(record.record, token: UInt64(index))
            // The embedded broker keeps 5 MiB a partition: what is read too late is gone.
            if index % 5_000 == 4_999 { try await wait(for: workers) { settled(workers).count >= index - 5_000 } }
            guard index % 20 == 19 else { continue }
            progress.show(line(workers, produced: producer.acknowledged))
            for worker in workers { try await worker.check() }
            try await Task.sleep(until: start + Self.spread / count * (index + 1), clock: .continuous)
        }
        producer.finish()
        if let failure = producer.failure {
            throw CommandError(failure.error, "the demo's records cannot be sent")
        }
        return Dictionary(
            places.all.map { (place: $0.key, record: records[$0.value]) }, uniquingKeysWith: { first, _ in first })
    }

    /// Waits until the condition holds, or until nothing has been settled for too long.
    private func wait(for workers: [DemoWorker], _ isDone: () -> Bool) async throws {
        var last = (settled: -1, at: ContinuousClock.now)
        while !isDone() {
            for worker in workers { try await worker.check() }
            let count = settled(workers).count
            progress.show(line(workers, produced: nil))
            if count > last.settled { last = (count, .now) }
            if ContinuousClock.now - last.at > Self.patience { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func isShared(_ workers: [DemoWorker]) -> Bool {
        let counts = workers.map(\.observer.assignedCount)
        return counts.allSatisfy { $0 > 0 } && counts.reduce(0, +) == DemoCluster.partitions
    }

    /// Whether the inventory has them as well: an event is settled when every route is done with it.
    private func isSettled(_ workers: [DemoWorker], _ count: Int) -> Bool {
        guard settled(workers).count >= count else { return false }
        let counts = workers.reduce(into: PartitionCounts()) { $0.add($1.observer.counts) }
        return counts.inFlight == 0 && counts.succeeded + counts.deadLettered + counts.skipped >= UInt64(count)
    }

    private func settled(_ workers: [DemoWorker]) -> Set<DemoPlace> {
        workers.reduce(into: Set()) { $0.formUnion($1.observer.settled) }
    }

    private func readLetters() throws -> [DemoLetter] {
        var letters: [DemoLetter] = []
        try TopicReader(properties: cluster.properties, timeout: Self.patience).read(cluster.deadLetterTopic) {
            if let letter = DemoLetter($0) { letters.append(letter) }
        }
        return letters
    }

    private func line(_ workers: [DemoWorker], produced: Int?) -> String {
        let counts = workers.reduce(into: PartitionCounts()) { $0.add($1.observer.counts) }
        let partitions = workers.map { "\($0.observer.assignedCount)" }.joined(separator: "+")
        let sent = produced.map { "\($0.grouped) of \(count.grouped) sent, " } ?? ""
        guard counts.received > 0 else { return "\(sent)waiting for the group: \(partitions) partitions" }
        let terms = [
            (counts.succeeded, "handled"), (counts.deadLettered, "dead-lettered"), (counts.skipped, "passed over"),
            (counts.inFlight, "in flight"),
        ]
        return sent + terms.map { "\(Int(clamping: $0).grouped) \($1)" }.joined(separator: ", ")
            + "; \(partitions) partitions"
    }
}
