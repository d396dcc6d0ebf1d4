import Testing

@testable import MillraceEngine

@Suite("The commit schedule: starts that are counted")
struct CommitStartsTests {
    private let name = PartitionName(topic: "t", partition: 0)

    private func schedule(found: CommitMetadata = CommitMetadata(), countsStarts: Bool = true) -> CommitSchedule {
        var schedule = CommitSchedule(interval: 100)
        schedule.assigned(name, epoch: 1, start: 10, committed: 10, found: found, countsStarts: countsStarts)
        return schedule
    }

    private func due(_ schedule: CommitSchedule, isLast: Bool = false) -> CommitMetadata? {
        schedule.due([name], isLast: isLast).first?.metadata
    }

    @Test func anAssignmentIsCommittedWithAllThatWasFound() throws {
        let found = CommitMetadata(
            attempts: [AttemptKey(offset: 10, route: 0): 2], done: OffsetMap(base: 10, runs: [12..<14]), starts: 4,
            probe: CrashProbe(offset: 11, count: 1, began: 5), replay: ReplayMark(start: 0, end: 20, request: "r"))
        var schedule = schedule(found: found)
        var expected = found
        expected.starts = 5
        #expect(due(schedule) == expected)
        schedule.confirm(schedule.due([name]))
        #expect(due(schedule) == nil)
    }

    /// The broker may have taken what was not answered: then an end in order would leave the count of a crash.
    @Test func whatWasNotAnsweredIsNotTakenForUnknownToTheGroup() {
        var schedule = schedule(found: CommitMetadata(starts: 1))
        schedule.failed(schedule.due([name]))
        #expect(due(schedule)?.starts == 2, "it stays due")
        #expect(due(schedule, isLast: true)?.starts == 1)
    }

    @Test func progressTakesTheCountAway() {
        var schedule = schedule(found: CommitMetadata(starts: 2))
        schedule.confirm(schedule.due([name]))
        schedule.published(name, epoch: 1, watermark: 10, metadata: CommitMetadata())
        #expect(due(schedule) == nil)
        schedule.published(name, epoch: 1, watermark: 11, metadata: CommitMetadata())
        #expect(due(schedule) == CommitMetadata())
        #expect(due(schedule, isLast: true) == CommitMetadata())
    }

    /// Who gives a partition back did not crash on it; those before him did.
    @Test(arguments: [0, 2] as [UInt16])
    func anOwnerWhoGivesBackIsNotCounted(_ before: UInt16) {
        let found = CommitMetadata(starts: before)
        var schedule = schedule(found: found)
        schedule.confirm(schedule.due([name]))
        #expect(due(schedule, isLast: true) == found)
    }

    @Test func aProbeStandsThereUntilItsRecordIsSettled() {
        var schedule = schedule(found: CommitMetadata(starts: 3))
        schedule.confirm(schedule.due([name]))
        let probe = CrashProbe(offset: 12, count: 1, began: 5)
        schedule.probe(name, epoch: 2, probe)
        #expect(due(schedule) == nil, "it is of another assignment")
        schedule.published(name, epoch: 1, watermark: 12, metadata: CommitMetadata())
        schedule.probe(name, epoch: 1, probe)
        #expect(due(schedule) == CommitMetadata(probe: probe))
        #expect(due(schedule, isLast: true) == CommitMetadata(), "given back, it took nothing down")
        schedule.published(name, epoch: 1, watermark: 13, metadata: CommitMetadata())
        #expect(due(schedule) == CommitMetadata())
    }

    @Test func aCountThatWasFoundOutlastsAnOwnerWhoGivesBack() {
        let found = CommitMetadata(starts: 3, probe: CrashProbe(offset: 10, count: 2, began: 5))
        var schedule = schedule(found: found)
        schedule.probe(name, epoch: 1, CrashProbe(offset: 10, count: 3, began: 5))
        #expect(due(schedule)?.probe?.count == 3)
        schedule.confirm(schedule.due([name]))
        #expect(due(schedule, isLast: true) == found)
    }

    @Test func withoutTheOptionNothingIsCounted() {
        #expect(due(schedule(countsStarts: false)) == nil)
        let found = CommitMetadata(starts: 3, probe: CrashProbe(offset: 10, count: 2, began: 5))
        #expect(due(schedule(found: found, countsStarts: false)) == CommitMetadata())
    }

    @Test func aHurryMakesCommitsMoreFrequent() {
        var schedule = CommitSchedule(interval: 1_000_000_000)
        schedule.assigned(name, epoch: 1, start: 0, committed: 0)
        func commits(_ watermark: Int64, at now: UInt64) -> Bool {
            schedule.published(name, epoch: 1, watermark: watermark, metadata: CommitMetadata())
            defer { _ = schedule.finished(succeeded: true) }
            return !schedule.takeDue(now: now).isEmpty
        }
        schedule.hurry(until: 100_000_000)
        #expect(commits(1, at: 10_000_000))
        #expect(!commits(2, at: 29_000_000))
        #expect(commits(3, at: 30_000_000))
        #expect(commits(4, at: 110_000_000))
        #expect(!commits(5, at: 1_000_000_000))
        #expect(commits(6, at: 1_110_000_000))
    }
}
