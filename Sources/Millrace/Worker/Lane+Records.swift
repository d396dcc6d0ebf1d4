import MillraceEngine

extension Lane {
    /// Where a record's bytes are, from now on.
    func remember(_ record: Int32, batch: Int32, index: Int) {
        while records.count <= Int(record) { records.append(RecordMemory()) }
        records[Int(record)] = RecordMemory(batch: batch, index: Int32(index), users: 0)
        batches.setRecord(record, at: index, of: batch)
    }

    /// A record is finished: its bytes may go.
    func forget(_ record: Int32) {
        let memory = records[Int(record)]
        records[Int(record)] = RecordMemory()
        batches.drop(memory.index, of: memory.batch)
        // A copy is a batch of its own; the client's batches go at the end of the turn, all records at once.
        if batches.remaining(memory.batch) == 0, !batches[memory.batch].isReusable { batches.remove(memory.batch) }
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
        let copy = batches.insert(batch, records: [-1], remaining: 0)
        batches.drop(memory.index, of: memory.batch)
        records[Int(record)].batch = copy
        records[Int(record)].index = 0
        batches.setRecord(record, at: 0, of: copy)
    }

    /// At the end of a turn: what is done gives its memory back; what waits is copied out, since a held record pins the
    /// whole response that it was fetched in.
    func settleBatches() {
        if touchedBatches.isEmpty { return }
        var kept: [Int32] = []
        for table in touchedBatches {
            if batches.remaining(table) > 0 {
                for record in batches.records(table) where record >= 0 && records[Int(record)].users == 0 {
                    copyOut(record)
                }
            }
            if batches.remaining(table) == 0 {
                batches.remove(table)
                continue
            }
            if batches.isUnshared(table) {
                let batch = batches[table]
                for (index, record) in batches.records(table).enumerated() where record < 0 {
                    batch.destroyMessage(index)
                }
            }
            kept.append(table)
        }
        touchedBatches = kept
    }
}
