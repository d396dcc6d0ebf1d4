public import Millrace

/// The options of the processors that keep a database of tasks. Several processors, and several workers, may name one
/// file.
public struct TaskDatabaseOptions: ProcessorOptions {
    /// The database; made where there is none.
    public var path = ""
    /// The largest size of the file in bytes, without its write-ahead log; 0: as large as it gets.
    public var maxSize = 0

    /// No path yet.
    public init() {}

    /// `path` and `maxSize`.
    public static let keys: [OptionKey<Self>] = [
        .path("path", \.path, "The SQLite database; it is made where there is none. Several workers may name one.")
            .required(),
        .bytes("maxSize", \.maxSize, "What the file may grow to; then the processor is unavailable. 0 is no bound."),
    ]
}
