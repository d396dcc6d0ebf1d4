import MillraceCGlue

/// The clock for durations: it never goes back, whatever happens to the time of day.
package enum MonotonicClock {
    /// Nanoseconds since an arbitrary moment, the same for the whole machine.
    package static func nanoseconds() -> UInt64 {
        millrace_monotonic_nanoseconds()
    }
}
