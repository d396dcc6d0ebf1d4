import Testing

@testable import MillraceEngine

@Suite("A lane's engine: what is done out of order outlives an owner")
struct LaneOffsetMapTests {
    private func lane(_ limits: LaneEngine.Limits = LaneEngine.Limits()) -> LaneHarness {
        LaneHarness([.plain.with { $0.order = .unordered }], limits: limits)
    }

    /// Offsets 0 and on, of which all are in handlers.
    private func running(_ count: Int64, on lane: LaneHarness) -> [Int64: Int32] {
        for offset in 0..<count { lane.dispatch(offset) }
        return Dictionary(uniqueKeysWithValues: lane.takeAll().map { ($0.offset, $0.work) })
    }

    @Test func inOrderThereIsNoMap() throws {
        let lane = lane()
        lane.assign()
        let works = running(3, on: lane)
        #expect(lane.metadata()?.done == nil)
        for offset in 0..<3 as Range<Int64> { lane.succeed(try #require(works[offset])) }
        #expect(lane.metadata() == CommitMetadata())
    }

    @Test func whatIsSettledAboveAnUnsettledRecordIsInTheMap() throws {
        let lane = lane()
        lane.assign()
        let works = running(6, on: lane)
        lane.succeed(try #require(works[1]))
        #expect(lane.fail(try #require(works[2]), .rejected) == .letter(.rejected))
        lane.acknowledge(try #require(works[2]))
        #expect(lane.fail(try #require(works[4]), .rejected) == .letter(.rejected))
        lane.skip(try #require(lane.receive(6)))
        let map = try #require(lane.metadata()?.done)
        #expect(map.base == 0 && map.runs == [1..<3, 6..<7], "a letter that is not acknowledged is not done")
    }

    @Test func aRecordWithAnOpenRouteIsNotDone() throws {
        let lane = LaneHarness([.plain, .plain])
        lane.assign()
        lane.dispatch(0, routes: 0b01)
        lane.dispatch(1, key: 7, routes: 0b11)
        let works = lane.takeAll(0)
        lane.succeed(try #require(works.first { $0.offset == 1 }).work)
        #expect(lane.metadata()?.done == nil)
        lane.succeed(try #require(lane.take(1)))
        #expect(lane.metadata()?.done?.runs == [1..<2])
    }

    @Test func theNextOwnerPassesOverWhatIsDone() throws {
        let lane = lane()
        lane.assign(start: 10, metadata: CommitMetadata(done: OffsetMap(base: 10, runs: [11..<13, 14..<16])))
        #expect(lane.metadata()?.done?.runs == [11..<13, 14..<16], "he goes on telling of it")
        let received = (10..<18 as Range<Int64>).filter { lane.dispatch($0) != nil }
        #expect(received == [10, 13, 16, 17])
        let works = Dictionary(uniqueKeysWithValues: lane.takeAll().map { ($0.offset, $0.work) })
        let counts = try #require(lane.report()).counts
        #expect(counts.received == 4 && counts.alreadyDone == 4 && counts.balances)
        lane.succeed(try #require(works[16]))
        #expect(lane.metadata()?.done?.runs == [11..<13, 14..<17], "with what he has done since")
        lane.succeed(try #require(works[10]))
        #expect(lane.report()?.watermark == 13)
        lane.succeed(try #require(works[13]))
        #expect(lane.report()?.watermark == 17)
        #expect(lane.metadata()?.done == nil)
    }

    @Test func theWatermarkIsBehindWhatIsDoneBeforeItIsRead() throws {
        let lane = lane()
        lane.assign(start: 10, metadata: CommitMetadata(done: OffsetMap(base: 10, runs: [11..<15, 20..<21])))
        lane.dispatch(10)
        lane.succeed(try #require(lane.take()))
        #expect(lane.report()?.watermark == 15)
        #expect(lane.metadata()?.done?.runs == [20..<21])
        #expect(lane.dispatch(12) == nil)
        #expect(lane.report()?.watermark == 15)
        // 15 to 22 are no records any more.
        lane.reachedEnd(23)
        #expect(lane.report()?.watermark == 23)
        #expect(lane.metadata() == CommitMetadata())
    }

    @Test func aLateCompletionIsInNobodysMap() throws {
        let lane = lane()
        lane.assign()
        let old = running(3, on: lane)
        lane.beginRelease()
        let end = try #require(lane.endRelease())
        #expect(end.metadata.done == nil)
        lane.assign(epoch: 2)
        lane.succeed(try #require(old[1]))
        _ = lane.dispatch(0)
        _ = lane.dispatch(1)
        lane.succeed(try #require(old[2]))
        #expect(lane.metadata()?.done == nil, "of its own assignment nothing is done")
    }

    @Test func whatIsReleasedIsNotDoneAndTheLastWordIsUpToDate() throws {
        let lane = lane()
        lane.assign()
        let works = running(4, on: lane)
        _ = lane.changed()
        lane.dispatch(9)
        lane.beginRelease()
        lane.succeed(try #require(works[2]))
        // 1 fails and is given back; 9 was never started.
        lane.fail(try #require(works[1]), .cancelled)
        let end = try #require(lane.endRelease())
        #expect(end.metadata.done?.runs == [2..<3])
        #expect(end.report.watermark == 0 && end.report.counts.released == 4)
    }

    @Test func aMapIsMadeOnceATenthOfASecondAndNotForgotten() throws {
        let lane = lane()
        lane.assign()
        let works = running(8, on: lane)
        lane.succeed(try #require(works[1]))
        #expect(lane.told()?.done?.runs == [1..<2])
        lane.pass(milliseconds: 10)
        lane.succeed(try #require(works[2]))
        #expect(lane.told()?.done?.runs == [1..<2], "it was made a moment ago, and is true")
        #expect(lane.told() == nil, "nothing changed")
        lane.pass(milliseconds: 90)
        #expect(lane.told()?.done?.runs == [1..<3], "nothing changed, but it is due")
        lane.pass(milliseconds: 500)
        #expect(lane.told() == nil)
        lane.succeed(try #require(works[0]))
        #expect(lane.told() == CommitMetadata())
    }

    @Test func reachingTooFarAheadHoldsThePartition() throws {
        var limits = LaneEngine.Limits()
        limits.recordsAhead = 5
        let lane = lane(limits)
        lane.assign()
        let works = running(5, on: lane)
        for offset in 1..<5 as Range<Int64> { lane.succeed(try #require(works[offset])) }
        #expect(lane.readable() == 0)
        #expect(lane.report()?.held == .offsets)
        lane.succeed(try #require(works[0]))
        #expect(lane.readable() > 0)
        #expect(lane.report()?.held == nil)
    }

    @Test func aMapThatIsFullHoldsThePartitionUntilItIsNot() throws {
        var limits = LaneEngine.Limits()
        limits.recordsPerPartition = 10_000
        let lane = LaneHarness(
            [
                .plain.with {
                    $0.order = .unordered; $0.concurrency = 10_000
                }
            ], limits: limits)
        lane.assign()
        // So far apart that a bitset has no room, and too many for lengths.
        for index in 0..<3_000 as Range<Int64> { lane.dispatch(index * 1_000) }
        let works = lane.takeAll()
        for (index, entry) in works.enumerated() where index % 2 == 1 { lane.succeed(entry.work) }
        let map = try #require(lane.metadata()?.done)
        #expect(map.leftOut > 0 && map.runs.first == 1_000..<1_001)
        #expect(lane.readable() == 0)
        #expect(lane.report()?.held == .offsets)
        for (index, entry) in works.enumerated() where index % 2 == 0 && index > 0 { lane.succeed(entry.work) }
        #expect(lane.metadata()?.done?.leftOut == 0)
        #expect(lane.readable() > 0)
    }

    /// It can only be so with another version's map; to stop for it would be for ever.
    @Test func aFullMapHoldsNothingWhereNothingIsInFlight() throws {
        let lane = lane()
        let runs = (0..<5_000 as Range<Int64>).map { 1 + 1_000 * $0..<2 + 1_000 * $0 }
        let map = try #require(OffsetMap(base: 0, runs: runs, maximumBytes: 100_000))
        lane.assign(metadata: CommitMetadata(done: map))
        #expect(lane.metadata()?.done?.leftOut ?? 0 > 0)
        #expect(lane.readable() > 0)
    }
}

extension LaneHarness {
    /// What a turn publishes: nil where nothing changed.
    func told() -> CommitMetadata? {
        var found: CommitMetadata?
        engine.takeReports(all: false, now: now) { found = $1 }
        return found
    }
}
