/// How far a replay is, in offsets over all partitions: a compacted log has fewer records than offsets.
package struct ReplayProgress: Sendable, Hashable {
    /// Offsets that are settled or do not exist.
    package var settled: Int64 = 0
    /// Offsets from the start to the end.
    package var total: Int64 = 0

    package init() {}

    package var isComplete: Bool { settled >= total }
}
