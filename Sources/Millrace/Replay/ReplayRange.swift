/// One partition's part of a replay, cut to what its log holds.
package struct ReplayRange: Sendable, Hashable {
    /// What a log holds, and what it answers for the times that were asked for.
    package struct Log: Sendable, Hashable {
        /// The first offset that it still has.
        package var low: Int64
        /// The offset behind its last record, as of now.
        package var high: Int64
        /// The first offset that is not older than the start's time; nil where none is, or no time was asked for.
        package var start: Int64?
        /// The same for the end's time.
        package var end: Int64?

        package init(low: Int64, high: Int64, start: Int64? = nil, end: Int64? = nil) {
            self.low = low
            self.high = high
            self.start = start
            self.end = end
        }
    }

    /// What a user has to be told of a range.
    package enum Remark: Sendable, Hashable {
        /// These offsets were asked for and are no longer in the log.
        case gone(Range<Int64>)
        /// The log has lost what was before this offset, and a time lies before its first record: some of it may be gone.
        case mayBeGone(before: Int64)
        /// These offsets were asked for and do not exist yet.
        case notYet(Range<Int64>)
        /// No record is as late as the start, which is nothing to do: never the newest records.
        case startsBehindLast
        /// The end comes before the start.
        case reversed
    }

    /// The first offset.
    package var start: Int64
    /// The offset behind the last one; the same as `start` where there is nothing to do.
    package var end: Int64
    package var remarks: [Remark] = []

    /// Offsets in it, of which some may have no record.
    package var count: Int64 { end - start }
    /// Everything that was asked for is no longer in the log.
    package private(set) var isGone = false

    /// Resolves both bounds once. `log.high` is what *now* means.
    package init(from: ReplayBound, to: ReplayBound, in log: Log) {
        let wantedStart = Self.wantedStart(from, log)
        let wantedEnd = Self.wantedEnd(to, log)
        start = min(max(wantedStart, log.low), log.high)
        end = min(max(wantedEnd, log.low), log.high)
        if case .time = from, log.start == nil { remarks.append(.startsBehindLast) }
        if wantedEnd < wantedStart, remarks.isEmpty { remarks.append(.reversed) }
        end = max(start, end)
        guard wantedStart < wantedEnd else { return }
        if case .offset = from, wantedStart < log.low {
            remarks.append(.gone(wantedStart..<min(wantedEnd, log.low)))
            isGone = wantedEnd <= log.low
        }
        if case .time = from, log.low > 0, start == log.low { remarks.append(.mayBeGone(before: log.low)) }
        if case .offset = to, wantedEnd > log.high {
            remarks.append(.notYet(max(wantedStart, log.high)..<wantedEnd))
        }
    }

    private static func wantedStart(_ bound: ReplayBound, _ log: Log) -> Int64 {
        switch bound {
        case .earliest: log.low
        case .now: log.high
        case .offset(let offset): offset
        case .time: log.start ?? log.high
        }
    }

    private static func wantedEnd(_ bound: ReplayBound, _ log: Log) -> Int64 {
        switch bound {
        case .earliest: log.low
        case .now: log.high
        case .offset(let offset): offset
        case .time: log.end ?? log.high
        }
    }
}
