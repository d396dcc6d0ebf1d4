import Testing

@testable import MillraceEngine

@Suite("Timers, backoff and randomness")
struct RetryTests {
    @Test(arguments: 0..<6)
    func timersComeByTimeAndThenInOrder(_ seed: UInt64) {
        var random = RandomSource(seed: seed)
        var heap = TimerHeap<Int>()
        var model: [(due: UInt64, number: Int)] = []
        var now: UInt64 = 0
        for number in 0..<1_000 {
            let due = now + random.next(through: 50)
            heap.add(due: due, number)
            model.append((due, number))
            if random.next(through: 9) == 0 {
                let divisor = Int(random.next(through: 8)) + 5
                heap.removeAll { $0 % divisor == 0 }
                model.removeAll { $0.number % divisor == 0 }
            }
            if random.next(through: 2) == 0 {
                now += random.next(through: 20)
                while let taken = heap.popDue(now: now) {
                    let first = model.min { ($0.due, $0.number) < ($1.due, $1.number) }
                    #expect(taken == first?.number)
                    model.removeAll { $0.number == taken }
                }
                #expect(model.allSatisfy { $0.due > now })
            }
            #expect(heap.count == model.count)
            #expect(heap.nextDue == model.map(\.due).min())
        }
    }

    @Test func theBoundDoublesUpToTheMaximum() {
        let backoff = Backoff(minimum: 100, maximum: 1_000)
        #expect((1...6).map { backoff.bound(after: $0) } == [100, 200, 400, 800, 1_000, 1_000])
        #expect(backoff.bound(after: 0) == 100)
        #expect(backoff.bound(after: 100) == 1_000)
        #expect(backoff.bound(after: .max) == 1_000)
    }

    @Test func extremesDoNotOverflow() {
        #expect(Backoff(minimum: 1, maximum: .max).bound(after: 63) == 1 << 62)
        #expect(Backoff(minimum: 1, maximum: .max).bound(after: 65) == .max)
        #expect(Backoff(minimum: 3, maximum: .max).bound(after: 63) == 3 << 62)
        #expect(
            Backoff(minimum: .max, maximum: 1).bound(after: 1) == .max, "a maximum below the minimum is the minimum")
        #expect(Backoff(minimum: 0, maximum: 0).bound(after: 9) == 0)
    }

    @Test func delaysFillTheirBoundAndDiffer() {
        let backoff = Backoff(minimum: 1_000_000, maximum: 10_000_000_000)
        var random = RandomSource(seed: 3)
        for attempt in 1...20 {
            let bound = backoff.bound(after: attempt)
            let delays = (0..<500).map { _ in backoff.delay(after: attempt, random: &random) }
            #expect(delays.allSatisfy { $0 <= bound })
            #expect(Set(delays).count > 490)
            #expect(delays.count { $0 < bound / 4 } > 80, "no full jitter")
            #expect(delays.count { $0 > bound / 4 * 3 } > 80, "no full jitter")
        }
    }

    @Test func aSeedGivesTheSameSequence() {
        // The first values of SplitMix64 for the seed 1234567.
        var random = RandomSource(seed: 1_234_567)
        let values = (0..<5).map { _ in random.next() }
        #expect(
            values == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
        var other = RandomSource(seed: 8)
        #expect((0..<1_000).allSatisfy { _ in other.next(through: 7) <= 7 })
        #expect(other.next(through: 0) == 0)
    }
}
