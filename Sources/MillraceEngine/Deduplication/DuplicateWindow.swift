/// The events that a route succeeded with, the last so many of the last so long.
///
/// It takes at most 150 bytes an event: 48 in the order of their successes, the rest in two tables that are at most half
/// empty and then some. Empty, it takes nothing.
package struct DuplicateWindow: Sendable {
    /// How far it looks back.
    package struct Bounds: Sendable, Hashable {
        /// Events at most, 1 or more.
        package var count: Int
        /// Nanoseconds since the success at most.
        package var time: UInt64

        package init(count: Int, time: UInt64) {
            self.count = max(1, count)
            self.time = time
        }
    }

    /// What is known of an event.
    package enum Memory: Sendable, Equatable {
        /// Nothing.
        case nothing
        /// The route succeeded with the same event.
        case same
        /// The route succeeded with another one of the same source and id.
        case sameIdentity
    }

    private struct Entry: BitwiseCopyable {
        var digest: EventDigest
        var succeededAt: UInt64
    }

    private let bounds: Bounds
    /// A ring, in the order of the successes.
    private var entries: [Entry] = []
    private var head = 0
    /// Events that are remembered.
    package private(set) var count = 0
    private var contents: Set<UInt128> = []
    /// How many of the entries have an identity.
    private var identities: [UInt128: Int32] = [:]

    package init(_ bounds: Bounds) { self.bounds = bounds }

    /// What is known of an event at a time in nanoseconds.
    package mutating func memory(of digest: EventDigest, now: UInt64) -> Memory {
        forgetOld(now: now)
        if contents.contains(digest.content) { return .same }
        return identities[digest.identity] == nil ? .nothing : .sameIdentity
    }

    /// The route succeeded with an event. One that is remembered is not remembered longer for it.
    package mutating func remember(_ digest: EventDigest, now: UInt64) {
        forgetOld(now: now)
        guard contents.insert(digest.content).inserted else { return }
        if count == bounds.count { forgetFirst() }
        if count == entries.count { grow() }
        entries[(head + count) % entries.count] = Entry(digest: digest, succeededAt: now)
        count += 1
        identities[digest.identity, default: 0] += 1
    }

    /// Forgets what is older than the bound.
    package mutating func forgetOld(now: UInt64) {
        if count == 0 { return }
        while count > 0, entries[head].succeededAt.later(by: bounds.time) <= now { forgetFirst() }
        // A partition that went elsewhere leaves nothing behind.
        if count == 0 { self = DuplicateWindow(bounds) }
    }

    private mutating func forgetFirst() {
        let digest = entries[head].digest
        head = (head + 1) % entries.count
        count -= 1
        contents.remove(digest.content)
        guard let alike = identities[digest.identity] else { return }
        identities[digest.identity] = alike > 1 ? alike - 1 : nil
    }

    private mutating func grow() {
        let empty = Entry(digest: EventDigest(identity: 0, content: 0), succeededAt: 0)
        var larger: [Entry] = []
        let capacity = min(bounds.count, max(16, entries.count * 2))
        larger.reserveCapacity(capacity)
        for index in 0..<count { larger.append(entries[(head + index) % entries.count]) }
        while larger.count < capacity { larger.append(empty) }
        entries = larger
        head = 0
    }
}
