package import MillraceEngine

/// When a partition is not worked on any more, because too many of its records become dead letters. It goes on when the
/// worker is started again.
public struct LetterGuardConfiguration: Sendable {
    /// The share of the last records that may become letters, 0.01 to 0.99.
    public var share = 0.5
    /// How many of the last records of a partition count, 10 to 1,000,000.
    public var records = 1_000

    /// The defaults.
    public init() {}

    package var rules: LetterGuard.Rules { LetterGuard.Rules(records: records, share: share) }

    package static var keys: [OptionKey<LetterGuardConfiguration>] {
        [
            .number(
                "share", \.share, in: 0.01...0.99,
                "Guard, off without its section: a partition stops when more than this share of its last records became "
                    + "dead letters, until the worker is started again."),
            .integer(
                "records", \.records, in: 10...1_000_000, "Guard: how many of a partition's last records count."),
        ]
    }
}
