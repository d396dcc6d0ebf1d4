import MillraceEngine

extension Member {
    private struct Start {
        var partition: Int
        var name: PartitionName
        var offset: Int64
        var committed: Int64?
        var metadata: CommitMetadata
    }

    /// Takes partitions in. What is to be committed before their lanes hear of them; nil: they have heard.
    func assign(_ partitions: [Int]) -> Announcement? {
        let starts = partitions.map(start)
        let searches = searches(of: starts)
        var mail: [(lane: Int, SimulatedLane.Mail)] = []
        for start in starts {
            let (lane, epoch) = placement.place(start.name, taken: owned.values.map(\.lane))
            world.assignmentCount += 1
            let id = world.assignmentCount
            let reader = SourceReader(partition: start.partition, start: start.offset)
            owned[start.name] = Owned(lane: lane, id: id, reader: reader)
            let fact = PartitionStart(name: start.name, offset: start.offset, epoch: epoch)
            board.begin(fact, found: start.metadata)
            schedule.assigned(
                start.name, epoch: epoch, start: start.offset, committed: start.committed, found: start.metadata,
                countsStarts: world.settings.maximumCrashes > 0)
            world.note(
                "\(self) takes partition \(start.partition) from \(start.offset) on lane \(lane), epoch \(epoch)")
            world.oracle.assigned(
                id, member: self.id, lane: lane, partition: start.partition, start: start.offset,
                end: world.logs[start.partition].end)
            if searches[start.name] != nil {
                world.note("\(self) looks for a culprit in partition \(start.partition)")
                world.oracle.searchBegan(id)
            }
            mail.append((lane, .assign(id: id, fact, start.metadata, searches[start.name], reader)))
        }
        let announcement = announce(starts, searches, mail)
        if announcement == nil { post(mail) }
        return announcement
    }

    func post(_ mail: [(lane: Int, SimulatedLane.Mail)]) {
        for (lane, message) in mail { lanes[lane].mail.append(message) }
    }

    /// Where a partition starts, with what stands there and is to be believed.
    private func start(_ partition: Int) -> Start {
        let committed = world.group.committed[partition]
        var metadata = CommitMetadata()
        switch CommitMetadata.read(committed?.metadata, world.settings.routeNames) {
        case .none: break
        case .own(let own): metadata = own
        case .foreign: world.oracle.require(false, "the metadata '\(committed?.metadata ?? "")' is foreign")
        }
        let offset = committed?.offset ?? 0
        if let map = metadata.done, map.base != offset || map.end > world.logs[partition].end { metadata.done = nil }
        if CrashSearch.isFutile(metadata) {
            metadata.starts = 0
            metadata.probe = nil
        }
        return Start(
            partition: partition, name: Self.name(partition), offset: offset, committed: committed?.offset,
            metadata: metadata)
    }

    private func searches(of starts: [Start]) -> [PartitionName: CrashSearch] {
        func search(_ start: Start, isOneOfSeveral: Bool) -> CrashSearch? {
            CrashSearch(
                found: start.metadata, start: start.offset, end: world.logs[start.partition].end,
                limit: world.settings.maximumCrashes, span: world.settings.limits.recordsPerPartition,
                isOneOfSeveral: isOneOfSeveral)
        }
        let suspects = starts.filter { $0.metadata.starts > 0 || $0.metadata.probe != nil }
        let isOneOfSeveral =
            !probes.searched.isEmpty || suspects.contains { search($0, isOneOfSeveral: false) != nil }
        var searches: [PartitionName: CrashSearch] = [:]
        for start in suspects { searches[start.name] = search(start, isOneOfSeveral: isOneOfSeveral) }
        return searches
    }

    private func announce(
        _ starts: [Start], _ searches: [PartitionName: CrashSearch], _ mail: [(lane: Int, SimulatedLane.Mail)]
    ) -> Announcement? {
        if world.settings.maximumCrashes == 0 { return nil }
        for name in searches.keys { probes.began(name) }
        if starts.contains(where: { $0.metadata.starts > 0 }) { schedule.hurry(until: world.now &+ 10_000_000_000) }
        let due = schedule.due(starts.map(\.name))
        return due.isEmpty ? nil : Announcement(request: send(due), entries: due, mail: mail)
    }

    /// Goes on with an assignment whose beginning is committed, or was refused; false: there is no answer yet.
    func announced(_ announcement: Announcement) -> Bool {
        guard let succeeded = takeAnswer(announcement.request) else { return false }
        confirm(announcement.entries, succeeded)
        post(announcement.mail)
        return true
    }

    /// A commit that control waited for was answered.
    func confirm(_ entries: [CommitSchedule.Entry], _ succeeded: Bool) {
        if succeeded { schedule.confirm(entries) } else { schedule.failed(entries) }
    }

    /// The answer to a commit that control waits for.
    func takeAnswer(_ request: Int) -> Bool? {
        guard let index = answers.firstIndex(where: { $0.request == request }) else { return nil }
        return answers.remove(at: index).succeeded
    }
}

// MARK: - One record at a time

extension Member {
    func serveProbes() {
        let messages = crashMessages
        crashMessages = []
        for message in messages where board.entries([message.name]).first?.report.epoch == message.epoch {
            probes.asked(message)
        }
        if schedule.isBusy { return }
        let next = probes.next { name in
            board.entries([name]).first.map { ($0.report.epoch, $0.report.watermark) }
        }
        guard let next, owned[next.name] != nil else { return }
        take(board.takeChanged())
        switch next.kind {
        case .probe(let probe), .withhold(let probe, _): schedule.probe(next.name, epoch: next.epoch, probe)
        case .ended: break
        }
        let due = schedule.due(owned.keys.inOrder)
        if due.isEmpty { took(next) } else { probing = (send(due), due, next) }
    }

    /// Whether the commit that control waits for is answered.
    func endProbing() -> Bool {
        guard let (request, entries, turn) = probing else { return true }
        guard let succeeded = takeAnswer(request) else { return false }
        probing = nil
        confirm(entries, succeeded)
        if succeeded { took(turn) }
        return true
    }

    private func took(_ turn: ProbeTurns.Request) {
        probes.took(turn)
        if case .withhold = turn.kind { return }
        if let lane = owned[turn.name]?.lane {
            lanes[lane].mail.append(.probe(turn.name, epoch: turn.epoch))
        }
    }
}
