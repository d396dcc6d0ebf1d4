/// Lets the first of equal happenings through at once, and counts the others into one summary an interval.
///
/// Keeps at most `capacity` different keys; happenings of further ones are counted together.
package struct RepeatLimiter<Key: Hashable & Sendable>: Sendable {
    /// What was counted since the last line about a key. Nil as key: of keys that found no room.
    package struct Summary: Sendable {
        package var key: Key?
        package var count: Int
        package var nanoseconds: UInt64
    }

    private struct Entry {
        var since: UInt64
        var count = 0
    }

    private let interval: UInt64
    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var others = Entry(since: 0)
    private var nextSummary: UInt64?

    package init(intervalNanoseconds: UInt64 = 10_000_000_000, capacity: Int = 256) {
        interval = intervalNanoseconds
        self.capacity = capacity
    }

    /// Whether this happening is to be told at once; otherwise it is counted.
    package mutating func isFirst(_ key: Key, now: UInt64) -> Bool {
        if nextSummary == nil { nextSummary = now &+ interval }
        if let index = entries.index(forKey: key) {
            entries.values[index].count += 1
            return false
        }
        guard entries.count < capacity else {
            if others.count == 0 { others.since = now }
            others.count += 1
            return false
        }
        entries[key] = Entry(since: now)
        return true
    }

    /// The summaries that are due; most often none, at the cost of one comparison.
    package mutating func summaries(now: UInt64) -> [Summary] {
        guard let nextSummary, now >= nextSummary else { return [] }
        return flush(now: now)
    }

    /// All summaries, due or not: at the end. A key about which nothing was counted is forgotten, and its next happening
    /// is a first one again.
    package mutating func flush(now: UInt64) -> [Summary] {
        var summaries: [Summary] = []
        for (key, entry) in entries {
            if entry.count == 0 {
                // A key that was first told within this interval stays for a whole one.
                if now &- entry.since >= interval { entries[key] = nil }
            } else {
                summaries.append(Summary(key: key, count: entry.count, nanoseconds: now &- entry.since))
                entries[key] = Entry(since: now)
            }
        }
        if others.count > 0 {
            summaries.append(Summary(key: nil, count: others.count, nanoseconds: now &- others.since))
            others.count = 0
        }
        nextSummary = entries.isEmpty ? nil : now &+ interval
        return summaries
    }
}
