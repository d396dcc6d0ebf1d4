public import CloudEvents
public import Millrace

/// `task-inventory`: keeps the state of each task in an SQLite database.
///
/// The last event of a task says how it is: the last by the event's time (the record's where the event has none), then
/// by partition and offset. So a late older event or a second delivery changes nothing, and a deletion is kept as one. A
/// batch is one transaction and on the disk before any of its events counts as done. Several workers may share a file.
/// While it is locked by something else, or the disk is full, the processor is unavailable.
public final class TaskInventoryProcessor: BatchProcessor {
    /// The options of a route with this processor.
    public typealias Options = TaskDatabaseOptions

    /// `task-inventory`
    public static let name = "task-inventory"
    /// What it does.
    public static let summary = "Keeps the state of each Qlik Cloud task in an SQLite database; see `millrace tasks`."
    /// The three types of the Tasks events.
    public static let types: [TypePattern] = TaskEventKind.allCases.map { TypePattern($0.type) }
    /// On a thread of its own: it waits for the disk.
    public static let execution = Execution.blocking

    private let store: TaskStore<InventoryTable>

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
