import MillraceEngine
import MillraceKafka
import Synchronization

extension WorkerControl: RebalanceDelegate {
    /// Partitions come: decides where each starts, from the committed offsets, and gives each to a lane.
    func assigned(_ partitions: [TopicPartition], consumer: KafkaConsumer) {
        guard !isDraining, !partitions.isEmpty else {
            // Leaving: what is not taken now goes to another member with the next rebalance.
            try? consumer.assign([])
            if !isDraining {
                observer?.observe(.assigned([]))
                observer?.observe(.phase(.running))
            }
            return
        }
        do throws(WorkerError) {
            let starts = withoutFutileSearches(checkingMaps(try starts(of: partitions, consumer), consumer))
            try take(starts) { starts throws(KafkaError) in try consumer.assign(starts) }
        } catch {
            // Who is told to stop needs no offsets any more.
            if !isStopRequested { fail(error) }
        }
    }

    struct Start {
        var name: PartitionName
        var offset: Int64
        var committed: Int64?
        var metadata: CommitMetadata

        /// Nothing of it is to be read.
        var isFinished: Bool { metadata.replay.map { offset >= $0.end } ?? false }
    }

    private func starts(of partitions: [TopicPartition], _ consumer: KafkaConsumer) throws(WorkerError) -> [Start] {
        let committed = try committed(partitions, consumer)
        var starts: [Start] = []
        for entry in committed {
            let name = PartitionName(entry.topicPartition)
            var metadata = CommitMetadata()
            switch CommitMetadata.read(entry.metadata, routeNames) {
            case .none: break
            case .own(let own): metadata = own
            case .foreign: observer?.observe(.foreignMetadata(name))
            }
            if replay != nil {
                starts.append(try replayStart(of: name, entry.offset, metadata))
                continue
            }
            if let offset = entry.offset {
                starts.append(Start(name: name, offset: offset, committed: offset, metadata: metadata))
                continue
            }
            let range = try watermarks(entry.topicPartition, consumer)
            let policy = sources[name.topic]?.configuration.start ?? .earliest
            starts.append(
                Start(
                    name: name, offset: policy == .earliest ? range.low : range.high, committed: nil,
                    metadata: CommitMetadata()))
        }
        return starts
    }

    /// Where a replay's partition starts: its part is kept beside the offset. One without an offset is no part of it.
    private func replayStart(
        of name: PartitionName, _ offset: Int64?, _ metadata: CommitMetadata
    ) throws(WorkerError) -> Start {
        guard let offset else {
            let nothing = CommitMetadata(replay: ReplayMark(start: 0, end: 0, request: ""))
            return Start(name: name, offset: 0, committed: 0, metadata: nothing)
        }
        guard metadata.replay != nil else {
            throw WorkerError(
                .offsetMissing,
                "the group '\(configuration.group)' has offset \(offset) for \(name.topic)[\(name.partition)] without a "
                    + "replay's range beside it: another program changed it; start the replay again under another name")
        }
        return Start(name: name, offset: offset, committed: offset, metadata: metadata)
    }

    /// The committed offsets with their metadata. Unreadable ones are asked for again, up to a third of the time that
    /// the group allows between two polls.
    private func committed(
        _ partitions: [TopicPartition], _ consumer: KafkaConsumer
    ) throws(WorkerError) -> [CommittedOffset] {
        let deadline = clock.now() &+ maximumPollInterval / 3
        while true {
            do throws(KafkaError) {
                return try consumer.committed(partitions, timeoutMilliseconds: 5_000)
            } catch {
                if isStopRequested || clock.now() >= deadline || error.kind == .authorization {
                    throw WorkerError(error, "the committed offsets of '\(configuration.group)' could not be read")
                }
                note(error)
                changes.wait(nanoseconds: 100_000_000)
            }
        }
    }

    private func watermarks(
        _ partition: TopicPartition, _ consumer: KafkaConsumer
    ) throws(WorkerError) -> (low: Int64, high: Int64) {
        let deadline = clock.now() &+ maximumPollInterval / 3
        while true {
            do throws(KafkaError) {
                return try consumer.watermarks(partition, timeoutMilliseconds: 5_000)
            } catch {
                if isStopRequested || clock.now() >= deadline || error.kind == .authorization {
                    throw WorkerError(error, "the log of \(partition) could not be looked up")
                }
                note(error)
                changes.wait(nanoseconds: 100_000_000)
            }
        }
    }

