/// Which record is tried next, of all partitions in which a worker looks for a culprit: one at a time. Two would both be
/// suspected after a crash.
package struct ProbeTurns: Sendable {
    /// What a lane that looks for a culprit asks for.
    package struct Request: Sendable, Hashable {
        package enum Kind: Sendable, Hashable {
            /// Commit this, and say so.
            case probe(CrashProbe)
            /// Commit this.
            case withhold(CrashProbe, seconds: Int64)
            /// Nothing is left to try. Commit what was tried last as done, and say so: whatever comes next may end the process
            /// in its turn.
            case ended
        }

        package var name: PartitionName
        package var epoch: UInt32
        package var kind: Kind

        package init(name: PartitionName, epoch: UInt32, kind: Kind) {
            self.name = name
            self.epoch = epoch
            self.kind = kind
        }
    }

    /// Partitions whose records are tried one at a time.
    package private(set) var searched: Set<PartitionName> = []
    private var waiting: [Request] = []
    /// The record that is being tried.
    private var current: (name: PartitionName, epoch: UInt32, offset: Int64)?

    package init() {}

    /// A search begins.
    package mutating func began(_ name: PartitionName) { searched.insert(name) }

    /// An assignment is over, and its search with it.
    package mutating func forget(_ name: PartitionName) { searched.remove(name) }

    /// A lane asks, for an assignment that lasts.
    package mutating func asked(_ request: Request) { waiting.append(request) }

    /// What is to be committed next, if nothing is being tried; ``took(_:)`` follows once that is acknowledged. `state`: the
    /// epoch of a partition's assignment and its watermark; nil where it has none.
    package mutating func next(_ state: (PartitionName) -> (epoch: UInt32, watermark: Int64)?) -> Request? {
        if let current {
            if let now = state(current.name), now.epoch == current.epoch, now.watermark <= current.offset { return nil }
            self.current = nil
        }
        waiting.removeAll { state($0.name)?.epoch != $0.epoch }
        return waiting.first
    }

    /// The answer of ``next(_:)`` is committed.
    package mutating func took(_ request: Request) {
        waiting.removeAll { $0 == request }
        switch request.kind {
        case .probe(let probe): current = (request.name, request.epoch, probe.offset)
        case .withhold: break
        case .ended: searched.remove(request.name)
        }
    }
}
