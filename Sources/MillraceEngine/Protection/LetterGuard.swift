/// Watches what becomes of a partition's records, and stops the partition when too many of them become letters. It never
/// lets go by itself: somebody must look.
package struct LetterGuard: Sendable {
    package struct Rules: Sendable, Hashable {
        /// So many of the last records count, 1 or more.
        package var records: Int
        /// The share of them that may become letters, 0 or more and below 1.
        package var share: Double

        package init(records: Int, share: Double) {
            self.records = max(1, records)
            self.share = share
        }
    }

    package let rules: Rules
    /// Whether each of the last records became a letter: a ring.
    private var outcomes: [Bool] = []
    private var next = 0
    /// How many of the last records became letters.
    package private(set) var letters = 0
    package private(set) var hasStopped = false

    package init(_ rules: Rules) { self.rules = rules }

    /// A record was settled. Whether the partition stops now.
    package mutating func settled(deadLettered: Bool) -> Bool {
        if outcomes.count < rules.records {
            outcomes.append(deadLettered)
        } else {
            if outcomes[next] { letters -= 1 }
            outcomes[next] = deadLettered
            next = (next + 1) % outcomes.count
        }
        guard deadLettered else { return false }
        letters += 1
        guard !hasStopped, Double(letters) > rules.share * Double(rules.records) else { return false }
        hasStopped = true
        return true
    }
}
