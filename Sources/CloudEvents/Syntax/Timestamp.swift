/// An instant, as RFC 3339 writes it. Two texts of one instant are equal.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Whole seconds since 1970-01-01T00:00:00Z, without leap seconds. A leap second counts as the second after it.
    public let seconds: Int64
    /// Nanoseconds since that second, 0 to 999,999,999. Further digits of a text are cut.
    public let nanoseconds: Int32

    /// The instant. `nanoseconds` out of range are carried.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        let billion: Int32 = 1_000_000_000
        let (carry, rest) = nanoseconds.quotientAndRemainder(dividingBy: billion)
        self.seconds = seconds &+ Int64(rest < 0 ? carry - 1 : carry)
        self.nanoseconds = rest < 0 ? rest + billion : rest
    }

    /// The instant that the text names (RFC 3339 section 5.6), or nil: a lower-case `t` or `z` is allowed, a space is not;
    /// the offset is required; second 60 is allowed at 23:59 UTC only.
    public init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { TimestampParser.parse(ByteView(UnsafeRawBufferPointer($0))) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, rounded down.
    public var milliseconds: Int64 { seconds &* 1000 &+ Int64(nanoseconds / 1_000_000) }

    /// The earlier instant first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// Reads timestamps of RFC 3339 from bytes.
enum TimestampParser {
    /// What a timestamp says, not yet counted.
    private struct Fields {
        var year, month, day, hour, minute, second, nanoseconds: Int
        /// Minutes east of UTC.
        var offset: Int

        /// Minutes since midnight of the day, in UTC; may be those of the day before or after.
        var minuteOfDay: Int { hour * 60 + minute - offset }
    }

    /// Whether the bytes are a timestamp from the first to the last.
    static func isValid(_ view: ByteView) -> Bool { fields(view) != nil }

    /// The instant, or nil if the bytes are not a timestamp.
    static func parse(_ view: ByteView) -> Timestamp? {
        guard let fields = fields(view) else { return nil }
        let days = daysSinceEpoch(year: fields.year, month: fields.month, day: fields.day)
        return Timestamp(
            seconds: Int64((days * 1440 + fields.minuteOfDay) * 60 + fields.second),
            nanoseconds: Int32(fields.nanoseconds))
    }

    @inline(__always)
    private static func fields(_ view: ByteView) -> Fields? {
        guard let text = view.start, view.count >= 20 else { return nil }
        guard let year = number(text, 4), text[4] == Ascii.minus, let month = number(text + 5, 2),
            text[7] == Ascii.minus, let day = number(text + 8, 2), text[10] | 0x20 == UInt8(ascii: "t"),
            let hour = number(text + 11, 2), text[13] == Ascii.colon, let minute = number(text + 14, 2),
            text[16] == Ascii.colon, let second = number(text + 17, 2),
            (1...12).contains(month), day >= 1, day <= daysInMonth(month, year: year), hour <= 23, minute <= 59,
            second <= 60
        else { return nil }

        var index = 19
        var nanoseconds = 0
        if text[index] == Ascii.dot {
            index += 1
            let first = index
            var unit = 100_000_000
            while index < view.count, Ascii.isDigit(text[index]) {
                nanoseconds += Int(text[index] - Ascii.zero) * unit
                unit /= 10
                index += 1
            }
            guard index > first else { return nil }
        }
        guard let offset = offset(text + index, count: view.count - index) else { return nil }
        let fields = Fields(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, nanoseconds: nanoseconds,
            offset: offset)
        // A leap second is only ever inserted as the last second of a day in UTC.
        if second == 60, (fields.minuteOfDay + 1440) % 1440 != 1439 { return nil }
        return fields
    }

    /// Minutes east of UTC: `Z`, or a sign, two digits, a colon and two digits.
    @inline(__always)
    private static func offset(_ text: BytePointer, count: Int) -> Int? {
        if count == 1 { return text[0] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
        guard count == 6, text[0] == Ascii.plus || text[0] == Ascii.minus, text[3] == Ascii.colon,
            let hours = number(text + 1, 2), let minutes = number(text + 4, 2), hours <= 23, minutes <= 59
        else { return nil }
        return (text[0] == Ascii.minus ? -1 : 1) * (hours * 60 + minutes)
    }

    /// That many decimal digits.
    @inline(__always)
    private static func number(_ text: BytePointer, _ digits: Int) -> Int? {
        var value = 0
        for index in 0..<digits {
            let digit = text[index] &- Ascii.zero
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }

    private static func daysInMonth(_ month: Int, year: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        // April, June, September, November.
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar. Years begin in March here, so that the leap day is
    /// the last of its year.
    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let leapDays = floored(marchYear, 4) - floored(marchYear, 100) + floored(marchYear, 400)
        // 719,468 days lie between 0000-03-01 and 1970-01-01.
        return marchYear * 365 + leapDays + dayOfYear - 719_468
    }

    @inline(__always)
    private static func floored(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : (value - divisor + 1) / divisor
    }
}

extension Timestamp: CustomStringConvertible {
    /// The instant in RFC 3339, in UTC, with 0, 3, 6 or 9 digits of a fraction. Years outside 0000–9999, which RFC 3339 cannot
    /// write, have as many digits as they need.
    public var description: String {
        let (quotient, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let days = rest < 0 ? quotient - 1 : quotient
        let second = Int(rest < 0 ? rest + 86_400 : rest)
        // Back from days to a date whose year begins in March: eras of 400 years are all alike.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = "\(Self.padded(Int(year), 4))-\(Self.padded(Int(month), 2))-\(Self.padded(Int(day), 2))"
        let time =
            "\(Self.padded(second / 3600, 2)):\(Self.padded(second / 60 % 60, 2)):\(Self.padded(second % 60, 2))"
        return "\(date)T\(time)\(fraction)Z"
    }

    private var fraction: String {
        if nanoseconds == 0 { return "" }
        let digits = Self.padded(Int(nanoseconds), 9)
        if nanoseconds % 1_000_000 == 0 { return "." + digits.prefix(3) }
        return nanoseconds % 1000 == 0 ? "." + digits.prefix(6) : "." + digits
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(abs(number))
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Timestamp: Codable {
    /// Reads the text of RFC 3339.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let parsed = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a timestamp of RFC 3339 is needed")
        }
        self = parsed
    }

    /// Writes the text of RFC 3339, in UTC.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
