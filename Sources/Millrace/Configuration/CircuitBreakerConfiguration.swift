package import MillraceEngine

/// When a route's attempts stop because nearly all of them fail: then its partitions wait, nothing is dead-lettered and no
/// attempt is spent, but for one probe at a time on each lane, until one succeeds. Rejections count as failures.
public struct CircuitBreakerConfiguration: Sendable {
    /// The share of the attempts within the window that must have failed, 0.01 to 1.
    public var share = 0.9
    /// Attempts within the window that there must have been on one lane, 1 to 1,000,000.
    public var minimum = 50
    /// How long an attempt counts, 1 second to 1 day.
    public var window: Duration = .seconds(60)
    /// The pause before the first probe; each further one doubles.
    public var minimumPause: Duration = .seconds(1)
    /// The longest pause.
    public var maximumPause: Duration = .seconds(60)

    /// The defaults.
    public init() {}

    /// Both pauses as the file writes them: `1s..1m`.
    package var pause: DurationPair {
        get { DurationPair(minimum: minimumPause, maximum: maximumPause) }
        set { (minimumPause, maximumPause) = (newValue.minimum, newValue.maximum) }
    }

    package var rules: CircuitBreaker.Rules {
        CircuitBreaker.Rules(
            share: share, minimum: minimum, window: window.nanoseconds,
            pause: Backoff(minimum: minimumPause.nanoseconds, maximum: maximumPause.nanoseconds))
    }

    package static var keys: [OptionKey<CircuitBreakerConfiguration>] {
        [
            .number(
                "share", \.share, in: 0.01...1,
                "Circuit breaker, off without its section: it opens when such a share of the attempts within the window "
                    + "failed. Then the route's partitions wait, nothing is dead-lettered, and one probe at a time is made "
                    + "until one succeeds."),
            .integer(
                "minimum", \.minimum, in: 1...1_000_000,
                "Circuit breaker: attempts within the window, on one lane, below which it never opens."),
            .duration(
                "window", \.window, in: .seconds(1) ... .seconds(86_400), "Circuit breaker: how long an attempt counts."
            ),
            .option(
                "pause", \.pause, .durations(in: .milliseconds(10) ... .seconds(86_400)),
                "Circuit breaker: the pause before the first probe, which doubles, and the longest one."),
        ]
    }
}
