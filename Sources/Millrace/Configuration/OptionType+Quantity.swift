extension OptionType where Value == Int {
    /// A whole number within bounds.
    public static func integer(
        in range: some RangeExpression<Int> & Sendable = Int.min...Int.max
    ) -> OptionType<Int> {
        OptionType(
            described("a whole number", range, { String($0) }),
            judge: { judged(Int($0), range) }, text: { String($0) })
    }

    /// A number of bytes within bounds, written as `64KiB`, `256MiB` or as a plain number.
    public static func bytes(in range: some RangeExpression<Int> & Sendable = 0...Int.max) -> OptionType<Int> {
        OptionType(
            described("a size such as 256MiB", range, ByteSizeText.text),
            judge: { judged(ByteSizeText.parse($0), range) }, text: ByteSizeText.text)
    }
}

extension OptionType where Value == Double {
    /// A number within bounds, with or without a fraction.
    public static func number(
        in range: some RangeExpression<Double> & Sendable = -Double
            .greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    ) -> OptionType<Double> {
        OptionType(
            described("a number", range, { "\($0)" }),
            judge: { judged(Double($0).flatMap { $0.isFinite ? $0 : nil }, range) }, text: { "\($0)" })
    }
}

extension OptionType where Value == Duration {
    /// A time span within bounds, written as `100ms`, `10s`, `1m30s`.
    public static func duration(
        in range: some RangeExpression<Duration> & Sendable = PartialRangeFrom(Duration.zero)
    ) -> OptionType<Duration> {
        OptionType(
            described("a duration such as 100ms, 10s or 1m30s", range, DurationText.text),
            judge: { judged(DurationText.parse($0), range) }, text: DurationText.text)
    }
}

extension OptionType where Value == DurationPair {
    /// Two durations, the smaller first: `100ms..30s`.
    package static func durations(in range: ClosedRange<Duration>) -> OptionType<DurationPair> {
        OptionType(
            "two durations such as 100ms..30s, the smaller first, "
                + "\(DurationText.text(range.lowerBound)) to \(DurationText.text(range.upperBound))",
            judge: { text in
                let parts = text.split(separator: "..", omittingEmptySubsequences: false).map { part in
                    DurationText.parse(part.filter { $0 != " " })
                }
                guard parts.count == 2, let lower = parts[0], let upper = parts[1] else { return .invalid }
                guard lower <= upper, range.contains(lower), range.contains(upper) else { return .outOfRange }
                return .value(DurationPair(minimum: lower, maximum: upper))
            }, text: { "\(DurationText.text($0.minimum))..\(DurationText.text($0.maximum))" })
    }
}

extension OptionType where Value: Comparable {
    private static func judged(_ value: Value?, _ range: some RangeExpression<Value>) -> Judgement {
        guard let value else { return .invalid }
        return range.contains(value) ? .value(value) : .outOfRange
    }

    /// The bounds in words, as far as anybody set them.
    private static func described<Range: RangeExpression>(
        _ kind: String, _ range: Range, _ text: (Value) -> String
    ) -> String where Range.Bound == Value {
        switch range {
        case let range as ClosedRange<Value>:
            let isOpenBelow = isExtreme(range.lowerBound)
            let isOpenAbove = isExtreme(range.upperBound)
            if isOpenBelow && isOpenAbove { return kind }
            if isOpenAbove { return range.lowerBound == zero ? kind : "\(kind), at least \(text(range.lowerBound))" }
            if isOpenBelow { return "\(kind), at most \(text(range.upperBound))" }
            return "\(kind), \(text(range.lowerBound)) to \(text(range.upperBound))"
        case let range as PartialRangeFrom<Value>:
            return range.lowerBound == zero ? kind : "\(kind), at least \(text(range.lowerBound))"
        case let range as PartialRangeThrough<Value>: return "\(kind), at most \(text(range.upperBound))"
        case let range as PartialRangeUpTo<Value>: return "\(kind), below \(text(range.upperBound))"
        case let range as Swift.Range<Value>:
            return "\(kind), at least \(text(range.lowerBound)), below \(text(range.upperBound))"
        default: return kind
        }
    }

    private static var zero: Value? { Value.self == Duration.self ? Duration.zero as? Value : nil }

    private static func isExtreme(_ value: Value) -> Bool {
        switch value {
        case let value as Int: value == .min || value == .max
        case let value as Double: abs(value) == .greatestFiniteMagnitude
        default: false
        }
    }
}
