/// How much may be begun at a rate: permits come evenly, and at most a tenth of a second's worth of them is saved up.
package struct RateBucket: Sendable {
    private static let second: UInt64 = 1_000_000_000

    private let perSecond: UInt64
    private let capacity: UInt64
    /// In billionths of a permit.
    private var credit: UInt64
    private var countedAt: UInt64?

    /// So many permits a second, 1 to 10,000,000; the first is there at once.
    package init(perSecond: Int) {
        self.perSecond = UInt64(min(max(1, perSecond), 10_000_000))
        // What is on its way to one more is kept, or a slow rate would lose the time between two looks.
        capacity = max(1, self.perSecond / 10) * Self.second + Self.second - 1
        credit = Self.second
    }

    /// Takes up to so many permits at a time in nanoseconds, and returns how many.
    package mutating func take(upTo count: Int, now: UInt64) -> Int {
        fill(now)
        let taken = min(UInt64(max(0, count)), credit / Self.second)
        credit -= taken * Self.second
        return Int(taken)
    }

    /// Permits that were taken and not used.
    package mutating func giveBack(_ count: Int) {
        credit = min(capacity, credit + UInt64(max(0, count)) * Self.second)
    }

    /// When the next permit is there, in nanoseconds.
    package mutating func nextPermit(now: UInt64) -> UInt64 {
        fill(now)
        if credit >= Self.second { return now }
        return now + (Self.second - credit + perSecond - 1) / perSecond
    }

    private mutating func fill(_ now: UInt64) {
        defer { countedAt = max(now, countedAt ?? now) }
        guard let countedAt, now > countedAt else { return }
        // More than a second fills it whatever the rate.
        credit = min(capacity, credit + min(now - countedAt, Self.second) * perSecond)
    }
}
