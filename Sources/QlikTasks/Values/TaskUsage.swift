/// The product domain in which a task's resource is used.
public struct TaskUsage: GrowingValue {
    /// The spelling in events.
    public let rawValue: String

    /// The value that is spelt so.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// `ANALYTICS`: what a task is where its event does not say.
    public static let analytics = TaskUsage(rawValue: "ANALYTICS")
    /// `DATA_PREPARATION`.
    public static let dataPreparation = TaskUsage(rawValue: "DATA_PREPARATION")
    /// `DATAFLOW_PREP`.
    public static let dataflowPreparation = TaskUsage(rawValue: "DATAFLOW_PREP")
    /// `SINGLE_TABLE_PREP`.
    public static let singleTablePreparation = TaskUsage(rawValue: "SINGLE_TABLE_PREP")

    /// The four documented values.
    public static let documented: [StaticString] = [
        "ANALYTICS", "DATA_PREPARATION", "DATAFLOW_PREP", "SINGLE_TABLE_PREP",
    ]
}
