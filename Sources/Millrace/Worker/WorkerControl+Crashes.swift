import MillraceEngine
import MillraceKafka
import Synchronization

extension WorkerControl {
    /// Which of the partitions that come are to be searched for a record that takes the process down.
    func searches(of starts: [Start], _ consumer: KafkaConsumer) -> [PartitionName: CrashSearch] {
        let suspects = starts.filter { $0.metadata.starts > 0 || $0.metadata.probe != nil }
        if configuration.maximumCrashes == 0 || suspects.isEmpty { return [:] }
        // Nothing that is behind the end of the log now can have been in flight then.
        func search(_ start: Start, end: Int64, isOneOfSeveral: Bool) -> CrashSearch? {
            CrashSearch(
                found: start.metadata, start: start.offset, end: end, limit: configuration.maximumCrashes,
                span: LaneEngine.Limits().recordsPerPartition, isOneOfSeveral: isOneOfSeveral)
        }
        let isAny = !probes.searched.isEmpty
        if !isAny, suspects.allSatisfy({ search($0, end: .max, isOneOfSeveral: false) == nil }) { return [:] }
        var ends: [TopicPartition: Int64] = [:]
        do throws(KafkaError) {
            ends = try consumer.endOffsets(suspects.map { TopicPartition($0.name) }, timeoutMilliseconds: 5_000)
        } catch {
            // Then more is tried one at a time than need be.
            note(error)
        }
        func search(_ start: Start, isOneOfSeveral: Bool) -> CrashSearch? {
            search(start, end: ends[TopicPartition(start.name)] ?? .max, isOneOfSeveral: isOneOfSeveral)
        }
        let isOneOfSeveral = isAny || suspects.contains { search($0, isOneOfSeveral: false) != nil }
        var searches: [PartitionName: CrashSearch] = [:]
        for start in suspects { searches[start.name] = search(start, isOneOfSeveral: isOneOfSeveral) }
        return searches
    }

    /// The starts without suspicion where a process ended although the suspect was withheld.
    func withoutFutileSearches(_ starts: [Start]) -> [Start] {
        starts.map { start in
            guard CrashSearch.isFutile(start.metadata) else { return start }
            observer?.observe(.crashSearchFutile(start.name))
            var start = start
            start.metadata.starts = 0
            start.metadata.probe = nil
            return start
        }
    }

    /// Commits, before any record is handed out, that these assignments began: whoever comes after a crash counts them.
    func commitStarts(
        _ starts: [Start], _ searches: [PartitionName: CrashSearch], _ consumer: KafkaConsumer
    ) {
        if configuration.maximumCrashes == 0 { return }
        for start in starts {
            guard let search = searches[start.name] else { continue }
            probes.began(start.name)
            observer?.observe(
                .crashSearchBegan(start.name, starts: Int(start.metadata.starts), until: search.until))
            if let found = search.found {
                observer?.observe(.crashed(start.name.record(found.offset), times: Int(found.count)))
            }
        }
        if starts.contains(where: { $0.metadata.starts > 0 }) { schedule.hurry(until: clock.now() &+ 10_000_000_000) }
        // Not answered in time or refused, it stays due.
        _ = commit(schedule.due(starts.map(\.name)), consumer)
    }

    /// Lets one record at a time, of all partitions that are searched, go to its handlers.
    func serveProbes(_ consumer: KafkaConsumer) {
        let messages = crashMessages.withLock { messages in
            defer { messages = [] }
            return messages
        }
        for message in messages where owned[message.name]?.epoch == message.epoch { probes.asked(message) }
        // One commit at a time: the answer to the one under way comes first.
        if schedule.isBusy { return }
        let next = probes.next { name in
            board.entries([name]).first.map { ($0.report.epoch, $0.report.watermark) }
        }
        guard let next, let owner = owned[next.name] else { return }
        // What was published since is part of it: what was tried before is known to have ended well.
        takePublished(board.takeChanged())
        switch next.kind {
        case .probe(let probe), .withhold(let probe, _): schedule.probe(next.name, epoch: next.epoch, probe)
        case .ended: break
        }
        guard commit(schedule.due(owned.keys), consumer) else { return }
        probes.took(next)
        switch next.kind {
        case .probe, .ended: lanes[owner.lane].post(.probe(next.name, epoch: next.epoch))
        case .withhold(let probe, let seconds):
            observer?.observe(.crashSuspectWithheld(next.name.record(probe.offset), seconds: Int(seconds)))
        }
    }

    /// Commits and waits for the answer; tells whether it was a good one.
    func commit(_ due: [CommitSchedule.Entry], _ consumer: KafkaConsumer) -> Bool {
        if due.isEmpty { return true }
        do throws(KafkaError) {
            try consumer.commit(due.map { $0.offsetCommit(routeNames) }, timeoutMilliseconds: 5_000)
            report(schedule.confirm(due))
            return true
        } catch {
            schedule.failed(due)
            observer?.observe(.commitFailed(cause: error.description))
            return false
        }
    }
}

extension PartitionName {
    fileprivate func record(_ offset: Int64) -> RecordName {
        RecordName(topic: topic, partition: partition, offset: offset)
    }
}
