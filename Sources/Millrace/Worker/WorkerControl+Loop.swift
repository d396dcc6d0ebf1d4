import MillraceEngine
import MillraceKafka
import Synchronization

extension WorkerControl {
    /// Serves the group until stopped.
    func loop() {
        guard let consumer else { return }
        var nextWatch: UInt64 = 0
        while !isStopRequested {
            // One record at a time goes through here: a turn is short then.
            for event in consumer.poll(milliseconds: probes.searched.isEmpty ? 20 : 1) { handle(event) }
            resolveMissingOffsets(consumer)
            takePublished(board.takeChanged())
            if !probes.searched.isEmpty { serveProbes(consumer) }
            commitDue(consumer)
            let now = clock.now()
            if now >= nextWatch {
                nextWatch = now &+ 250_000_000
                observer?.observe(.turn(.control))
                watchLanes(now)
            }
            if isAtLimit() { stop() }
        }
    }

    func handle(_ event: ControlEvent) {
        switch event {
        case .error(let error):
            note(error)
            if error.kind == .authentication || error.kind == .authorization {
                let isGroup = error.name == "GROUP_AUTHORIZATION_FAILED"
                let what =
                    isGroup ? "the group '\(configuration.group)' may not be joined" : "the broker refused the worker"
                fail(WorkerError(error, what))
            } else if error.isFatal {
                fail(WorkerError(.unavailable, "the client cannot go on: \(error); start the worker again"))
            }
        case .partitionError(let partition, let error):
            note(error)
            if error.kind == .authorization {
                fail(WorkerError(error, "\(partition.topic) may not be read"))
            }
        case .strayRecord(let partition, let offset):
            fail(
                WorkerError(
                    .internal,
                    "a record of \(partition) at \(offset) came to nobody: this is a defect, please report it"))
        }
    }

    func takePublished(_ entries: [LaneBoard.Entry]) {
        for entry in entries {
            schedule.published(
                entry.report.name, epoch: entry.report.epoch, watermark: entry.report.watermark,
                metadata: entry.metadata)
        }
    }

    private func commitDue(_ consumer: KafkaConsumer) {
        let due = schedule.takeDue(now: clock.now())
        if due.isEmpty { return }
        do throws(KafkaError) {
            try consumer.commitAsync(due.map { $0.offsetCommit(routeNames) }) { [self] error in
                // Called on the control thread, inside poll.
                let committed = schedule.finished(succeeded: error == nil)
                if let error {
                    observer?.observe(.commitFailed(cause: error.description))
                } else {
                    report(committed)
                }
            }
        } catch {
            _ = schedule.finished(succeeded: false)
            observer?.observe(.commitFailed(cause: error.description))
        }
    }

    func report(_ committed: [CommitSchedule.Entry]) {
        guard let observer else { return }
        for entry in committed {
            observer.observe(.committed(entry.name, offset: entry.offset))
            if let map = entry.metadata.done, map.leftOut > 0 {
                observer.observe(.offsetMapCut(entry.name, records: map.leftOut))
            }
        }
    }

    /// A lane that has not begun a turn for long is inside a handler that does not return.
    private func watchLanes(_ now: UInt64) {
        for lane in lanes where now > lane.lastTurn.load(ordering: .relaxed) &+ 1_000_000_000 { lane.comeUp() }
        guard let observer else { return }
        observer.observe(.memory(used: lanes.reduce(0) { $0 + $1.usedBytes }, budget: recordBytes))
        var stuck: [Int: StuckHandler] = [:]
        for lane in lanes {
            let last = lane.lastTurn.load(ordering: .relaxed)
            let age = now > last ? now - last : 0
            guard age > configuration.stuckAfter.nanoseconds, let current = lane.progress.current,
                let name = lane.slotNames.withLock({ $0[current.slot] })
            else { continue }
            let handler = StuckHandler(
                processor: routes[current.route].processor,
                record: RecordName(topic: name.topic, partition: name.partition, offset: current.offset))
            stuck[lane.number] = handler
            observer.observe(.stuck(processor: handler.processor, handler.record, nanoseconds: age))
        }
        for (lane, handler) in stuckLanes where stuck[lane] != handler {
            observer.observe(.unstuck(processor: handler.processor, handler.record))
        }
        stuckLanes = stuck
    }

    private func isAtLimit() -> Bool {
        switch limit.kind {
        case .never: return false
        case .events(let count):
            var total = summary.total
            for entry in board.all { total.add(entry.report.counts) }
            return total.settled >= UInt64(max(0, count))
        case .end:
            guard let ends else { return false }
            var positions: [PartitionName: Int64] = [:]
            for entry in board.all { positions[entry.report.name] = entry.report.watermark }
            return ends.isReached(by: positions)
        }
    }
}
