/// Exponential backoff with full jitter: the delay after failed attempt n is drawn evenly from zero to
/// `minimum · 2ⁿ⁻¹`, at most `maximum`.
package struct Backoff: Sendable, Hashable {
    /// The bound of the first delay, in nanoseconds.
    package var minimum: UInt64
    /// The bound of every delay, in nanoseconds.
    package var maximum: UInt64

    package init(minimum: UInt64, maximum: UInt64) {
        self.minimum = minimum
        self.maximum = max(minimum, maximum)
    }

    /// The largest delay after the given failed attempt, counted from 1.
    package func bound(after attempt: Int) -> UInt64 {
        let doublings = max(0, attempt - 1)
        guard doublings < 63, minimum <= maximum >> UInt64(doublings) else { return maximum }
        return minimum << UInt64(doublings)
    }

    /// A delay after the given failed attempt, counted from 1.
    package func delay(after attempt: Int, random: inout RandomSource) -> UInt64 {
        random.next(through: bound(after: attempt))
    }
}
