import Millrace
import MillraceEngine
import MillraceTesting

/// Two partitions with one worker, of which a second worker takes one over; the last record of each partition is still
/// being handled then. Each worker has a folder of its own, so that their events can be let go one by one.
final class Handover: Sendable {
    enum Side: CaseIterable { case old, new }

    let scene: Scene
    private let count: Int64
    private let folders: [TemporaryFolder]

    /// Sends `count` events that succeed and one that does what `last` says, to each partition.
    init(
        _ purpose: String, on broker: TestBroker, doneBefore count: Int64,
        _ last: (inout Directive, Int32) -> Void
    ) throws {
        scene = try Scene(purpose, on: broker, partitions: 2)
        self.count = count
        folders = [try TemporaryFolder("\(purpose)-old"), try TemporaryFolder("\(purpose)-new")]
        for partition: Int32 in 0...1 {
            try scene.send(
                try (0...count).map { offset in
                    try Scene.event("\(partition)-\(offset)", key: "\(offset)", partition: partition) {
                        if offset == count { last(&$0, partition) }
                    }
                })
        }
    }

    private func folder(_ side: Side) -> TemporaryFolder { folders[side == .old ? 0 : 1] }

    func worker(_ side: Side, _ change: (inout Configuration) -> Void = { _ in }) throws -> RunningWorker {
        try scene.worker {
            $0.routes = [scene.route(folder: folder(side))]
            change(&$0)
        }
    }

    /// The same as a process of its own.
    func process(
        _ side: Side, properties: [String: String] = [:], arguments: [String] = []
    ) throws -> ChildProcess {
        try scene.process(folder: folder(side), properties: properties, arguments: arguments)
    }

    func journal(_ side: Side) -> Journal { Journal(path: folder(side).path("journal")) }

    func open(_ file: String, _ side: Side) throws { try folder(side).write([], to: file) }

    func close(_ file: String, _ side: Side) throws { try folder(side).remove(file) }

    /// Waits until everything but the last records is committed, and those are being handled.
    func waitForLast(_ side: Side) async throws {
        for partition: Int32 in 0...1 {
            try await eventually("the last record of \(partition) is in flight") {
                journal(side).starts(count, partition: partition) == 1
            }
            try await scene.waitForCommit(count, partition: partition)
        }
    }

    /// Waits until the second worker has one of the partitions, and answers which.
    func waitForMove(to worker: RunningWorker) async throws -> Int32 {
        try await eventually("a partition has moved") {
            worker.assigned.count == 1 ? worker.assigned.first?.partition : nil
        }
    }
}