    /// In nanoseconds.
    var maximumPollInterval: UInt64 {
        UInt64(configuration.kafka["max.poll.interval.ms"] ?? "").map { $0 * 1_000_000 } ?? 300_000_000_000
    }

    private func take(
        _ starts: [Start], assign: ([(TopicPartition, Int64)]) throws(KafkaError) -> Void
    ) throws(WorkerError) {
        guard let consumer else { return }
        let searches = searches(of: starts, consumer)
        var assignments: [(lane: Int, LaneAssignment)] = []
        var facts: [PartitionStart] = []
        do throws(KafkaError) {
            for start in starts {
                guard let source = sources[start.name.topic] else { continue }
                let (lane, epoch) = placement.place(start.name, taken: owned.values.map(\.lane))
                // The queue before the assignment: the other way round its records go to the control thread.
                let reader = try consumer.reader(
                    TopicPartition(start.name), wake: WakeTarget(descriptor: lanes[lane].wake.writeDescriptor))
                let mark = start.metadata.replay
                owned[start.name] = Owned(lane: lane, epoch: epoch, reader: reader, source: source, mark: mark)
                let fact = PartitionStart(name: start.name, offset: start.offset, epoch: epoch)
                facts.append(fact)
                board.begin(fact, found: start.metadata)
                schedule.assigned(
                    start.name, epoch: epoch, start: start.offset, committed: start.committed, found: start.metadata,
                    countsStarts: configuration.maximumCrashes > 0 && !start.isFinished)
                assignments.append(
                    (
                        lane,
                        LaneAssignment(
                            name: start.name, epoch: epoch, start: start.offset, end: mark?.end,
                            metadata: start.metadata, source: source, reader: reader, search: searches[start.name],
                            offsetMissing: { [weak self] name, offset in self?.offsetMissing(name, offset) })
                    ))
            }
            // What is finished is owned and not read: at the end of the log nothing is fetched in vain.
            try assign(starts.map { (TopicPartition($0.name), $0.isFinished ? KafkaOffset.end : $0.offset) })
        } catch {
            // No lane has heard of them: nobody needs to be waited for.
            forget(starts.map(\.name))
            throw WorkerError(error, "an assignment could not be taken")
        }
        observer?.observe(.assigned(facts))
        observer?.observe(.phase(.running))
        commitStarts(starts, searches, consumer)
        for (lane, assignment) in assignments { lanes[lane].post(.assign(assignment)) }
        lag?.own(Array(owned.keys))
    }

    /// Partitions go: finishes what has started as long as there is time, commits, and forgets them.
    func revoked(_ partitions: [TopicPartition], lost: Bool, consumer: KafkaConsumer) {
        let names = partitions.map(PartitionName.init).filter { owned[$0] != nil }
        guard !names.isEmpty else { return }
        if lost {
            abandon(names)
            observer?.observe(.lost(names))
        } else {
            // A share of what the group allows: the others wait for this member.
            let budget = min(configuration.drain.nanoseconds, maximumPollInterval / 3)
            drain(names, until: clock.now() &+ budget, poll: nil)
            commitNow(names, consumer)
            observer?.observe(.revoked(names))
        }
        forget(names)
    }

    /// Stops reading, and waits until nothing of these partitions is at work or the time is over; what is still at work
    /// then is given up, and finishes without effect.
    func drain(_ names: [PartitionName], until deadline: UInt64, poll: (() -> Void)?) {
        for name in names { owned[name]?.reader.stop() }
        for (lane, names) in byLane(names) { lanes[lane].post(.release(names)) }
        while !hasEnded(names), clock.now() < deadline {
            poll?()
            changes.wait(nanoseconds: min(deadline &- min(deadline, clock.now()), 50_000_000))
        }
        let late = names.filter { !hasEnded([$0]) }
        if !late.isEmpty { abandon(late) }
    }

    /// Gives partitions up. A lane that is stuck in a handler hears of it late; nothing that it does until then counts.
    private func abandon(_ names: [PartitionName]) {
        for name in names { owned[name]?.reader.stop() }
        for (lane, names) in byLane(names) { lanes[lane].post(.abandon(names)) }
        let deadline = clock.now() &+ 200_000_000
        while !hasEnded(names), clock.now() < deadline { changes.wait(nanoseconds: 10_000_000) }
    }

