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
    struct Entry {
        var batch: RecordBatch
        /// The record at each index; −1 where it is finished or was copied.
        var records: [Int32]
        var remaining: Int
    }

    private(set) var entries: [Entry?] = []
    private var free: [Int32] = []
    private var empty: [RecordBatch] = []

    mutating func takeEmpty(or make: () -> RecordBatch) -> RecordBatch { empty.popLast() ?? make() }

    mutating func giveBack(_ batch: RecordBatch) {
        if batch.isReusable, empty.count < 8 { empty.append(batch) }
    }

    mutating func insert(_ batch: RecordBatch, records: [Int32], remaining: Int) -> Int32 {
        let entry = Entry(batch: batch, records: records, remaining: remaining)
        if let index = free.popLast() {
            entries[Int(index)] = entry
            return index
        }
        entries.append(entry)
        return Int32(entries.count - 1)
    }

    subscript(index: Int32) -> RecordBatch {
        // Records name their batch until they are finished, and the table counts them.
        guard let entry = entries[Int(index)] else { preconditionFailure("a batch with records stays in the table") }
        return entry.batch
    }

    mutating func setRecord(_ record: Int32, at index: Int, of batch: Int32) {
        entries[Int(batch)]?.records[index] = record
        entries[Int(batch)]?.remaining += 1
    }

    /// A record's bytes in this batch are no longer needed.
    mutating func drop(_ index: Int32, of batch: Int32) {
        entries[Int(batch)]?.records[Int(index)] = -1
        entries[Int(batch)]?.remaining -= 1
    }

    func remaining(_ batch: Int32) -> Int { entries[Int(batch)]?.remaining ?? 0 }

    func records(_ batch: Int32) -> [Int32] { entries[Int(batch)]?.records ?? [] }

    /// Whether only the table holds the batch: no delivery is out.
    mutating func isUnshared(_ batch: Int32) -> Bool {
        guard var entry = entries[Int(batch)] else { return false }
        entries[Int(batch)] = nil
        defer { entries[Int(batch)] = entry }
        return isKnownUniquelyReferenced(&entry.batch)
    }

    /// Takes a batch without records out; it is used again when nobody else holds it.
    mutating func remove(_ index: Int32) {
        guard var entry = entries[Int(index)] else { return }
        entries[Int(index)] = nil
        free.append(index)
        if isKnownUniquelyReferenced(&entry.batch) {
            entry.batch.clear()
            giveBack(entry.batch)
        }
    }
}
