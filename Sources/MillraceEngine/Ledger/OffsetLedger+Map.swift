extension OffsetLedger {
    /// Whether something above the watermark is done, by this assignment or an earlier one. Not after ``releaseAll()``.
    package var isOutOfOrder: Bool { tail &- head != counts.inFlight || !inherited.isEmpty }

    /// What is done above the watermark; nil where nothing is. Goes through everything above it: not for each record.
    ///
    /// Between two done records that were received one after the other there is no record: a gap of the log. It counts as
    /// done, which makes maps of compacted logs shorter.
    package func map() -> OffsetMap? {
        var runs: [Range<Int64>] = []
        var lower: Int64?
        var upper: Int64 = 0
        var sequence = head
        while sequence != tail {
            let entry = entries[Int(truncatingIfNeeded: sequence & mask)]
            if entry.isSettled {
                if lower == nil { lower = entry.offset }
                upper = entry.offset &+ 1
            } else if let begin = lower {
                runs.append(begin..<upper)
                lower = nil
            }
            sequence &+= 1
        }
        if let lower { runs.append(lower..<upper) }
        for run in inherited where run.upperBound > position {
            runs.append(max(run.lowerBound, position)..<run.upperBound)
        }
        return OffsetMap(base: watermark, runs: runs)
    }
}
