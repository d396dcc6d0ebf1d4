/// The two clocks of a worker.
package protocol EngineClock: Sendable {
    /// Nanoseconds of a clock that never goes back.
    func now() -> UInt64
    /// Milliseconds since 1970.
    func wall() -> Int64
}

/// The machine's clocks.
package struct SystemClock: EngineClock {
    package init() {}

    package func now() -> UInt64 { MonotonicClock.nanoseconds() }

    package func wall() -> Int64 { WallClock.milliseconds() }
}

extension Duration {
    /// Whole nanoseconds, 0 for what is negative, the largest for what is too long (over 500 years).
    package var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product &+ UInt64(attoseconds / 1_000_000_000)
    }
}
