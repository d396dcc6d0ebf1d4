public import CloudEvents
public import Millrace

/// `task-audit`: keeps who did what to each task in an SQLite database: created, changed from what to what, disabled,
/// deleted.
///
/// Rows are only ever added, and a second delivery adds none: an event is known by its source, id and kind and by the
/// digest of its data. A batch is one transaction and on the disk before any of its events counts as done. Several
/// workers may share a file, and it may be that of `task-inventory`. While it is locked by something else, or the disk is
/// full, the processor is unavailable.
public final class TaskAuditProcessor: BatchProcessor {
    /// The options of a route with this processor.
    public typealias Options = TaskDatabaseOptions

    /// `task-audit`
    public static let name = "task-audit"
    /// What it does.
    public static let summary =
        "Keeps who changed what of each Qlik Cloud task in an SQLite database; see `millrace tasks history`."
    /// The three types of the Tasks events.
    public static let types: [TypePattern] = TaskEventKind.allCases.map { TypePattern($0.type) }
    /// On a thread of its own: it waits for the disk.
    public static let execution = Execution.blocking

    private let store: TaskStore<AuditTable>

    /// Opens the database. Throws `WorkerError` for a file that is no task database, has a newer schema, or cannot be
    /// written.
    public init(_ options: Options, _ context: ProcessorContext) async throws {
        store = try TaskStore(options, context, processor: Self.name)
    }

    /// Writes the batch. Throws ``ProcessingError/unavailable(_:)`` for all of it when it is not on the disk.
    public func process(_ batch: inout DeliveryBatch) async throws { try store.write(&batch) }

    /// Closes the database.
    public func close() async { store.close() }

    /// The task that the event is about.
    public static func explain(_ event: CloudEvent) -> Explanation? { TaskExplanation.explain(event) }
}