    private func byLane(_ names: [PartitionName]) -> [Int: [PartitionName]] {
        Dictionary(grouping: names.filter { owned[$0] != nil }) { owned[$0]?.lane ?? 0 }
    }

    private func hasEnded(_ names: [PartitionName]) -> Bool {
        board.entries(names).allSatisfy(\.hasEnded)
    }

    /// Commits what is due of these partitions, which are given back in order, and waits for the answer. Without a good one
    /// the next owner handles those records again: nothing is lost.
    func commitNow(_ names: [PartitionName], _ consumer: KafkaConsumer) {
        takePublished(board.entries(names))
        _ = commit(schedule.due(names, isLast: true), consumer)
    }

    /// The assignments are over: their last word goes into the summary, and nothing of them is committed any more.
    func forget(_ names: [PartitionName]) {
        for entry in board.entries(names) {
            var counts = entry.report.counts
            counts.released &+= counts.inFlight
            counts.inFlight = 0
            summary.partitions[entry.report.name, default: PartitionCounts()].add(counts)
        }
        board.remove(names)
        for name in names {
            schedule.ended(name)
            probes.forget(name)
            owned[name] = nil
        }
        lag?.own(Array(owned.keys))
    }

    /// From a lane: the start of a partition is not in its log.
    private func offsetMissing(_ name: PartitionName, _ offset: Int64) {
        missingOffsets.withLock { $0.append((name, offset)) }
        changes.wake()
    }

    /// Acts on starts that were not in the log, as their sources say.
    func resolveMissingOffsets(_ consumer: KafkaConsumer) {
        let missing = missingOffsets.withLock { missing in
            defer { missing = [] }
            return missing
        }
        do throws(WorkerError) {
            var resumed: [PartitionName: Int64] = [:]
            for (name, offset) in missing where owned[name] != nil && resumed[name] == nil {
                resumed[name] = try resumption(of: name, offset, consumer)
            }
            if !resumed.isEmpty { try restart(resumed, consumer) }
        } catch {
            fail(error)
        }
    }

    /// Where to go on when an offset is not in the log, or the error that its source wants.
    private func resumption(
        of name: PartitionName, _ offset: Int64, _ consumer: KafkaConsumer
    ) throws(WorkerError) -> Int64 {
        let range = try watermarks(TopicPartition(name), consumer)
        let resumed: Int64
        switch owned[name]?.source.configuration.onMissingOffset ?? .fail {
        case .fail:
            observer?.observe(.offsetMissing(name, committed: offset, resumedAt: nil))
            // A replay's range would go with its group's offset.
            let way = replay == nil ? "reset the group's offset" : "start the replay again under another name"
            throw WorkerError(
                .offsetMissing,
                "\(name.topic)[\(name.partition)]: offset \(offset) is committed, but the log has \(range.low) to "
                    + "\(range.high); set the source's onMissingOffset to earliest or latest to go on there, or \(way)")
        case .earliest: resumed = range.low
        case .latest: resumed = range.high
        }
        observer?.observe(.offsetMissing(name, committed: offset, resumedAt: resumed))
        return resumed
    }

    /// Starts partitions again where they can be read. Eager protocols start all of them again: the others go on where
    /// they stand.
    private func restart(_ resumed: [PartitionName: Int64], _ consumer: KafkaConsumer) throws(WorkerError) {
        let names = consumer.isCooperative ? Array(resumed.keys) : Array(owned.keys)
        drain(names, until: clock.now() &+ min(configuration.drain.nanoseconds, maximumPollInterval / 3), poll: nil)
        commitNow(names, consumer)
        let starts = board.entries(names).map { entry in
            let name = entry.report.name
            var metadata = entry.metadata
            metadata.replay = owned[name]?.mark
            metadata.done = metadata.done?.above(entry.report.watermark)
            if resumed[name] != nil { metadata.done = nil }
            return Start(
                name: name, offset: resumed[name] ?? entry.report.watermark, committed: nil, metadata: metadata)
        }
        forget(names)
        try take(starts) { starts throws(KafkaError) in try consumer.reassign(starts) }
    }
}

extension CommitSchedule.Entry {
    func offsetCommit(_ routes: RouteNames) -> OffsetCommit {
        OffsetCommit(
            topicPartition: TopicPartition(topic: name.topic, partition: name.partition), offset: offset,
            metadata: metadata.text(routes))
    }
}
