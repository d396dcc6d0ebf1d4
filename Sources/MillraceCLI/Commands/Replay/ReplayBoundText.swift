import CloudEvents
import Millrace

/// Where a replay starts or ends, as people write it.
enum ReplayBoundText {
    static let times = "a time such as 2026-01-31T03:00:00Z, -2h, 'today 03:00' or 'yesterday 03:00'"

    /// What `--from` takes.
    static var from: OptionType<ReplayBound> {
        OptionType(
            "\(times), or offset:N, or earliest",
            parse: { text in
                let bound = parse(text, now: WallClock.milliseconds())
                return bound == .now ? nil : bound
            }, text: write)
    }

    /// What `--to` takes.
    static var to: OptionType<ReplayBound> {
        OptionType(
            "\(times), or offset:N, or now",
            parse: { text in
                let bound = parse(text, now: WallClock.milliseconds())
                return bound == .earliest ? nil : bound
            }, text: write)
    }

    /// `earliest`, `now`, `offset:N`, a timestamp of RFC 3339 with its offset, a duration after `-` for so long ago, or a
    /// time of day in the process's zone after `today` or `yesterday`. Nil for anything else.
    static func parse(_ text: String, now: Int64) -> ReplayBound? {
        switch text {
        case "earliest": return .earliest
        case "now": return .now
        default: break
        }
        if text.hasPrefix("offset:") {
            let digits = text.dropFirst("offset:".count)
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let offset = Int64(digits) else { return nil }
            return .offset(offset)
        }
        if text.hasPrefix("-") {
            guard let duration = DurationText.parse(String(text.dropFirst())) else { return nil }
            let (seconds, attoseconds) = duration.components
            return time(now - seconds * 1000 - attoseconds / 1_000_000_000_000_000)
        }
        for (word, days) in [("today ", 0), ("yesterday ", 1)] where text.hasPrefix(word) {
            return timeOfDay(text.dropFirst(word.count), daysBefore: days, now: now)
        }
        return Timestamp(text).flatMap { time($0.milliseconds) }
    }

    /// `HH:MM` or `HH:MM:SS`.
    private static func timeOfDay(_ text: Substring, daysBefore days: Int, now: Int64) -> ReplayBound? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.count == 2 && part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
        }
        guard numbers.count == parts.count, (2...3).contains(numbers.count), numbers[0] < 24, numbers[1] < 60,
            numbers.count == 2 || numbers[2] < 60
        else { return nil }
        return LocalTime.milliseconds(
            now: now, daysBefore: days, hour: numbers[0], minute: numbers[1],
            second: numbers.count == 3 ? numbers[2] : 0
        ).flatMap(time)
    }

    /// Below 0 the protocol means something else: nothing in a log is that old.
    private static func time(_ milliseconds: Int64) -> ReplayBound { .time(max(0, milliseconds)) }

    /// What ``parse(_:now:)`` reads back; times as instants.
    @Sendable static func write(_ bound: ReplayBound) -> String {
        switch bound {
        case .earliest: "earliest"
        case .now: "now"
        case .offset(let offset): "offset:\(offset)"
        case .time(let milliseconds): WallClock.text(milliseconds: milliseconds)
        }
    }
}
