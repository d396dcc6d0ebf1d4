/// Looks for the record that takes the process down, on one assignment of a partition whose owners ended again and again
/// without giving it back and without progress: records are tried one at a time.
///
/// A process may also be ended from outside while a record happens to be tried. So before its last try a record is withheld
/// for as long as the one before can have taken: a process that ends then as well was not ended by it.
package struct CrashSearch: Sendable, Hashable {
    /// What to do with the next record.
    package enum Step: Sendable, Hashable {
        /// Nothing: the search is over.
        case over
        /// Commit this, and give the record to its handlers when that is acknowledged.
        case probe(CrashProbe)
        /// Commit this, and withhold the record for so many seconds; if the process lives then, commit
        /// ``CrashProbe/again(at:)``, and give it to its handlers.
        case withhold(CrashProbe, seconds: Int64)
        /// It was with handlers alone in this many crashes, as many as are allowed: no handler gets it again.
        case culprit(crashes: Int)
    }

    /// The longest time for which a record is withheld, in seconds.
    package static let longestWithheld: Int64 = 300

    /// Crashes of a record's own after which no handler gets it.
    private let limit: UInt16
    /// The offset behind the last one that may have been in flight at the crashes.
    package private(set) var until: Int64
    /// The record that was being tried when an earlier owner ended.
    package let found: CrashProbe?

    /// A search, where there is a reason for one; else nil.
    ///
    /// - Parameters:
    ///   - metadata: what stood beside the committed offset `start`.
    ///   - end: the end of the log: behind it nothing can have been in flight.
    ///   - limit: starts without progress until a search begins, and crashes of a record's own; 0: never.
    ///   - span: offsets that may have been in flight at once.
    ///   - isOneOfSeveral: another partition of this worker is searched. One that has only begun to be without progress is
    ///     then as likely to have the culprit, and is searched too.
    package init?(
        found metadata: CommitMetadata, start: Int64, end: Int64, limit: Int, span: Int, isOneOfSeveral: Bool = false
    ) {
        let found = metadata.probe.flatMap { $0.offset >= start && $0.offset < end ? $0 : nil }
        let starts = Int(metadata.starts)
        guard limit > 0, start < end, starts >= limit || found != nil || (isOneOfSeveral && starts > 0) else {
            return nil
        }
        self.limit = UInt16(clamping: limit)
        self.found = found
        let (last, isBeyond) = start.addingReportingOverflow(Int64(span))
        until = isBeyond ? end : min(end, last)
        if let found { until = max(until, found.offset + 1) }
    }

    /// The next record that was read, whatever becomes of it. `now`: in seconds since 1970.
    package mutating func step(_ offset: Int64, now: Int64) -> Step {
        guard offset < until else { return .over }
        guard let found, found.offset == offset else {
            return .probe(CrashProbe(offset: offset, count: 1, began: now))
        }
        if found.count >= limit {
            // Until its letter is written, and that is committed: what is behind it may end the process as well.
            until = offset + 1
            return .culprit(crashes: Int(found.count))
        }
        if found.count < limit - 1 { return .probe(found.again(at: now)) }
        let withheld = CrashProbe(offset: offset, count: found.count, began: now, isWithheld: true)
        return .withhold(withheld, seconds: min(max(now - found.began, 1), Self.longestWithheld))
    }

    /// Whether nothing is left to try, where everything below `watermark` is settled.
    package func isOver(watermark: Int64) -> Bool { watermark >= until }

    /// Whether a process ended while a suspect was withheld: then it is ended by something else than a record, and all
    /// suspicion is to be forgotten.
    package static func isFutile(_ metadata: CommitMetadata) -> Bool { metadata.probe?.isWithheld == true }
}
