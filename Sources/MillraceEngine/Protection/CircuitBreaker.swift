/// Watches a route's attempts, and opens when nearly all of them fail: then nothing is attempted but one probe at a time,
/// with pauses that grow, until one succeeds.
package struct CircuitBreaker: Sendable {
    package struct Rules: Sendable, Hashable {
        /// Of the attempts within the window, the share that must have failed, above 0 and at most 1.
        package var share: Double
        /// Attempts within the window that there must have been, 1 or more.
        package var minimum: Int
        /// Nanoseconds that an attempt counts, give or take a tenth.
        package var window: UInt64
        /// The pause before the first probe, which doubles, and the longest one.
        package var pause: Backoff

        package init(share: Double, minimum: Int, window: UInt64, pause: Backoff) {
            self.share = share
            self.minimum = max(1, minimum)
            self.window = max(UInt64(Self.steps), window)
            self.pause = pause
        }

        fileprivate static let steps = 10
    }

    /// Why it opened, and how long until the first probe.
    package struct Opening: Sendable, Equatable {
        package var failed: Int
        package var attempts: Int
        package var pause: UInt64
    }

    /// The attempts that ended within one step of time.
    private struct Step: BitwiseCopyable {
        var number: UInt64 = 0
        var attempts: Int32 = 0
        var failed: Int32 = 0
    }

    private let rules: Rules
    private var steps = Array(repeating: Step(), count: Rules.steps)
    private var failedProbes = 0
    package private(set) var isOpen = false

    package init(_ rules: Rules) { self.rules = rules }

    /// An attempt ended while it was closed. Says so where it opens by that.
    package mutating func attempted(failed: Bool, now: UInt64) -> Opening? {
        let number = now / (rules.window / UInt64(Rules.steps))
        let index = Int(number % UInt64(Rules.steps))
        if steps[index].number != number { steps[index] = Step(number: number) }
        steps[index].attempts &+= 1
        guard failed else { return nil }
        steps[index].failed &+= 1
        var attempts = 0
        var failures = 0
        for step in steps where step.number + UInt64(Rules.steps) > number {
            attempts += Int(step.attempts)
            failures += Int(step.failed)
        }
        guard attempts >= rules.minimum, Double(failures) >= rules.share * Double(attempts) else { return nil }
        isOpen = true
        failedProbes = 0
        return Opening(failed: failures, attempts: attempts, pause: rules.pause.bound(after: 1))
    }

    /// A probe failed: the pause until the next one, in nanoseconds.
    package mutating func probeFailed() -> UInt64 {
        failedProbes += 1
        return rules.pause.bound(after: failedProbes + 1)
    }

    /// A probe succeeded: it is closed, and what was before does not count.
    package mutating func probeSucceeded() {
        isOpen = false
        steps = Array(repeating: Step(), count: Rules.steps)
    }
}
