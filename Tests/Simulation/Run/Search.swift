/// A seed that failed, with the fewest steps that were found to fail.
struct Failure {
    let seed: UInt64
    let steps: [Int]
    let outcome: Simulation.Outcome

    /// Runs one seed; nil: nothing was wrong. What fails is shrunk where that is asked for.
    init?(seed: UInt64, steps: [Int]? = nil, isShrunk: Bool = true) {
        var kept = steps ?? Array(0..<Simulation.steps)
        let outcome = Simulation(seed: seed).run(kept)
        if outcome.violations.isEmpty { return nil }
        if let last = outcome.step { kept.removeAll { $0 > last } }
        if isShrunk { kept = Self.shrunk(kept, seed: seed) }
        self.seed = seed
        self.steps = kept
        self.outcome = Simulation(seed: seed, isTold: true).run(kept)
    }

    /// Leaves out as many steps as it can, in ever smaller pieces.
    private static func shrunk(_ steps: [Int], seed: UInt64) -> [Int] {
        var kept = steps
        var size = max(1, kept.count / 2)
        while true {
            var start = 0
            while start < kept.count {
                var fewer = kept
                fewer.removeSubrange(start..<min(start + size, kept.count))
                if Simulation(seed: seed).run(fewer).violations.isEmpty { start += size } else { kept = fewer }
            }
            if size == 1 { return kept }
            size /= 2
        }
    }

    /// The steps as text, `0-4,9`.
    var stepText: String {
        var parts: [(first: Int, last: Int)] = []
        for step in steps {
            if let last = parts.last, last.last + 1 == step {
                parts[parts.count - 1].last = step
            } else {
                parts.append((step, step))
            }
        }
        return parts.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: ",")
    }

    /// Reads ``stepText``; nil where it is none.
    static func steps(_ text: String) -> [Int]? {
        var steps: [Int] = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, ends.count <= 2, first <= last else { return nil }
            steps += Array(first...last)
        }
        return steps
    }

    /// What it is told as: how to see it again, what happened, what was wrong.
    var text: String {
        var lines = ["seed \(seed): \(outcome.violations[0])"]
        lines.append("replay: Scripts/simulate --seed \(seed) --steps \(stepText.isEmpty ? "none" : stepText)")
        lines += outcome.script.map { "    \($0)" }
        lines += outcome.violations.map { "  ✗ \($0)" }
        return lines.joined(separator: "\n")
    }
}
