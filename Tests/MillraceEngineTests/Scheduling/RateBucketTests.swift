import Testing

@testable import MillraceEngine

@Suite("A rate")
struct RateBucketTests {
    private static let second: UInt64 = 1_000_000_000

    /// Takes whatever there is at each step, and answers how many that was in all.
    private func taken(_ bucket: inout RateBucket, seconds: UInt64, step: UInt64, wanted: Int = .max) -> Int {
        var total = 0
        for time in stride(from: 0, through: seconds * Self.second, by: Int(step)) {
            total += bucket.take(upTo: wanted, now: time)
        }
        return total
    }

    @Test(arguments: [1, 2, 3, 7, 10, 100, 999, 12_345, 10_000_000])
    func overTimeItIsTheRate(_ rate: Int) {
        var bucket = RateBucket(perSecond: rate)
        let total = taken(&bucket, seconds: 20, step: 10_000_000)
        #expect(total >= rate * 20 && total <= rate * 20 + max(1, rate / 10) + 1)
    }

    @Test func whatWasNotTakenIsNotSavedUp() {
        var bucket = RateBucket(perSecond: 100)
        #expect(bucket.take(upTo: 1_000, now: 0) == 1, "the first is there at once")
        #expect(bucket.take(upTo: 1_000, now: 3_600 * Self.second) == 10, "a tenth of a second's worth")
        #expect(bucket.take(upTo: 1_000, now: 3_600 * Self.second) == 0)
    }

    @Test func aSlowRateComesOneByOne() {
        var bucket = RateBucket(perSecond: 2)
        #expect(bucket.take(upTo: 5, now: 7) == 1)
        #expect(bucket.take(upTo: 5, now: 7) == 0)
        #expect(bucket.nextPermit(now: 7) == 500_000_007)
        #expect(bucket.take(upTo: 5, now: 500_000_006) == 0)
        #expect(bucket.nextPermit(now: 500_000_006) == 500_000_007)
        #expect(bucket.take(upTo: 5, now: 500_000_007) == 1)
    }

    @Test func whatIsGivenBackCanBeTakenAgain() {
        var bucket = RateBucket(perSecond: 50)
        _ = bucket.take(upTo: 1, now: 0)
        #expect(bucket.take(upTo: 9, now: Self.second) == 5)
        bucket.giveBack(3)
        #expect(bucket.take(upTo: 9, now: Self.second) == 3)
        bucket.giveBack(1_000)
        #expect(bucket.take(upTo: 1_000, now: Self.second) == 5, "never more than may be saved up")
    }

    @Test func aClockThatStandsOrGoesBackGivesNothing() {
        var bucket = RateBucket(perSecond: 10)
        #expect(bucket.take(upTo: 5, now: Self.second) == 1)
        #expect(bucket.take(upTo: 5, now: 0) == 0)
        #expect(bucket.take(upTo: 5, now: Self.second) == 0)
        #expect(bucket.take(upTo: 0, now: 2 * Self.second) == 0)
        #expect(bucket.take(upTo: -1, now: 2 * Self.second) == 0)
        #expect(bucket.take(upTo: 5, now: 2 * Self.second) == 1)
    }
}
