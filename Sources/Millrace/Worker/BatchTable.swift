/// Where the bytes of a record are.
struct RecordMemory {
    /// In the lane's table of batches; −1: nowhere any more.
    var batch: Int32 = -1
    var index: Int32 = 0
    /// Handlers and letters that use the bytes where they are.
    var users: Int16 = 0
}

/// The batches of a lane that still hold unfinished records, and empty ones to fill again.
struct BatchTable {
    private var entries: [RecordBatch?] = []
    private var free: [Int32] = []
    private var empty: [RecordBatch] = []

    mutating func takeEmpty(or make: () -> RecordBatch) -> RecordBatch { empty.popLast() ?? make() }

    mutating func giveBack(_ batch: RecordBatch) {
        if batch.isReusable, empty.count < 8 { empty.append(batch) }
    }

    mutating func insert(_ batch: RecordBatch) -> Int32 {
        if let index = free.popLast() {
            entries[Int(index)] = batch
            return index
        }
        entries.append(batch)
        return Int32(entries.count - 1)
    }

    subscript(index: Int32) -> RecordBatch {
        // Records name their batch until they are finished, and the table counts them.
        guard let batch = entries[Int(index)] else { preconditionFailure("a batch with records stays in the table") }
        return batch
    }

    /// Whether only the table holds the batch: no delivery is out.
    mutating func isUnshared(_ batch: Int32) -> Bool {
        guard var held = entries[Int(batch)] else { return false }
        entries[Int(batch)] = nil
        defer { entries[Int(batch)] = held }
        return isKnownUniquelyReferenced(&held)
    }

    /// Takes a batch without records out; it is used again when nobody else holds it.
    mutating func remove(_ index: Int32) {
        guard var batch = entries[Int(index)] else { return }
        entries[Int(index)] = nil
        free.append(index)
        if isKnownUniquelyReferenced(&batch) {
            batch.clear()
            giveBack(batch)
        }
    }
}
