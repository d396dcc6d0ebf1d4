import MillraceCGlue

/// The time of day, for what people and other systems read. Durations are measured with a monotonic clock.
package enum WallClock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package static func milliseconds() -> Int64 {
        millrace_wall_milliseconds()
    }

    /// Appends `2026-02-03T04:05:06.789Z` (RFC 3339, UTC, milliseconds). Years outside 0000–9999 are written as far as
    /// four digits go.
    package static func append(milliseconds: Int64, to bytes: inout [UInt8]) {
        let (days, inDay) = milliseconds.floorDivided(by: 86_400_000)
        let date = Self.date(daysSinceEpoch: days)
        bytes.append(digits: date.year, 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(digits: date.month, 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(digits: date.day, 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(digits: inDay / 3_600_000, 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(digits: inDay / 60_000 % 60, 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(digits: inDay / 1000 % 60, 2)
        bytes.append(UInt8(ascii: "."))
        bytes.append(digits: inDay % 1000, 3)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// The same as a string.
    package static func text(milliseconds: Int64) -> String {
        var bytes: [UInt8] = []
        append(milliseconds: milliseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The proleptic Gregorian date: years are counted from March, so that the leap day is the last of its year, in
    /// cycles of 400 years, each 146,097 days.
    private static func date(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (cycle, dayOfCycle) = (daysSinceEpoch + 719_468).floorDivided(by: 146_097)
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension [UInt8] {
    /// Appends the last `count` decimal digits.
    fileprivate mutating func append(digits value: Int64, _ count: Int) {
        var rest = value.magnitude
        let start = self.count
        append(contentsOf: repeatElement(UInt8(ascii: "0"), count: count))
        for index in stride(from: start + count - 1, through: start, by: -1) {
            self[index] += UInt8(rest % 10)
            rest /= 10
        }
    }
}
