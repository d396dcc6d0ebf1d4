/// Where a replay starts or ends, as it was asked for.
package enum ReplayBound: Sendable, Hashable {
    /// The first record that a partition still has.
    case earliest
    /// The end of the log as of now.
    case now
    /// An offset, in each partition.
    case offset(Int64)
    /// The first record that is not older, in milliseconds since 1970.
    case time(Int64)

    /// In milliseconds since 1970, where it is a time.
    package var milliseconds: Int64? { if case .time(let milliseconds) = self { milliseconds } else { nil } }
}
