/// Where the worker and its processors log. Without a sink nothing is formatted.
public struct Log: Sendable {
    /// Logs nothing.
    public init() {}
}
