import Testing

@testable import MillraceEngine

@Suite("What lanes published")
struct ReportBoardTests {
    private let name = PartitionName(topic: "t", partition: 0)

    private func entry(epoch: UInt32, watermark: Int64) -> ReportBoard.Entry {
        ReportBoard.Entry(
            report: PartitionReport(
                name: name, epoch: epoch, counts: PartitionCounts(), watermark: watermark, oldestUnsettledSince: nil,
                held: nil), metadata: CommitMetadata())
    }

    /// A lane that is inside a handler all the time says nothing of an assignment: what it began with is committed again.
    @Test func beforeItsLaneSpeaksAnAssignmentIsAsItBegan() throws {
        let found = CommitMetadata(
            attempts: [AttemptKey(offset: 10, route: 0): 2], done: OffsetMap(base: 10, runs: [12..<14]), starts: 3)
        var board = ReportBoard()
        board.begin(PartitionStart(name: name, offset: 10, epoch: 1), found: found)
        let begun = try #require(board.entries([name]).first)
        #expect(begun.report.watermark == 10)
        #expect(begun.metadata == CommitMetadata(attempts: found.attempts, done: found.done))
        var schedule = CommitSchedule(interval: 100)
        schedule.assigned(name, epoch: 1, start: 10, committed: 10, found: found, countsStarts: true)
        schedule.published(name, epoch: 1, watermark: begun.report.watermark, metadata: begun.metadata)
        #expect(schedule.due([name], isLast: true).isEmpty, "nothing happened")
    }

    @Test func whoIsLateIsNotHeard() {
        var board = ReportBoard()
        board.begin(PartitionStart(name: name, offset: 10, epoch: 2))
        board.publish([entry(epoch: 1, watermark: 15)])
        #expect(board.takeChanged().isEmpty)
        board.publish([entry(epoch: 2, watermark: 12)])
        #expect(board.takeChanged().map(\.report.watermark) == [12])
        #expect(board.takeChanged().isEmpty)
        board.remove([name])
        board.publish([entry(epoch: 2, watermark: 13)])
        #expect(board.all.isEmpty && board.takeChanged().isEmpty)
    }

    @Test func aPartitionComesBackToItsLane() {
        var placement = LanePlacement(laneCount: 2)
        let other = PartitionName(topic: "t", partition: 1)
        #expect(placement.place(name, taken: []) == (0, 1))
        #expect(placement.place(other, taken: [0]) == (1, 1))
        #expect(placement.place(name, taken: [0, 0, 0]) == (0, 2), "a late handler there still blocks its key")
    }
}
