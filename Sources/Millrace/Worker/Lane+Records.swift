import MillraceEngine

extension Lane {
    /// Where a record's bytes are, from now on.
    func remember(_ record: Int32, _ batch: RecordBatch, number: Int32, index: Int) {
        while records.count <= Int(record) { records.append(RecordMemory()) }
        records[Int(record)] = RecordMemory(batch: number, index: Int32(index), users: 0)
        batch.hold(record, at: index)
    }

    /// A record is finished: its bytes may go.
    func forget(_ record: Int32) {
        let memory = records[Int(record)]
        records[Int(record)] = RecordMemory()
        let batch = batches[memory.batch]
        batch.release(memory.index)
        // A copy is a batch of its own; the client's batches go at the end of the turn, all records at once.
        if batch.remaining == 0, !batch.isReusable { batches.remove(memory.batch) }
    }

    /// Whether the assignment of some work's record is over.
    func isReleased(_ work: Int32) -> Bool { engine.ticket(of: engine.record(of: work)).isReleased }

    func batch(of record: Int32) -> (RecordBatch, Int) {
        let memory = records[Int(record)]
        return (batches[memory.batch], Int(memory.index))
    }

    func name(of record: Int32) -> RecordName {
        let (batch, index) = batch(of: record)
        return RecordName(topic: batch.source.topic, partition: batch.partition, offset: batch.record(index).offset)
    }

    /// Moves a record's bytes into memory of our own.
    func copyOut(_ record: Int32) {
        let memory = records[Int(record)]
        let original = batches[memory.batch]
        guard original.isReusable else { return }
        let batch = RecordBatch(copying: Int(memory.index), of: original)
        // Only now are the headers' sizes known, which are not looked at for each record.
        engine.charge(record, bytes: batch.copiedHeaderBytes)
        original.release(memory.index)
        records[Int(record)].batch = batches.insert(batch)
        records[Int(record)].index = 0
        batch.hold(record, at: 0)
    }

    /// At the end of a turn: what is done gives its memory back; what waits is copied out, since a held record pins the
    /// whole response that it was fetched in.
    func settleBatches() {
        if touchedBatches.isEmpty { return }
        var kept: [Int32] = []
        for table in touchedBatches {
            if copyOutWaiting(table) == 0 {
                batches.remove(table)
                continue
            }
            if batches.isUnshared(table) {
                let batch = batches[table]
                for index in batch.indices where batch.recordNumber(at: index) < 0 { batch.destroyMessage(index) }
            }
            kept.append(table)
        }
        touchedBatches = kept
    }

    /// Copies out what waits in a batch; answers how many of its records remain. By itself, so that nobody else holds
    /// the batch afterwards.
    private func copyOutWaiting(_ table: Int32) -> Int {
        let batch = batches[table]
        if batch.remaining == 0 { return 0 }
        for index in batch.indices {
            let record = batch.recordNumber(at: index)
            if record >= 0, records[Int(record)].users == 0 { copyOut(record) }
        }
        return batch.remaining
    }
}
