/// The type of resource that a task operates on.
public struct ResourceType: GrowingValue {
    /// The spelling in events.
    public let rawValue: String

    /// The value that is spelt so.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// `app`.
    public static let app = ResourceType(rawValue: "app")

    /// The one documented value.
    public static let documented: [StaticString] = ["app"]
}
