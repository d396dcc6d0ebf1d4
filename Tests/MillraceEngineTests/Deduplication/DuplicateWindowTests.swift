import Testing

@testable import MillraceEngine

@Suite("What a route remembers of the events that it succeeded with")
struct DuplicateWindowTests {
    private static func digest(_ identity: UInt128, _ content: UInt128) -> EventDigest {
        EventDigest(identity: identity, content: content)
    }

    @Test func theSameAndTheSameIdentityAreToldApart() {
        var window = DuplicateWindow(DuplicateWindow.Bounds(count: 10, time: 100))
        window.remember(Self.digest(1, 11), now: 0)
        #expect(window.memory(of: Self.digest(1, 11), now: 0) == .same)
        #expect(window.memory(of: Self.digest(1, 12), now: 0) == .sameIdentity)
        #expect(window.memory(of: Self.digest(2, 21), now: 0) == .nothing)
        window.remember(Self.digest(1, 12), now: 0)
        #expect(window.memory(of: Self.digest(1, 11), now: 0) == .same, "a later one does not push it out")
    }

    @Test func timeEndsIt() {
        var window = DuplicateWindow(DuplicateWindow.Bounds(count: 10, time: 100))
        window.remember(Self.digest(1, 11), now: 1_000)
        window.remember(Self.digest(1, 12), now: 1_050)
        #expect(window.memory(of: Self.digest(1, 11), now: 1_099) == .same)
        #expect(window.memory(of: Self.digest(1, 11), now: 1_100) == .sameIdentity)
        #expect(window.memory(of: Self.digest(1, 12), now: 1_149) == .same)
        #expect(window.memory(of: Self.digest(1, 12), now: 1_150) == .nothing)
        #expect(window.count == 0)
    }

    /// The oldest goes first, and an event that comes again is not kept longer for it.
    @Test func theNumberEndsIt() {
        var window = DuplicateWindow(DuplicateWindow.Bounds(count: 3, time: .max))
        for number: UInt128 in 1...3 { window.remember(Self.digest(number, number), now: 0) }
        window.remember(Self.digest(1, 1), now: 0)
        window.remember(Self.digest(4, 4), now: 0)
        #expect(window.count == 3)
        #expect((1...4).map { window.memory(of: Self.digest($0, $0), now: 0) } == [.nothing, .same, .same, .same])
    }

    /// Against a list that is searched from end to end.
    @Test(arguments: [1, 2, 7, 16, 17, 100])
    func itAgreesWithAList(_ count: Int) {
        var random = RandomSource(seed: UInt64(count))
        var window = DuplicateWindow(DuplicateWindow.Bounds(count: count, time: 50))
        var list: [(digest: EventDigest, at: UInt64)] = []
        var now: UInt64 = 0
        for _ in 0..<20_000 {
            now += random.next(through: 3)
            let identity = UInt128(random.next(through: 20))
            let digest = Self.digest(identity, identity << 8 | UInt128(random.next(through: 2)))
            list.removeAll { $0.at + 50 <= now }
            let expected: DuplicateWindow.Memory =
                list.contains { $0.digest == digest }
                ? .same : list.contains { $0.digest.identity == identity } ? .sameIdentity : .nothing
            guard window.memory(of: digest, now: now) == expected, window.count == list.count else {
                Issue.record("\(digest) at \(now)")
                return
            }
            if random.next(through: 1) == 0 { continue }
            window.remember(digest, now: now)
            if expected == .same { continue }
            if list.count == count { list.removeFirst() }
            list.append((digest, now))
        }
    }
}
