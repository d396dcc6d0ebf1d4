import Millrace
import MillraceEngine
import Synchronization

/// Keeps what one of the demo's workers says of itself, and what its processor handled.
final class DemoObserver: EngineObserver {
    private struct State {
        var seen: DemoWorkerSeen
        var reports: [ReportName: PartitionReport] = [:]
        var assigned: Set<PartitionName> = []
        var deadLettered: Set<DemoPlace> = []
    }

    private struct ReportName: Hashable {
        var partition: PartitionName
        var epoch: UInt32
    }

    private let topic: String
    private let state: Mutex<State>

    init(worker: String, topic: String) {
        self.topic = topic
        state = Mutex(State(seen: DemoWorkerSeen(name: worker)))
    }

    /// Everything so far.
    var seen: DemoWorkerSeen {
        state.withLock { state in
            var seen = state.seen
            seen.reports = Array(state.reports.values)
            return seen
        }
    }

    /// The partitions that the worker has now.
    var assignedCount: Int { state.withLock { $0.assigned.count } }

    /// Where the records stand that it has settled.
    var settled: Set<DemoPlace> {
        state.withLock { state in
            state.deadLettered.union(state.seen.processed.keys).union(state.seen.skipped.keys)
        }
    }

    /// The terms of the identity over everything that the worker had.
    var counts: PartitionCounts {
        state.withLock { state in
            state.reports.values.reduce(into: PartitionCounts()) { $0.add($1.counts) }
        }
    }

    /// An event was handled to the end, as this type.
    func processed(partition: Int32, offset: Int64, type: String) {
        let place = DemoPlace(partition: partition, offset: offset)
        state.withLock { $0.seen.processed[place, default: (type, 0)].times += 1 }
    }

    func observe(_ fact: EngineFact) {
        state.withLock { state in
            switch fact {
            case .assigned(let starts): state.assigned.formUnion(starts.map(\.name))
            case .revoked(let names), .lost(let names): state.assigned.subtract(names)
            case .partition(let report) where report.name.topic == topic:
                state.reports[ReportName(partition: report.name, epoch: report.epoch)] = report
            case .deadLettered(let record, _, _, _):
                state.deadLettered.insert(DemoPlace(partition: record.partition, offset: record.offset))
            case .skipped(let record, let reason, _):
                state.seen.skipped[DemoPlace(partition: record.partition, offset: record.offset)] = reason
            case .tolerated(_, let code, let count): state.seen.tolerated[code, default: 0] += count
            case .retrying: state.seen.retries += 1
            default: break
            }
        }
    }
}
