import MillraceEngine

/// A worker process: what `WorkerControl` does, one step at a time, over simulated lanes. It knows nothing that it did not
/// read from the broker, so that a crash forgets everything.
final class Member: CustomStringConvertible {
    struct Owned {
        var lane: Int
        var id: Int
        var reader: SourceReader
    }

    /// What the client calls inside a poll: one at a time, and nothing else is served meanwhile.
    enum Callback {
        case assign([Int], Announcement?)
        case revoke([PartitionName], isLost: Bool, Phase)
        /// The worker stops. As a revocation, but that the group is served while it drains.
        case stop(Phase)
    }

    /// An assignment's beginning is being committed; then its lanes hear of it.
    struct Announcement {
        var request: Int
        var entries: [CommitSchedule.Entry]
        var mail: [(lane: Int, SimulatedLane.Mail)]
    }

    enum Phase {
        case begin
        case draining(until: UInt64)
        case abandoning(until: UInt64)
        case committing(request: Int, [CommitSchedule.Entry], ended: [PartitionName])
    }

    let id: Int
    unowned let world: Simulation
    private(set) var lanes: [SimulatedLane] = []
    var board = ReportBoard()
    var schedule: CommitSchedule
    var placement: LanePlacement
    var owned: [PartitionName: Owned] = [:]
    var callbacks: [Callback] = []
    /// That of the last assignment it heard of.
    var generation = 0
    /// Answers to commits, in the order in which they came.
    var answers: [(request: Int, succeeded: Bool)] = []
    /// Where a culprit is looked for: what lanes ask for, whose turn it is, and the commit that control waits for.
    var crashMessages: [ProbeTurns.Request] = []
    var probes = ProbeTurns()
    var probing: (request: Int, entries: [CommitSchedule.Entry], turn: ProbeTurns.Request)?
    /// A record takes the process down.
    var isDying = false
    /// The commit that a poll will hear of.
    var asynchronous: Int?

    init(id: Int, world: Simulation) {
        self.id = id
        self.world = world
        schedule = CommitSchedule(interval: world.settings.commitInterval)
        placement = LanePlacement(laneCount: world.settings.lanes)
        for number in 0..<world.settings.lanes {
            lanes.append(SimulatedLane(number: number, member: self, world: world))
        }
    }

    var description: String { "worker \(id)" }
    var isIdle: Bool { callbacks.isEmpty && lanes.allSatisfy(\.isIdle) }
    /// Nothing of it is on its way.
    var isQuiet: Bool { isIdle && probing == nil && crashMessages.isEmpty && lanes.allSatisfy { !$0.isStopped } }
    var isStopping: Bool { callbacks.contains { if case .stop = $0 { true } else { false } } }

    static func name(_ partition: Int) -> PartitionName { PartitionName(topic: "t", partition: Int32(partition)) }

    // MARK: The loop

    /// One turn of the control thread.
    func control() {
        if probing != nil, !endProbing() { return }
        if callbacks.isEmpty { hearGroup() }
        if callbacks.isEmpty {
            serveAnswers()
            take(board.takeChanged())
            if !probes.searched.isEmpty { serveProbes() }
            if probing == nil { commitDue() }
        } else {
            goOn()
        }
    }

    func take(_ entries: [ReportBoard.Entry]) {
        for entry in entries {
            schedule.published(
                entry.report.name, epoch: entry.report.epoch, watermark: entry.report.watermark,
                metadata: entry.metadata)
            world.oracle.taken(member: id, partition: Int(entry.report.name.partition))
        }
    }

    func serveAnswers() {
        while let answer = answers.first, answer.request == asynchronous {
            answers.removeFirst()
            asynchronous = nil
            _ = schedule.finished(succeeded: answer.succeeded)
        }
    }

    private func commitDue() {
        let due = schedule.takeDue(now: world.now)
        if due.isEmpty { return }
        asynchronous = send(due)
    }

    /// Sends a commit; answers its number.
    func send(_ entries: [CommitSchedule.Entry]) -> Int {
        world.commitCount += 1
        // In an order that is the seed's: the schedule's own is chance.
        let offsets = entries.sorted { $0.name.partition < $1.name.partition }.map { entry in
            let partition = Int(entry.name.partition)
            let text = entry.metadata.text(world.settings.routeNames)
            world.note("\(self) commits \(entry.offset) for partition \(partition), \(text)")
            world.oracle.require(text.utf8.count <= 4_000, "\(text.utf8.count) bytes of metadata")
            world.oracle.commits(member: id, partition: partition, offset: entry.offset, text)
            return (partition, Group.Offset(offset: entry.offset, metadata: text))
        }
        world.commits.append(
            CommitRequest(id: world.commitCount, member: id, generation: generation, offsets: offsets))
        return world.commitCount
    }

    // MARK: The group

    private func hearGroup() {
        guard let entry = world.group.members[id] else {
            // Its session had ended: it gives up what it had, and enters again.
            if owned.isEmpty {
                world.group.enter(id)
            } else {
                callbacks.append(.revoke(owned.keys.inOrder, isLost: true, .begin))
            }
            return
        }
        if entry.pending != nil, let list = world.group.takePending(id) {
            generation = world.group.members[id]?.generation ?? 0
            hear(list.map(Self.name))
        } else if world.group.isPreparing, !entry.hasJoined {
            // An assignment may come without a revocation before it.
            if world.group.isCooperative || owned.isEmpty || world.isFaulty(.staleAssignment, percent: 20) {
                world.group.join(id)
            } else {
                callbacks.append(.revoke(owned.keys.inOrder, isLost: false, .begin))
            }
        }
    }

    private func hear(_ list: [PartitionName]) {
        world.note("\(self) is given \(list.map(\.partition)) in generation \(generation)")
        var added = list
        if world.group.isCooperative {
            let removed = owned.keys.filter { !list.contains($0) }.inOrder
            if !removed.isEmpty { callbacks.append(.revoke(removed, isLost: false, .begin)) }
            added = list.filter { owned[$0] == nil }
        } else if !owned.isEmpty {
            callbacks.append(.revoke(owned.keys.inOrder, isLost: true, .begin))
        }
        callbacks.append(.assign(added.map { Int($0.partition) }, nil))
    }
}

extension Sequence<PartitionName> {
    var inOrder: [PartitionName] { sorted { $0.partition < $1.partition } }
}
