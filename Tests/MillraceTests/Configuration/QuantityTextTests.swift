import Testing

@testable import Millrace

@Suite struct QuantityTextTests {
    @Test(arguments: [
        ("10s", Duration.seconds(10)), ("100ms", .milliseconds(100)), ("1m30s", .seconds(90)), ("2h", .seconds(7200)),
        ("1d12h", .seconds(129_600)), ("0s", .zero), ("5us", .microseconds(5)), ("7ns", .nanoseconds(7)),
        ("90s", .seconds(90)), ("1s500ms", .milliseconds(1500)),
    ])
    func durationsAreRead(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(arguments: [
        "", "10", "s", "10 s", "-1s", "1.5s", "1s1m", "1s1s", "10x", "10S", "1m30", "９s", "99999999999999999999s",
        "100000001d",
    ])
    func whatIsNoDurationIsRefused(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: [
        Duration.zero, .nanoseconds(1), .milliseconds(100), .seconds(59), .seconds(60), .seconds(3661),
        .seconds(86_400 * 365), .milliseconds(1_234_567),
    ])
    func durationsComeBackFromTheirText(duration: Duration) {
        #expect(DurationText.parse(DurationText.text(duration)) == duration)
    }

    @Test func aNegativeDurationHasATextThatIsRefused() {
        #expect(DurationText.text(.seconds(-90)) == "-1m30s")
        #expect(DurationText.parse("-1m30s") == nil)
    }

    @Test(arguments: [
        ("256MiB", 256 << 20), ("64KiB", 64 << 10), ("1GiB", 1 << 30), ("2TiB", 2 << 40), ("1000", 1000), ("12B", 12),
        ("5MB", 5_000_000), ("1kb", 1000), ("3mib", 3 << 20), ("0", 0),
    ])
    func sizesAreRead(text: String, bytes: Int) {
        #expect(ByteSizeText.parse(text) == bytes)
    }

    @Test(arguments: ["", "MiB", "1.5MiB", "-1", "1 MiB", "1Mi", "1M", "9223372036854775808", "9000000TiB", "0x10"])
    func whatIsNoSizeIsRefused(text: String) {
        #expect(ByteSizeText.parse(text) == nil)
    }

    @Test(arguments: [0, 1, 1000, 1024, 1536, 256 << 20, 1 << 40, .max])
    func sizesComeBackFromTheirText(bytes: Int) {
        #expect(ByteSizeText.parse(ByteSizeText.text(bytes)) == bytes)
    }
}
