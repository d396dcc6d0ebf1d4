import CloudEvents
import Millrace
import MillraceSQLite
import Synchronization

/// A table of the database in the hands of one processor: opened when the worker starts, and again after a failure.
final class TaskStore<Table: TaskTable & ~Copyable>: Sendable {
    private struct Open: ~Copyable, Sendable {
        let connection: SQLiteConnection
        var table: Table

        init(_ options: TaskDatabaseOptions, _ patience: Duration) throws(SQLiteError) {
            let connection = try SQLiteSchema.tasks.openForWriting(options.path, patience: patience)
            if options.maxSize > 0 {
                let pageSize = try connection.integer("PRAGMA page_size")
                try connection.execute("PRAGMA max_page_count = \(max(1, Int64(options.maxSize) / max(1, pageSize)))")
            }
            table = try Table(connection)
            self.connection = connection
        }

        /// All of it, or nothing; on the disk when it returns. After an error the transaction ends with the connection.
        mutating func write(_ entries: [TaskEntry]) throws(SQLiteError) {
            try connection.execute("BEGIN IMMEDIATE")
            for entry in entries { try table.write(entry, connection) }
            try connection.execute("COMMIT")
        }
    }

    private let options: TaskDatabaseOptions
    private let patience: Duration
    private let log: Log
    private let state: Mutex<Open?>

    /// Opens the file. One that is locked, or for which there is no room, is waited for later. Throws `WorkerError` for
    /// anything that does not pass by itself.
    init(
        _ options: TaskDatabaseOptions, _ context: ProcessorContext, processor: String, patience: Duration = .seconds(5)
    ) throws {
        self.options = options
        self.patience = patience
        log = context.log.with([.processor: .text(processor)])
        do throws(SQLiteError) {
            state = Mutex(try Open(options, patience))
        } catch {
            guard error.mayPass else { throw WorkerError(.configuration, "processor \(processor): \(error)") }
            log.warning(
                "the database cannot be worked with yet: it is waited for",
                [.path: .text(options.path), .cause: .text("\(error)")])
            state = Mutex(nil)
        }
    }

    /// Reads a batch and writes it. Data that is not of a task fails by itself.
    func write(_ batch: inout DeliveryBatch) throws {
        var entries: [TaskEntry] = []
        entries.reserveCapacity(batch.count)
        for index in batch.indices {
            do { entries.append(try TaskEntry(batch[index])) } catch { batch.fail(at: index, error) }
        }
        try write(entries)
    }

    /// Writes events in one transaction. Throws ``ProcessingError/unavailable(_:)`` when they are not on the disk.
    func write(_ entries: [TaskEntry]) throws {
        guard !entries.isEmpty else { return }
        do throws(SQLiteError) {
            try state.withLock { state throws(SQLiteError) in
                var open: Open
                if let held = state.take() { open = held } else { open = try Open(options, patience) }
                var displacement = open.connection.displacement
                if displacement == nil {
                    try open.write(entries)
                    displacement = open.connection.displacement
                }
                // Kept also when the file was moved: it may be moved back. After an error it is opened anew.
                state = consume open
                if let displacement { throw displacement }
            }
        } catch {
            switch error.kind {
            // About a value, not about the file: tried one by one, and in the end a dead letter.
            case .constraint, .tooBig: throw error
            default: throw ProcessingError.unavailable("\(error)")
            }
        }
    }

    /// Closes the file.
    func close() { state.withLock { $0 = nil } }
}
