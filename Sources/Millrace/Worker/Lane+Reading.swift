import CloudEvents
import MillraceEngine
import MillraceKafka

extension Lane {
    /// Reads what each partition may be read now, and works on it while it is in the processor's cache.
    func readPartitions() -> Bool {
        var didRead = false
        nextPermit = nil
        let count = partitions.count
        for step in 0..<count where !isWanted {
            // Where the last turn ended: else the first partitions would get more than their share.
            let index = (firstRead &+ step) % count
            if partitions[index].assignment.reader.takeSignal() { partitions[index].isMarked = true }
            guard partitions[index].isMarked, !partitions[index].isReleasing, !partitions[index].isFinished else {
                continue
            }
            let allowed = engine.readable(slot: partitions[index].slot)
            if allowed == 0 { continue }
            let asked = permits(upTo: min(allowed, partitions[index].batchSize))
            if asked == 0 {
                // Its turn comes with the next permit.
                firstRead = index
                return didRead
            }
            if read(index, max: asked) > 0 {
                didRead = true
                _ = drainReady()
                settleBatches()
                if isWanted { firstRead = index &+ 1 }
            }
        }
        return didRead
    }

    /// As many records as may be read now at the worker's rate: each may turn out to be one that is handed over.
    private func permits(upTo count: Int) -> Int {
        guard let rate = shared.rate else { return count }
        let permits = rate.take(upTo: count, now: now)
        if permits == 0 { nextPermit = rate.nextPermit(now: now) }
        return permits
    }

    /// Whether an offset that was seen lies behind a replay's end: then everything before the end was seen, whatever
    /// compaction or a transaction took away.
    private func reaches(_ end: Int64, offset: Int64, partition index: Int) -> Bool {
        guard offset >= end else { return false }
        engine.reachedEnd(slot: partitions[index].slot, offset: end)
        partitions[index].isFinished = true
        return true
    }

    private func read(_ index: Int, max: Int) -> Int {
        let assignment = partitions[index].assignment
        let batch = batches.takeEmpty {
            RecordBatch(
                source: assignment.source, clock: WorkerClock(timer), tolerated: tolerated,
                kind: shared.selection == nil ? .live : .replay)
        }
        let outcome = batch.fill(
            from: assignment.reader, max: max, source: assignment.source, partition: assignment.name.partition)
        guard case .read(let count) = outcome, count > 0 else {
            partitions[index].isMarked = false
            batches.giveBack(batch)
            shared.rate?.giveBack(max)
            return 0
        }
        if count < max { partitions[index].isMarked = false }
        now = shared.clock.now()
        let dispatched = dispatchedCount
        intake(batch, count: count, partition: index)
        shared.rate?.giveBack(max - (dispatchedCount - dispatched))
        return count
    }

    /// Takes the records of a batch in: decodes each, and gives it to its routes, to the letters, or passes it over.
    private func intake(_ batch: RecordBatch, count: Int, partition index: Int) {
        let slot = partitions[index].slot
        let table = batches.insert(batch)
        let assignment = partitions[index].assignment
        let source = batch.source
        var bytes = 0
        var recordCount = 0
        let isSearched = partitions[index].search != nil
        for position in 0..<count {
            guard let message = batch.message(position) else { continue }
            guard message.isRecord else {
                partitionEvent(message.kind, partition: index)
                continue
            }
            if let end = assignment.end, reaches(end, offset: message.offset, partition: index) {
                continue
            }
            let size = (message.key?.count ?? 0) + (message.value?.count ?? 0)
            bytes += size
            recordCount += 1
            let received = engine.receive(
                slot: slot, offset: message.offset, bytes: size + 128, keyHash: message.key.map(KeyHash.of), now: now)
            // Below the position: read before in this assignment, or the assignment is ending.
            guard let record = received else { continue }
            remember(record, batch, number: table, index: position)
            if isSearched, isProbed(record, offset: message.offset, partition: index) { continue }
            judge(record, batch, position, source)
        }
        if recordCount > 0 {
            partitions[index].meanBytes = (partitions[index].meanBytes * 3 + bytes / recordCount) / 4
        }
        touchedBatches.append(table)
    }

    /// Decides what becomes of a record that was taken in, and does it.
    func judge(_ record: Int32, _ batch: RecordBatch, _ position: Int, _ source: SourceContext) {
        let envelope = batch.envelope(position)
        let message = batch.message(position)
        if source.reader.needsHeaders(forNullValue: message?.value == nil) {
            batch.fillHeaders(&headers, at: position)
        } else {
            headers.removeAll()
        }
        let verdict = headers.views.withUnsafeBufferPointer { views in
            judgement.judge(
                KafkaRecordView(value: message?.value, headers: views), key: message?.key, reader: source.reader,
                into: &envelope.pointee, noting: batch.tape(at: position))
        }
        switch verdict {
        case .route(let routes):
            countTolerated(envelope, source)
            dispatchedCount &+= 1
            engine.dispatch(record, routes: routes)
        case .skip(let reason):
            let name = self.name(of: record)
            let type = reason.hasType ? envelope.pointee.type.string : nil
            if reason == .noRoute {
                countTolerated(envelope, source)
                reportUnrouted(envelope, source)
            }
            engine.skip(record)
            forget(record)
            shared.observer?.observe(.skipped(name, reason: reason.rawValue, type: type))
        case .invalid(let fault):
            write(letterFor: record, reason: fault.reason, detail: fault.description, type: nil)
        case .unrouted:
            countTolerated(envelope, source)
            reportUnrouted(envelope, source)
            write(
                letterFor: record, reason: "noRoute", detail: "no route takes the type",
                type: envelope.pointee.type.string)
        }
    }

    private func reportUnrouted(_ envelope: UnsafeMutablePointer<Envelope>, _ source: SourceContext) {
        shared.observer?.observe(.unrouted(topic: source.topic, type: envelope.pointee.type.text))
    }

    private func countTolerated(_ envelope: UnsafeMutablePointer<Envelope>, _ source: SourceContext) {
        if envelope.pointee.tolerated.isEmpty { return }
        tolerated.tolerated(envelope.pointee.tolerated.codes, topic: source.topic)
    }

    /// What the client says of a partition between its records.
    private func partitionEvent(_ event: MessageView.Kind, partition index: Int) {
        let assignment = partitions[index].assignment
        switch event {
        case .record: break
        case .endOfPartition(let offset):
            if let end = assignment.end, reaches(end, offset: offset, partition: index) { break }
            engine.reachedEnd(slot: partitions[index].slot, offset: offset)
        case .offsetOutOfRange(let offset): assignment.offsetMissing(assignment.name, offset)
        case .error(let error):
            shared.observer?.observe(
                .broker(level: error.isRetriable ? .warning : .error, name: error.name, message: error.message))
        }
    }
}

/// The hash by which records of one key find each other.
enum KeyHash {
    static func of(_ key: UnsafeRawBufferPointer) -> UInt32 {
        var hash = UInt64(truncatingIfNeeded: key.count) &* 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index &+ 8 <= key.count {
            hash = (hash ^ key.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0xBF58_476D_1CE4_E5B9
            hash ^= hash >> 32
            index &+= 8
        }
        while index < key.count {
            hash = (hash ^ UInt64(key[index])) &* 0x0000_0100_0000_01B3
            index &+= 1
        }
        hash ^= hash >> 29
        return UInt32(truncatingIfNeeded: (hash &* 0x94D0_49BB_1331_11EB) >> 32)
    }
}
