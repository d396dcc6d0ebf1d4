package import MillraceEngine

/// All that the metrics are made from. A value that takes facts, and gives series at a moment.
package struct MetricState: Sendable {
    package private(set) var partitions: [PartitionName: PartitionSeries] = [:]
    private var series = MetricSeries()
    private var unavailable = UnavailableProcessors()
    private var everUnavailable: Set<String> = []
    private var circuits = OpenCircuits()
    private var stuck: [String: Set<RecordName>] = [:]
    private var reasons = BoundedLabel(capacity: 200, hasCodes: true)
    private var types = BoundedLabel(capacity: 200)
    private var codes = BoundedLabel(capacity: 200, hasCodes: true)
    private var errorNames = BoundedLabel(capacity: 100)

    package init() {
        // A counter that appears with its first count has no rise that a rate could see.
        for kind in ["assigned", "revoked", "lost"] { series.add(0, to: .rebalances, LabelValues(kind)) }
        series.add(0, to: .commits)
        series.add(0, to: .commitFailures)
    }

    package mutating func take(_ fact: EngineFact) {
        unavailable.take(fact, now: 0)
        switch fact {
        case .partition(let report): partitions[report.name, default: PartitionSeries()].take(report)
        case .assigned(let starts):
            series.add(to: .rebalances, LabelValues("assigned"))
            for start in starts {
                partitions[start.name, default: PartitionSeries()].assign(epoch: start.epoch, offset: start.offset)
            }
        case .revoked(let names):
            series.add(to: .rebalances, LabelValues("revoked"))
            for name in names { partitions[name]?.revoke() }
        case .lost(let names):
            series.add(to: .rebalances, LabelValues("lost"))
            for name in names { partitions[name]?.revoke() }
        case .committed(let name, let offset):
            series.add(to: .commits)
            partitions[name]?.take(committed: offset)
        case .lag(let name, let records): partitions[name]?.take(lag: records)
        default: takeCount(fact)
        }
    }

    private mutating func takeCount(_ fact: EngineFact) {
        switch fact {
        case .commitFailed: series.add(to: .commitFailures)
        case .offsetMissing(let name, let committed, let resumedAt):
            series.add(to: .offsetsMissing, LabelValues(name.topic))
            let records = resumedAt.map { max(0, $0 &- committed) } ?? 0
            series.add(records, to: .offsetsMissingRecords, LabelValues(name.topic))
        case .deadLettered(let record, let reason, let processor, let letter):
            let labels = LabelValues(record.topic, reasons.admit(reason), processor ?? "")
            series.add(to: .deadLetters, labels)
            if letter == .pointer { series.add(to: .deadLetterPointers, LabelValues(record.topic)) }
        case .letterTimestampRewritten(let record):
            series.add(to: .deadLetterTimestamps, LabelValues(record.topic))
        case .skipped(let record, let reason, let type):
            let labels = LabelValues(record.topic, reasons.admit(reason), type.map { types.admit($0) } ?? "")
            series.add(to: .skips, labels)
        case .unrouted(let topic, let type): series.add(to: .unrouted, LabelValues(topic, types.admit(type)))
        case .tolerated(let topic, let code, let count):
            series.add(Int64(clamping: count), to: .tolerated, LabelValues(topic, codes.admit(code)))
        case .duplicate(let record, let processor): series.add(to: .duplicates, LabelValues(record.topic, processor))
        case .deduplicationStarts(let name, let processor, _):
            series.add(0, to: .duplicates, LabelValues(name.topic, processor))
        case .retrying(_, let processor, _, _, _): series.add(to: .retries, LabelValues(processor))
        case .circuitOpened(let processor, _, _, _, _, _):
            circuits.take(fact, now: 0)
            series.add(to: .circuitOpenings, LabelValues(processor))
            series.set(.circuitOpen, LabelValues(processor), circuits.lanes(of: processor))
        case .circuitClosed(let processor, _):
            circuits.take(fact, now: 0)
            series.set(.circuitOpen, LabelValues(processor), circuits.lanes(of: processor))
        case .unavailable(let processor, _, _): everUnavailable.insert(processor)
        case .stuck(let processor, let record, let nanoseconds):
            stuck[processor, default: []].insert(record)
            let name = PartitionName(topic: record.topic, partition: record.partition)
            partitions[name]?.take(stuckFor: nanoseconds)
            series.set(.stuck, LabelValues(processor), stuck[processor]?.count ?? 0)
        case .unstuck(let processor, let record):
            stuck[processor]?.remove(record)
            series.set(.stuck, LabelValues(processor), stuck[processor]?.count ?? 0)
        case .memory(let used, let budget):
            series.set(.memoryUsed, LabelValues(), used)
            series.set(.memoryBudget, LabelValues(), budget)
        case .phase(let phase):
            for other in ["joining", "running", "draining", "stopped"] {
                series.set(.phase, LabelValues(other), other == "\(phase)" ? 1 : 0)
            }
        case .broker(let level, let name, _):
            series.add(to: .brokerNotices, LabelValues("\(level)", errorNames.admit(name)))
        case .foreignMetadata(let name): series.add(to: .foreignMetadata, LabelValues(name.topic))
        case .crashSearchBegan(let name, _, _): series.add(to: .crashSearches, LabelValues(name.topic))
        case .crashed(let record, _): series.add(to: .recordCrashes, LabelValues(record.topic))
        case .offsetMapCut(let name, _): series.add(to: .offsetMapCuts, LabelValues(name.topic))
        case .offsetMapIgnored(let name, _): series.add(to: .offsetMapsIgnored, LabelValues(name.topic))
        default: break
        }
    }

    /// All series as of `now`, in the engine's nanoseconds.
    package func series(now: UInt64) -> MetricSeries {
        var all = series
        for processor in everUnavailable {
            all.set(.unavailable, LabelValues(processor), unavailable.entries[processor] == nil ? 0 : 1)
        }
        for (name, partition) in partitions {
            let labels = LabelValues(name.topic, String(name.partition))
            let totals = partition.totals
            all.set(.recordsReceived, labels, totals.received)
            all.set(.recordsSucceeded, labels, totals.succeeded)
            all.set(.recordsDeadLettered, labels, totals.deadLettered)
            all.set(.recordsSkipped, labels, totals.skipped)
            all.set(.recordsReleased, labels, totals.released)
            all.set(.recordsAlreadyDone, labels, totals.alreadyDone)
            guard partition.isAssigned else { continue }
            all.set(.recordsInFlight, labels, partition.inFlight)
            all.set(.oldestUnsettledAge, labels, real: partition.oldestAge(now: now))
            if let lag = partition.lag { all.set(.lag, labels, lag) }
            if let watermark = partition.watermark { all.set(.watermark, labels, watermark) }
            if let committed = partition.committed { all.set(.committed, labels, committed) }
            if let held = partition.held {
                all.set(.held, LabelValues(labels.first, labels.second, held.rawValue), 1)
            }
        }
        return all
    }
}

extension PartitionSeries {
    /// Seconds since the oldest unsettled record was received; 0 when there is none.
    package func oldestAge(now: UInt64) -> Double {
        let reported = oldestUnsettledSince.map { now > $0 ? now - $0 : 0 } ?? 0
        return Double(max(reported, stuckFor ?? 0)) / 1e9
    }
}
