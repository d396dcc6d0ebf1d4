/// What was waited for and did not come.
public struct WaitedInVain: Error, CustomStringConvertible {
    /// What was waited for, and how long.
    public let description: String

    package init(description: String) { self.description = description }
}

/// Looks again and again until there is something to return, and throws ``WaitedInVain`` when the time is over.
///
/// Tests wait for what they can see, through this and nothing else.
/// - Parameters:
///   - what: what is waited for, for the message.
///   - limit: how long at most. It is there to end a failing test, not to tune a passing one: generous.
///   - condition: answers nil while it is not yet so.
public func eventually<Value: Sendable>(
    _ what: String, within limit: Duration = .seconds(60), isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await condition() { return value }
        guard ContinuousClock.now < deadline else {
            throw WaitedInVain(description: "waited \(limit) in vain: \(what)")
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// Looks again and again until the condition holds; see the form with a value.
public func eventually(
    _ what: String, within limit: Duration = .seconds(60), isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    let _: Bool = try await eventually(what, within: limit) { try await condition() ? true : nil }
}
