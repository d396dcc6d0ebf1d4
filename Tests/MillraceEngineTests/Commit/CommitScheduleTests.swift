import Testing

@testable import MillraceEngine

@Suite("The commit schedule")
struct CommitScheduleTests {
    private let name = PartitionName(topic: "t", partition: 0)
    private let other = PartitionName(topic: "t", partition: 1)

    private func schedule() -> CommitSchedule {
        var schedule = CommitSchedule(interval: 100)
        schedule.assigned(name, epoch: 1, start: 10, committed: 10)
        return schedule
    }

    private func publish(
        _ schedule: inout CommitSchedule, _ watermark: Int64, epoch: UInt32 = 1, _ metadata: CommitMetadata = .init()
    ) {
        schedule.published(name, epoch: epoch, watermark: watermark, metadata: metadata)
    }

    @Test func whatMovedIsCommittedOnceAnInterval() {
        var schedule = schedule()
        #expect(schedule.takeDue(now: 0).isEmpty, "nothing moved")
        publish(&schedule, 12)
        #expect(schedule.takeDue(now: 99).isEmpty)
        #expect(schedule.takeDue(now: 100).map(\.offset) == [12])
        #expect(schedule.isBusy)
        publish(&schedule, 15)
        #expect(schedule.takeDue(now: 500).isEmpty, "one is under way")
        #expect(schedule.finished(succeeded: true).map(\.offset) == [12])
        #expect(!schedule.isBusy)
        #expect(schedule.takeDue(now: 500).map(\.offset) == [15])
    }

    @Test func aReplaysRangeGoesWithEveryCommit() {
        let mark = ReplayMark(start: 5, end: 20, request: "r")
        var schedule = CommitSchedule(interval: 100)
        schedule.assigned(name, epoch: 1, start: 10, committed: 10, found: CommitMetadata(replay: mark))
        #expect(schedule.takeDue(now: 0).isEmpty, "what is there already is not committed again")
        publish(&schedule, 12, CommitMetadata(attempts: [AttemptKey(offset: 12, route: 0): 1]))
        let due = schedule.takeDue(now: 100)
        #expect(due.map(\.metadata.replay) == [mark])
        #expect(due.map(\.metadata.attempts.count) == [1])
        _ = schedule.finished(succeeded: true)
        #expect(schedule.takeDue(now: 300).isEmpty)
        publish(&schedule, 13)
        #expect(schedule.due([name]).map(\.metadata) == [CommitMetadata(replay: mark)])
    }

    @Test func aStartWithoutCommittedOffsetIsCommitted() {
        var schedule = CommitSchedule(interval: 100)
        schedule.assigned(name, epoch: 1, start: 0, committed: nil)
        #expect(schedule.takeDue(now: 0).map(\.offset) == [0])
    }

    @Test func whatFailedStaysDue() {
        var schedule = schedule()
        publish(&schedule, 12)
        _ = schedule.takeDue(now: 100)
        #expect(schedule.finished(succeeded: false).isEmpty)
        #expect(schedule.takeDue(now: 200).map(\.offset) == [12])
    }

    @Test func whatIsOldOrOfAnotherAssignmentIsIgnored() {
        var schedule = schedule()
        publish(&schedule, 12)
        publish(&schedule, 11)
        publish(&schedule, 20, epoch: 2)
        publish(&schedule, 30, epoch: 0)
        schedule.published(other, epoch: 1, watermark: 5, metadata: CommitMetadata())
        #expect(schedule.due([name, other]).map(\.offset) == [12])
    }

    @Test func metadataAloneIsDueToo() {
        var schedule = schedule()
        publish(&schedule, 10, CommitMetadata(attempts: [AttemptKey(offset: 10, route: 0): 1]))
        let due = schedule.takeDue(now: 100)
        #expect(due.map(\.metadata.attempts.count) == [1])
        _ = schedule.finished(succeeded: true)
        #expect(schedule.takeDue(now: 200).isEmpty)
        publish(&schedule, 10)
        #expect(schedule.takeDue(now: 300).map(\.metadata) == [CommitMetadata()], "a count that is over goes away")
    }

    @Test func aMapIsCommittedAsWhatIsDoneAboveTheOffset() throws {
        var schedule = schedule()
        let map = try #require(OffsetMap(base: 10, runs: [12..<14, 15..<17]))
        publish(&schedule, 10, CommitMetadata(done: map))
        #expect(schedule.takeDue(now: 100).map(\.metadata.done) == [map], "also where the offset stands still")
        _ = schedule.finished(succeeded: true)
        #expect(schedule.takeDue(now: 200).isEmpty)
        // The watermark moves on, and the map is still the older one.
        publish(&schedule, 14, CommitMetadata(done: map))
        let due = schedule.takeDue(now: 300)
        #expect(due.map(\.offset) == [14])
        #expect(due.first?.metadata.done?.base == 14)
        #expect(due.first?.metadata.done?.runs == [15..<17])
        _ = schedule.finished(succeeded: true)
        #expect(schedule.takeDue(now: 400).isEmpty)
        publish(&schedule, 17, CommitMetadata(done: map))
        #expect(schedule.takeDue(now: 500).map(\.metadata) == [CommitMetadata()])
    }

    /// An attempt was counted in the commit under way and is over since: nothing may stand beside the offset that says so.
    @Test func whatIsUnderWayIsNotTakenForCommitted() {
        var schedule = schedule()
        publish(&schedule, 10, CommitMetadata(attempts: [AttemptKey(offset: 12, route: 0): 1]))
        _ = schedule.takeDue(now: 100)
        publish(&schedule, 10)
        #expect(schedule.due([name]).map(\.metadata) == [CommitMetadata()])
        _ = schedule.finished(succeeded: false)
        #expect(schedule.due([name]).count == 1, "what failed may have been taken all the same")
    }

    @Test func nothingIsCommittedOfAnAssignmentThatEnded() {
        var schedule = schedule()
        publish(&schedule, 12)
        let due = schedule.takeDue(now: 100)
        schedule.ended(name)
        #expect(schedule.due([name]).isEmpty)
        #expect(schedule.finished(succeeded: true).isEmpty, "the answer came after the end")
        schedule.assigned(name, epoch: 2, start: 11, committed: 11)
        #expect(schedule.confirm(due).isEmpty, "it is another assignment's")
        #expect(schedule.takeDue(now: 200).isEmpty)
    }

    /// A synchronous commit overtakes the one under way: its answer, which comes later, takes nothing back for good.
    @Test func anAnswerThatComesLateLosesNothing() {
        var schedule = schedule()
        publish(&schedule, 12)
        _ = schedule.takeDue(now: 100)
        publish(&schedule, 20)
        let now = schedule.due([name])
        #expect(now.map(\.offset) == [20])
        schedule.confirm(now)
        _ = schedule.finished(succeeded: true)
        #expect(schedule.takeDue(now: 200).allSatisfy { $0.offset == 20 })
    }
}
