/// What a replay's group keeps beside a partition's committed offset: where the replay of this partition starts and ends,
/// and what it was asked for. Every process that takes the partition over reads it there.
package struct ReplayMark: Sendable, Hashable {
    /// The first offset that is replayed.
    package var start: Int64
    /// The offset behind the last one that is replayed; the same as `start` where there is nothing to do.
    package var end: Int64
    /// What was asked for, as one word of visible ASCII without blanks; whoever resumes compares it.
    package var request: String

    /// `start` is at least 0 and not behind `end`.
    package init(start: Int64, end: Int64, request: String) {
        self.start = start
        self.end = end
        self.request = request
    }

    /// Offsets from start to end.
    package var count: Int64 { end - start }

    /// How many of them are settled where the first that is not is this one.
    package func settled(at position: Int64) -> Int64 { min(max(position, start), end) - start }

    /// The longest `request` that is kept, in bytes: attempts need room beside it.
    package static let maximumRequestBytes = 1_000

    /// The fields of a committed offset's metadata.
    var text: String { "replay=\(start)/\(end) request=\(request)" }

    /// Reads the fields back; nil where they are none of a replay.
    init?(fields: some Sequence<Substring>) {
        var range: (start: Int64, end: Int64)?
        var request = ""
        for field in fields {
            if field.hasPrefix("replay=") {
                let parts = field.dropFirst("replay=".count).split(separator: "/", omittingEmptySubsequences: false)
                guard parts.count == 2, let start = Int64(parts[0]), let end = Int64(parts[1]), start >= 0, start <= end
                else { return nil }
                range = (start, end)
            } else if field.hasPrefix("request=") {
                request = String(field.dropFirst("request=".count))
            }
        }
        guard let range else { return nil }
        self.init(start: range.start, end: range.end, request: request)
    }
}
