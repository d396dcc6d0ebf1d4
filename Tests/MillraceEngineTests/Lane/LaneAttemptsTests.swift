import Testing

@testable import MillraceEngine

@Suite("A lane's engine: attempts that outlive an owner")
struct LaneAttemptsTests {
    @Test func aFailedAttemptIsToldAtOnce() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(5)
        let work = try #require(lane.take())
        _ = lane.changed()
        lane.fail(work, .retry(after: nil))
        #expect(lane.changed().count == 1, "nobody would commit the count before something else settles")
        #expect(lane.metadata()?.attempts.count == 1)
    }

    @Test func theNextOwnerGoesOnCounting() throws {
        let first = LaneHarness()
        first.assign()
        first.dispatch(5)
        let work = try #require(first.take())
        first.fail(work, .retry(after: 0))
        first.pass(milliseconds: 0)
        #expect(first.take() == work)
        first.fail(work, .retry(after: 0))
        let metadata = try #require(first.metadata())

        let second = LaneHarness()
        second.assign(start: 5, metadata: metadata)
        second.dispatch(5)
        second.dispatch(6)
        let works = second.takeAll()
        #expect(works.map(\.offset) == [5, 6])
        #expect(second.work(works[0].work).attempt == 3)
        #expect(second.work(works[1].work).attempt == 1)
        #expect(second.fail(works[0].work, .retry(after: nil)) == .letter(.retriesExhausted))
    }

    @Test func aSpentRecordGetsOneMoreAttempt() throws {
        let lane = LaneHarness()
        lane.assign(metadata: CommitMetadata(attempts: [AttemptKey(offset: 0, route: 0): 9]))
        lane.dispatch(0)
        let work = try #require(lane.take())
        #expect(lane.work(work).attempt == 3)
    }

    @Test func eachRouteCountsForItself() throws {
        let lane = LaneHarness([.plain, .plain])
        lane.assign()
        lane.dispatch(0, routes: 0b11)
        let left = try #require(lane.take(0))
        let right = try #require(lane.take(1))
        lane.fail(right, .retry(after: 0))
        lane.succeed(left)
        let metadata = try #require(lane.metadata())

        let second = LaneHarness([.plain, .plain])
        second.assign(metadata: metadata)
        second.dispatch(0, routes: 0b11)
        #expect(second.work(try #require(second.take(0))).attempt == 1)
        #expect(second.work(try #require(second.take(1))).attempt == 2)
    }

    @Test func aLetterOfOneRouteDoesNotEraseTheOthersCount() throws {
        let lane = LaneHarness([.plain, .plain])
        lane.assign()
        lane.dispatch(0, routes: 0b11)
        let left = try #require(lane.take(0))
        let right = try #require(lane.take(1))
        lane.fail(right, .retry(after: 0))
        #expect(lane.fail(left, .rejected) == .letter(.rejected))
        lane.acknowledge(left)
        #expect(lane.metadata()?.attempts.count == 1)
    }

    @Test func whatIsSettledIsForgotten() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        lane.fail(work, .retry(after: 0))
        lane.pass(milliseconds: 0)
        #expect(lane.take() == work)
        lane.succeed(work)
        #expect(lane.metadata() == CommitMetadata())
    }

    @Test func countsOfRecordsThatAreGoneAreForgotten() throws {
        let lane = LaneHarness()
        let counts: [Int64: UInt16] = [0: 2, 1: 2, 5: 1]
        lane.assign(
            metadata: CommitMetadata(
                attempts: Dictionary(uniqueKeysWithValues: counts.map { (AttemptKey(offset: $0, route: 0), $1) })))
        lane.skip(try #require(lane.receive(0)))
        // Offset 1 is compacted away.
        lane.dispatch(2)
        #expect(lane.metadata()?.attempts.count == 1)
        lane.succeed(try #require(lane.take()))
        lane.reachedEnd(9)
        #expect(lane.metadata() == CommitMetadata())
    }

    @Test func theLastOwnersWordIncludesTheCounts() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(3)
        lane.fail(try #require(lane.take()), .retry(after: nil))
        lane.beginRelease()
        let end = try #require(lane.endRelease())
        #expect(end.report.counts.released == 1)
        #expect(end.metadata.attempts.count == 1)
    }
}
