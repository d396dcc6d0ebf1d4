/// The status in which a task's last run finished.
public struct TaskStatus: GrowingValue {
    /// The spelling in events.
    public let rawValue: String

    /// The value that is spelt so.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// `succeeded`.
    public static let succeeded = TaskStatus(rawValue: "succeeded")
    /// `failed`.
    public static let failed = TaskStatus(rawValue: "failed")
    /// `aborted`.
    public static let aborted = TaskStatus(rawValue: "aborted")

    /// The three documented values.
    public static let documented: [StaticString] = ["succeeded", "failed", "aborted"]
}
