import Testing

@testable import MillraceEngine

@Suite("The guard over dead letters")
struct LetterGuardTests {
    /// Whether it stopped at each of some records.
    private func settle(_ letters: inout LetterGuard, _ outcomes: [Bool]) -> [Bool] {
        outcomes.map { letters.settled(deadLettered: $0) }
    }

    @Test func itStopsAboveItsShareOfTheLastRecords() {
        var letters = LetterGuard(LetterGuard.Rules(records: 10, share: 0.5))
        let stops = settle(&letters, [true, true, true, true, true, false, true, true])
        #expect(stops == [false, false, false, false, false, false, true, false], "half is no reason; and once")
        #expect(letters.hasStopped && letters.letters == 7)
    }

    @Test func itForgetsWhatLiesFurtherBack() {
        var letters = LetterGuard(LetterGuard.Rules(records: 10, share: 0.5))
        #expect(!settle(&letters, (0..<10_000).map { $0 % 2 == 0 }).contains(true))
        #expect(letters.letters == 5)
        #expect(settle(&letters, [false, true, true, true]) == [false, false, false, true], "6 of the last 10")
    }
}
