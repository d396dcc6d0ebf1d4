import Testing

@testable import MillraceEngine

@Suite("The circuit breaker")
struct CircuitBreakerTests {
    private static let second: UInt64 = 1_000_000_000

    private func breaker(share: Double = 0.8, minimum: Int = 10) -> CircuitBreaker {
        CircuitBreaker(
            CircuitBreaker.Rules(
                share: share, minimum: minimum, window: 10 * Self.second,
                pause: Backoff(minimum: Self.second, maximum: 5 * Self.second)))
    }

    @Test func itOpensAtItsShareAndNotBeforeItsMinimum() {
        var breaker = breaker()
        for _ in 0..<2 { #expect(breaker.attempted(failed: false, now: 0) == nil) }
        for _ in 0..<7 { #expect(breaker.attempted(failed: true, now: 0) == nil) }
        #expect(!breaker.isOpen, "7 of 9: the share is there, the number is not")
        #expect(
            breaker.attempted(failed: true, now: 0)
                == CircuitBreaker.Opening(failed: 8, attempts: 10, pause: Self.second))
        #expect(breaker.isOpen)
    }

    @Test func belowItsShareItStaysClosedForEver() {
        var breaker = breaker()
        for number in 0..<10_000 {
            #expect(breaker.attempted(failed: number % 4 != 0, now: UInt64(number) * 1_000_000) == nil)
        }
    }

    @Test func whatIsOlderThanTheWindowDoesNotCount() {
        var breaker = breaker()
        for _ in 0..<9 { _ = breaker.attempted(failed: true, now: Self.second) }
        #expect(breaker.attempted(failed: true, now: 12 * Self.second) == nil)
        // Successes of long ago do not keep it closed either.
        var healthy = self.breaker()
        for number in 0..<10_000 { _ = healthy.attempted(failed: false, now: UInt64(number) * 1_000_000) }
        var openedAt: UInt64?
        for number in 0..<40 where openedAt == nil {
            let now = UInt64(number) * Self.second / 2 + 30 * Self.second
            if healthy.attempted(failed: true, now: now) != nil { openedAt = now }
        }
        #expect(openedAt == 30 * Self.second + 9 * Self.second / 2)
    }

    @Test func pausesGrowToTheirBoundAndStartOverOnceItClosed() {
        var breaker = breaker(minimum: 1)
        #expect(breaker.attempted(failed: true, now: 0)?.pause == Self.second)
        #expect((0..<5).map { _ in breaker.probeFailed() / Self.second } == [2, 4, 5, 5, 5])
        breaker.probeSucceeded()
        #expect(!breaker.isOpen)
        #expect(breaker.attempted(failed: true, now: 0) == .init(failed: 1, attempts: 1, pause: Self.second))
    }

    @Test func afterItClosedItCountsAnew() {
        var breaker = breaker()
        for _ in 0..<10 { _ = breaker.attempted(failed: true, now: 0) }
        breaker.probeSucceeded()
        for _ in 0..<9 { #expect(breaker.attempted(failed: true, now: 0) == nil) }
        #expect(breaker.attempted(failed: true, now: 0) != nil)
    }
}
