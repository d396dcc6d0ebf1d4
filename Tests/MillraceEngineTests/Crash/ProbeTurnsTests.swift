import Testing

@testable import MillraceEngine

@Suite("Which record is tried next")
struct ProbeTurnsTests {
    private typealias Request = ProbeTurns.Request
    private let first = PartitionName(topic: "t", partition: 0)
    private let second = PartitionName(topic: "t", partition: 1)

    private func probe(_ name: PartitionName, _ offset: Int64, epoch: UInt32 = 1) -> Request {
        Request(name: name, epoch: epoch, kind: .probe(CrashProbe(offset: offset, count: 1, began: 5)))
    }

    private func turns() -> ProbeTurns {
        var turns = ProbeTurns()
        turns.began(first)
        turns.began(second)
        return turns
    }

    @Test func oneRecordIsTriedAtATimeOfAllPartitions() {
        var turns = turns()
        turns.asked(probe(first, 10))
        turns.asked(probe(second, 20))
        #expect(turns.next { _ in (1, 10) } == probe(first, 10))
        #expect(turns.next { _ in (1, 10) } == probe(first, 10), "nobody acknowledged it")
        turns.took(probe(first, 10))
        #expect(turns.next { _ in (1, 10) } == nil, "it is not settled")
        #expect(turns.next { _ in (1, 11) } == probe(second, 20))
    }

    @Test func whatIsTriedInAnAssignmentThatIsOverKeepsNobodyUp() {
        var turns = turns()
        turns.asked(probe(first, 10))
        turns.took(probe(first, 10))
        turns.asked(probe(second, 20))
        #expect(turns.next { $0 == first ? nil : (1, 20) } == probe(second, 20))
    }

    @Test func whatAnAssignmentThatIsOverAskedForIsForgotten() {
        var turns = turns()
        turns.asked(probe(first, 10))
        turns.asked(probe(second, 20))
        #expect(turns.next { $0 == first ? (2, 10) : (1, 20) } == probe(second, 20))
    }

    /// Else the record that was tried last would be blamed for what the next one does.
    @Test func theEndOfASearchIsCommittedLikeAProbe() {
        var turns = turns()
        let end = Request(name: first, epoch: 1, kind: .ended)
        turns.asked(probe(second, 20))
        turns.took(probe(second, 20))
        turns.asked(end)
        #expect(turns.next { _ in (1, 20) } == nil)
        #expect(turns.next { _ in (1, 21) } == end)
        #expect(turns.searched == [first, second])
        turns.took(end)
        #expect(turns.searched == [second])
        #expect(turns.next { _ in (1, 21) } == nil)
    }

    @Test func anAssignmentThatEndsEndsItsSearch() {
        var turns = turns()
        turns.forget(first)
        #expect(turns.searched == [second])
    }
}
