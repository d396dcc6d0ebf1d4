/// The name of a value in a log entry's metadata. The worker's own names are all in this file; a plug-in adds its own by
/// a literal or an extension.
public struct LogKey: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name as it is written.
    public let name: String

    /// Names a key.
    public init(_ name: String) { self.name = name }
    /// Names a key.
    public init(stringLiteral value: String) { name = value }
    /// The name.
    public var description: String { name }
}

extension LogKey {
    // Where.

    /// A topic's name.
    public static let topic: LogKey = "topic"
    /// A partition's number.
    public static let partition: LogKey = "partition"
    /// Several partitions' numbers, ranges written `0-7`.
    public static let partitions: LogKey = "partitions"
    /// A record's offset.
    public static let offset: LogKey = "offset"
    /// The offset that was committed.
    public static let committed: LogKey = "committed"
    /// Where reading went on.
    public static let resumedAt: LogKey = "resumedAt"
    /// The offset behind the last one that is concerned.
    public static let until: LogKey = "until"
    /// Which assignment of a partition, counted from 1.
    public static let epoch: LogKey = "epoch"
    /// A lane's number, from 0.
    public static let lane: LogKey = "lane"
    /// The consumer group.
    public static let group: LogKey = "group"

    // What.

    /// A processor's name.
    public static let processor: LogKey = "processor"
    /// An event's type.
    public static let type: LogKey = "type"
    /// A reason as it stands in a dead letter.
    public static let reason: LogKey = "reason"
    /// The name of a tolerance.
    public static let code: LogKey = "code"
    /// The number of an attempt, from 1.
    public static let attempt: LogKey = "attempt"
    /// How a letter was written: `whole` or `pointer`.
    public static let letter: LogKey = "letter"
    /// The worker's phase.
    public static let phase: LogKey = "phase"

    // Why.

    /// The cause, in words.
    public static let cause: LogKey = "cause"
    /// An error's name, as the library that reports it spells it.
    public static let errorName: LogKey = "errorName"

    // How much.

    /// How many.
    public static let count: LogKey = "count"
    /// How many there were in all, of which `count` is a part.
    public static let total: LogKey = "total"
    /// The time over which `count` was counted, in seconds.
    public static let overSeconds: LogKey = "overSeconds"
    /// The time until the next attempt, in seconds.
    public static let delaySeconds: LogKey = "delaySeconds"
    /// How long something has lasted, in seconds.
    public static let seconds: LogKey = "seconds"
    /// Bytes.
    public static let bytes: LogKey = "bytes"

    // Servers and files.

    /// `HOST:PORT`.
    public static let address: LogKey = "address"
    /// A file's path.
    public static let path: LogKey = "path"
}
