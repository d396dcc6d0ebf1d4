import CloudEvents
import Millrace

/// A moment as a flag takes it: RFC 3339, or `-2h` for so long ago.
struct TimeArgument: Sendable, Hashable {
    /// As it was written.
    let text: String
    private let absolute: Int64?
    private let ago: Duration?

    /// As a flag takes it.
    static var type: OptionType<TimeArgument> {
        OptionType("a time such as 2026-01-31T23:59:59Z, or -2h for two hours ago", parse: { Self($0) }, text: \.text)
    }

    init?(_ text: String) {
        self.text = text
        if text.utf8.first == UInt8(ascii: "-") {
            guard let ago = DurationText.parse(String(text.dropFirst())) else { return nil }
            self.ago = ago
            absolute = nil
        } else {
            guard let time = Timestamp(text) else { return nil }
            absolute = time.milliseconds
            ago = nil
        }
    }

    /// Milliseconds since 1970, where it is now as late as given.
    func milliseconds(now: Int64) -> Int64 {
        guard let ago else { return absolute ?? now }
        return now - Int64(clamping: ago.components.seconds) * 1_000
            - ago.components.attoseconds / 1_000_000_000_000_000
    }
}
