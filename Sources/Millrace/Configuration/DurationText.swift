/// Durations as people write them: `100ms`, `10s`, `1m30s`.
package enum DurationText {
    private static let attosecondsPerSecond: Int128 = 1_000_000_000_000_000_000
    /// From the largest; attoseconds in one.
    private static let units: [(name: String, size: Int128)] = [
        ("d", 86_400 * attosecondsPerSecond), ("h", 3_600 * attosecondsPerSecond), ("m", 60 * attosecondsPerSecond),
        ("s", attosecondsPerSecond), ("ms", attosecondsPerSecond / 1_000), ("us", attosecondsPerSecond / 1_000_000),
        ("ns", attosecondsPerSecond / 1_000_000_000),
    ]

    /// Whole numbers with units (`d`, `h`, `m`, `s`, `ms`, `us`, `ns`), the larger unit first, none twice. Nil for
    /// anything else, and for what is longer than a hundred million days.
    package static func parse(_ text: String) -> Duration? {
        var total: Int128 = 0
        var rest = text.utf8[...]
        var nextUnit = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            rest = rest.dropFirst(letters.count)
            guard let number = Int(Substring(digits)),
                let unit = units.indices.dropFirst(nextUnit).first(where: {
                    units[$0].name == String(Substring(letters))
                })
            else { return nil }
            total += Int128(number) * units[unit].size
            guard total <= 100_000_000 * units[0].size else { return nil }
            nextUnit = unit + 1
        }
        let (seconds, attoseconds) = total.quotientAndRemainder(dividingBy: attosecondsPerSecond)
        return Duration(secondsComponent: Int64(seconds), attosecondsComponent: Int64(attoseconds))
    }

    /// The shortest text that ``parse(_:)`` reads back; less than a nanosecond is left out.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var rest = Int128(seconds) * attosecondsPerSecond + Int128(attoseconds)
        let sign = rest < 0 ? "-" : ""
        rest = rest.magnitude > Int128.max.magnitude ? .max : Int128(rest.magnitude)
        var text = ""
        for (name, size) in units {
            let (count, remainder) = rest.quotientAndRemainder(dividingBy: size)
            if count > 0 { text += "\(count)\(name)" }
            rest = remainder
        }
        return text.isEmpty ? "0s" : sign + text
    }
}
