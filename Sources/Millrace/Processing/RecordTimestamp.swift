/// A record's time, and what it is a time of.
public struct RecordTimestamp: Sendable, Hashable {
    /// What the time is a time of.
    public enum Kind: String, Sendable, Hashable {
        /// The record has no time.
        case none = "NoTimestampType"
        /// Set by the producer.
        case created = "CreateTime"
        /// Set by the broker when it appended the record.
        case logAppend = "LogAppendTime"
    }

    /// Milliseconds since 1970; may be negative; −1 where there is none.
    public var milliseconds: Int64
    /// What it is a time of.
    public var kind: Kind

    /// A time.
    public init(milliseconds: Int64, kind: Kind) {
        self.milliseconds = milliseconds
        self.kind = kind
    }
}
