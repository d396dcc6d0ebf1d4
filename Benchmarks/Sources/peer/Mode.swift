/// What is done with each record: the contract's modes, and variants of two of them.
enum Mode: String, CaseIterable {
    /// Decode the envelope, route by type, count.
    case noop
    /// `noop` of a source whose content mode is fixed, so that no header is looked at.
    case noopFixed = "noop-fixed"
    /// Besides, read the data with all its members, where they stand.
    case typed
    /// Besides, make a `String` of each member.
    case typedStrings = "typed-strings"
    /// A millisecond an event through the delivery's clock, in order by key.
    case slow
    /// `slow` through `Task.sleep`.
    case slowTask = "slow-task"
    /// `noop` with dead letters for what cannot be taken.
    case dlq
    /// `noop` of what comes from now on, and the time from sending each record to the end of its handler.
    case latency

    /// Of this run.
    static let current = CommandLine.arguments.firstIndex(of: "--mode").flatMap { index in
        index + 1 < CommandLine.arguments.count ? Mode(rawValue: CommandLine.arguments[index + 1]) : nil
    }
    static let isTyped = current == .typed || current == .typedStrings
    static let makesStrings = current == .typedStrings
    static let isLatency = current == .latency

    var isSlow: Bool { self == .slow || self == .slowTask }
}
