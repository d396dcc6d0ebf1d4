extension OptionKey {
    /// A text.
    public static func string(
        _ name: String, _ path: any WritableKeyPath<Options, String> & Sendable, _ summary: String
    ) -> OptionKey { .option(name, path, .string, summary) }

    /// A file or a folder; a relative one starts at the folder in which the program was started.
    public static func path(
        _ name: String, _ path: any WritableKeyPath<Options, String> & Sendable, _ summary: String
    ) -> OptionKey { .option(name, path, .path, summary) }

    /// A text that no log, no fault and no `config print` shows.
    public static func secret(
        _ name: String, _ path: any WritableKeyPath<Options, String> & Sendable, _ summary: String
    ) -> OptionKey { .option(name, path, .secret, summary) }

    /// `true` or `false`.
    public static func boolean(
        _ name: String, _ path: any WritableKeyPath<Options, Bool> & Sendable, _ summary: String
    ) -> OptionKey { .option(name, path, .boolean, summary) }

    /// A whole number within bounds.
    public static func integer(
        _ name: String, _ path: any WritableKeyPath<Options, Int> & Sendable,
        in range: some RangeExpression<Int> & Sendable = Int.min...Int.max, _ summary: String
    ) -> OptionKey { .option(name, path, .integer(in: range), summary) }

    /// A number within bounds, with or without a fraction.
    public static func number(
        _ name: String, _ path: any WritableKeyPath<Options, Double> & Sendable,
        in range: some RangeExpression<Double> & Sendable = PartialRangeFrom(-Double.greatestFiniteMagnitude),
        _ summary: String
    ) -> OptionKey { .option(name, path, .number(in: range), summary) }

    /// A number of bytes within bounds: `64KiB`, `256MiB`.
    public static func bytes(
        _ name: String, _ path: any WritableKeyPath<Options, Int> & Sendable,
        in range: some RangeExpression<Int> & Sendable = 0...Int.max, _ summary: String
    ) -> OptionKey { .option(name, path, .bytes(in: range), summary) }

    /// A time span within bounds: `100ms`, `10s`, `1m30s`.
    public static func duration(
        _ name: String, _ path: any WritableKeyPath<Options, Duration> & Sendable,
        in range: some RangeExpression<Duration> & Sendable = PartialRangeFrom(Duration.zero), _ summary: String
    ) -> OptionKey { .option(name, path, .duration(in: range), summary) }

    /// One of an enumeration's cases, by its raw value.
    public static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
        _ name: String, _ path: any WritableKeyPath<Options, Choice> & Sendable, _ summary: String
    ) -> OptionKey where Choice.RawValue == String { .option(name, path, .choice(), summary) }

    /// A list of texts.
    public static func strings(
        _ name: String, _ path: any WritableKeyPath<Options, [String]> & Sendable, _ summary: String
    ) -> OptionKey { .option(name, path, .list(of: .string), summary) }
}
