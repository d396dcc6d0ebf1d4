import MillraceEngine
import Synchronization

/// A rate that all lanes of a worker share.
package final class RateGate: Sendable {
    private let bucket: Mutex<RateBucket>

    /// Events a second.
    package init(perSecond: Int) { bucket = Mutex(RateBucket(perSecond: perSecond)) }

    /// Takes up to so many permits.
    package func take(upTo count: Int, now: UInt64) -> Int { bucket.withLock { $0.take(upTo: count, now: now) } }

    /// Permits that were taken and not used.
    package func giveBack(_ count: Int) { bucket.withLock { $0.giveBack(count) } }

    /// When the next permit is there, in nanoseconds.
    package func nextPermit(now: UInt64) -> UInt64 { bucket.withLock { $0.nextPermit(now: now) } }
}
