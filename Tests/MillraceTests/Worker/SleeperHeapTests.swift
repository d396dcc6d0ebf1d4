import MillraceEngine
import Synchronization
import Testing

@testable import Millrace

/// Tasks that sleep in a heap, and what woke them.
private final class Sleepers: Sendable {
    let heap = Mutex(SleeperHeap())
    private let woken = Mutex<[(number: UInt64, isComplete: Bool)]>([])
    private let count = Atomic<Int>(0)

    var wakings: [(number: UInt64, isComplete: Bool)] { woken.withLock { $0 } }

    /// Returns when it sleeps.
    func add(until due: UInt64, number: UInt64) async throws {
        let before = count.load(ordering: .acquiring)
        Task {
            let isComplete = await withUnsafeContinuation { continuation in
                heap.withLock { $0.add(due: due, number: number, continuation) }
                count.add(1, ordering: .releasing)
            }
            woken.withLock { $0.append((number, isComplete)) }
        }
        try await eventually("it sleeps") { self.count.load(ordering: .acquiring) == before + 1 }
    }
}

@Suite("Who sleeps on a lane")
struct SleeperHeapTests {
    @Test("wakes in order of time, those of one time in the order in which they began")
    func order() async throws {
        let sleepers = Sleepers()
        var random = RandomSource(seed: 7)
        var expected: [(due: UInt64, number: UInt64)] = []
        for number in 1...100 as ClosedRange<UInt64> {
            let due = 100 + UInt64.random(in: 0..<40, using: &random)
            expected.append((due, number))
            try await sleepers.add(until: due, number: number)
        }
        expected.sort { ($0.due, $0.number) < ($1.due, $1.number) }
        for (count, sleeper) in expected.enumerated() {
            #expect(sleepers.heap.withLock { $0.nextDue } == sleeper.due)
            #expect(sleepers.heap.withLock { $0.popDue(now: sleeper.due - 1) } == nil)
            let continuation = try #require(sleepers.heap.withLock { $0.popDue(now: sleeper.due) })
            continuation.resume(returning: true)
            try await eventually("it woke") { sleepers.wakings.count == count + 1 }
            #expect(sleepers.wakings[count].number == sleeper.number)
        }
        #expect(sleepers.heap.withLock { $0.nextDue } == nil)
    }

    @Test("is taken before its time once, and not woken again when its time comes")
    func taken() async throws {
        let sleepers = Sleepers()
        for number in 1...9 as ClosedRange<UInt64> { try await sleepers.add(until: 10 * number, number: number) }
        var numbers: Set<UInt64> = [2, 5, 77]
        let taken = sleepers.heap.withLock { $0.take(&numbers) }
        #expect(taken.count == 2)
        #expect(numbers == [77], "it does not sleep here")
        for continuation in taken { continuation.resume(returning: false) }
        try await eventually("both woke") { sleepers.wakings.count == 2 }
        #expect(Set(sleepers.wakings.map(\.number)) == [2, 5])
        while let continuation = sleepers.heap.withLock({ $0.popDue(now: 60) }) { continuation.resume(returning: true) }
        try await eventually("1, 3, 4 and 6 woke") { sleepers.wakings.count == 6 }
        for continuation in sleepers.heap.withLock({ $0.takeAll() }) { continuation.resume(returning: false) }
        try await eventually("all woke") { sleepers.wakings.count == 9 }
        #expect(Set(sleepers.wakings.filter(\.isComplete).map(\.number)) == [1, 3, 4, 6])
    }
}
