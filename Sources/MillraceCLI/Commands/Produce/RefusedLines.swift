/// The lines that are not sent, and why. Keeps the first ones only.
struct RefusedLines {
    private static let shown = 20
    private var lines: [String] = []
    private var count = 0

    mutating func note(_ refusal: ProduceRefusal, at place: String) {
        count += 1
        if lines.count < Self.shown { lines.append("\(place): \(refusal.description)") }
    }

    /// What ends the command, if there is anything.
    var error: CommandError? {
        guard count > 0 else { return nil }
        let more = count > lines.count ? ["and \((count - lines.count).grouped) more"] : []
        let what = count == 1 ? "1 line is refused" : "\(count.grouped) lines are refused"
        return CommandError(
            .badData, (["\(what), nothing was sent:"] + (lines + more).map { "  \($0)" }).joined(separator: "\n"),
            hint: "'explain' says more; --raw sends them all the same.")
    }
}
