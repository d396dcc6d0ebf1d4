import Testing

@testable import MillraceSimulation

/// `Scripts/simulate` runs more of them.
@Suite("The engine in a simulated group")
struct SimulationTests {
    /// Workers crash, lose partitions and stop, processors fail and hang, the broker and the dead-letter topic refuse:
    /// nothing is lost, order is kept, and everything gets done once that is over.
    @Test(arguments: 0..<6)
    func nothingIsLostWhateverHappens(_ block: UInt64) {
        for seed in block * 50..<block * 50 + 50 {
            guard let failure = Failure(seed: seed) else { continue }
            Issue.record("\(failure.text)")
            return
        }
    }

    /// A run is its seed's: otherwise what a failure prints could not be seen again.
    @Test func aSeedGivesTheSameRunAgain() {
        let steps = Array(0..<Simulation.steps)
        for seed in UInt64(0)..<5 {
            let scripts = (0..<2).map { _ in Simulation(seed: seed, isTold: true).run(steps).script }
            #expect(scripts[0].count > 100)
            let isSame = scripts[0] == scripts[1]
            #expect(isSame, "seed \(seed)")
        }
    }

    @Test func stepsAreReadAsTheyAreWritten() {
        #expect(Failure.steps("0-2,5,7-8") == [0, 1, 2, 5, 7, 8])
        #expect(Failure.steps("") == [])
        for text in ["2-0", "a", "1-2-3", "1,,x"] { #expect(Failure.steps(text) == nil) }
    }
}
