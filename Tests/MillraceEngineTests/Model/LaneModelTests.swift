import Testing

@testable import MillraceEngine

@Suite("A lane's engine against a model")
struct LaneModelTests {
    /// Faults by chance, then none: nothing is lost, and everything that was promised held all the time.
    @Test(arguments: 0..<8)
    func nothingIsLostInAnyOrderOfEvents(_ block: UInt64) { run(block, isProtected: false) }

    /// The same where routes de-duplicate and have circuit breakers.
    @Test(arguments: 0..<8)
    func nothingIsLostWhereRoutesPassOverAndStop(_ block: UInt64) { run(block, isProtected: true) }

    private func run(_ block: UInt64, isProtected: Bool) {
        for seed in block * 20..<block * 20 + 20 {
            let simulation = LaneSimulation(seed: seed, isProtected: isProtected)
            let violations = simulation.run(steps: 1_500)
            if violations.isEmpty { continue }
            let last = simulation.script.suffix(30).joined(separator: "\n")
            Issue.record("seed \(seed): \(violations.prefix(3).joined(separator: "; "))\n\(last)")
            return
        }
    }
}
