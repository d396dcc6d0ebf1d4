/// What is kept in the metadata of a committed offset beside the offset: versioned text of at most 4,000 bytes.
///
/// Version 1: `millrace/1` followed by fields, each a space and `name=value`; unknown fields are ignored, so that a
/// later version can add some. `attempts=OFFSET/ROUTE:COUNT,…` counts the started attempts of work that failed; routes go by
/// their ``RouteNames``, and what is counted for one that there is no longer is ignored. `done=BASE:MAP` is the
/// ``OffsetMap`` of what is done above the committed offset, and only counts where that is BASE. `starts=COUNT` are
/// owners that began at this offset and neither got on nor gave the partition back, `probe=OFFSET/COUNT/TIME` is a
/// ``CrashProbe``.
/// `replay=START/END` and `request=TEXT` are a replay's.
package struct CommitMetadata: Sendable, Hashable {
    /// The longest metadata that is written, in bytes. Kafka's own limit is 4,096 by default.
    package static let maximumBytes = 4_000
    private static let mark = "millrace/1"

    /// Started attempts of work that failed at least once and is not settled.
    package var attempts: [AttemptKey: UInt16]
    /// What is done above the committed offset.
    package var done: OffsetMap?
    /// Owners since the last that got on or gave the partition back in order; an owner counts himself while he has it.
    package var starts: UInt16
    /// The record that is being tried alone.
    package var probe: CrashProbe?
    /// The partition's part of a replay, where the group is one's.
    package var replay: ReplayMark?

    package init(
        attempts: [AttemptKey: UInt16] = [:], done: OffsetMap? = nil, starts: UInt16 = 0, probe: CrashProbe? = nil,
        replay: ReplayMark? = nil
    ) {
        self.attempts = attempts
        self.done = done
        self.starts = starts
        self.probe = probe
        self.replay = replay
    }

    /// The text; attempts that do not fit are left out, the highest offsets first.
    package func text(_ routes: RouteNames) -> String {
        var text = Self.mark
        if let replay { text += " \(replay.text)" }
        if starts > 0 { text += " starts=\(starts)" }
        if let probe { text += " probe=\(probe.text)" }
        if let done { text += " done=\(done.text)" }
        if attempts.isEmpty { return text }
        var separator = " attempts="
        for (key, count) in attempts.sorted(by: { $0.key < $1.key }) {
            let field = "\(separator)\(key.offset)/\(routes.texts[Int(key.route)]):\(count)"
            if text.utf8.count + field.utf8.count > Self.maximumBytes { break }
            text += field
            separator = ","
        }
        return text
    }

    /// What was read back.
    package enum Reading: Sendable, Equatable {
        /// There is none.
        case none
        /// Millrace's own.
        case own(CommitMetadata)
        /// Somebody else's: left alone and reported.
        case foreign
    }

    /// Reads metadata that was found beside a committed offset.
    package static func read(_ text: String?, _ routes: RouteNames) -> Reading {
        guard let text, !text.isEmpty else { return .none }
        let fields = text.split(separator: " ", omittingEmptySubsequences: true)
        guard let first = fields.first, first == mark else { return .foreign }
        var metadata = CommitMetadata(replay: ReplayMark(fields: fields.dropFirst()))
        for field in fields.dropFirst() {
            if field.hasPrefix("done=") { metadata.done = OffsetMap(text: field.dropFirst("done=".count)) }
            if field.hasPrefix("starts=") { metadata.starts = UInt16(field.dropFirst("starts=".count)) ?? 0 }
            if field.hasPrefix("probe=") { metadata.probe = CrashProbe(text: field.dropFirst("probe=".count)) }
        }
        for field in fields.dropFirst() where field.hasPrefix("attempts=") {
            for entry in field.dropFirst("attempts=".count).split(separator: ",") {
                let parts = entry.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == ":" }
                guard parts.count == 3, let offset = Int64(parts[0]), let route = routes.number(of: parts[1]),
                    let count = UInt16(parts[2]), offset >= 0
                else { continue }
                metadata.attempts[AttemptKey(offset: offset, route: route)] = count
            }
        }
        return .own(metadata)
    }

    /// The text of a replay's part of which nothing has been attempted yet.
    package static func text(of replay: ReplayMark) -> String { CommitMetadata(replay: replay).text(RouteNames([])) }

    /// The part of a replay that stands beside a committed offset; nil where there is none.
    package static func replay(in text: String?) -> ReplayMark? {
        if case .own(let metadata) = read(text, RouteNames([])) { metadata.replay } else { nil }
    }
}

/// Some work by what outlives its assignment: the record's offset, and the route's number in this configuration.
package struct AttemptKey: Sendable, Hashable, Comparable {
    package var offset: Int64
    package var route: UInt8

    package init(offset: Int64, route: UInt8) {
        self.offset = offset
        self.route = route
    }

    package static func < (left: AttemptKey, right: AttemptKey) -> Bool {
        (left.offset, left.route) < (right.offset, right.route)
    }
}
