import Testing

@testable import MillraceEngine

@Suite("A lane's engine: the end of an assignment")
struct LaneReleaseTests {
    @Test func whatHasNotStartedIsGivenBackWhatHasIsFinished() throws {
        let lane = LaneHarness([.plain.with { $0.concurrency = 1 }])
        lane.assign()
        for offset in 0..<Int64(4) { lane.dispatch(offset, key: UInt32(offset)) }
        let work = try #require(lane.take())
        lane.beginRelease()
        #expect(Set(lane.freed) == [1, 2, 3])
        #expect(lane.report()?.held == .draining)
        #expect(!lane.isDrained())
        #expect(lane.receive(4) == nil)
        #expect(lane.take() == nil)
        lane.succeed(work)
        #expect(lane.isDrained())
        let end = try #require(lane.endRelease())
        #expect(end.report.counts.succeeded == 1)
        #expect(end.report.counts.released == 3)
        #expect(end.report.counts.balances)
        #expect(end.report.watermark == 1)
        #expect(lane.engine.usedBytes == 0)
        #expect(lane.engine.recordCount == 0)
        #expect(lane.endRelease() == nil)
    }

    @Test func aFailureDuringTheEndIsGivenBackUnlessItIsFinal() throws {
        let lane = LaneHarness()
        lane.assign()
        for offset in 0..<Int64(4) { lane.dispatch(offset) }
        let works = lane.takeAll().map(\.work)
        lane.beginRelease()
        for (work, failure) in zip(works, [.retry(after: nil), .unavailable, .cancelled] as [AttemptFailure]) {
            guard case .finished = lane.fail(work, failure) else {
                Issue.record("\(failure) waits")
                continue
            }
        }
        #expect(lane.fail(works[3], .rejected) == .letter(.rejected))
        #expect(!lane.isDrained())
        lane.acknowledge(works[3])
        #expect(lane.isDrained())
        let end = try #require(lane.endRelease())
        #expect(end.report.counts.released == 3 && end.report.counts.deadLettered == 1)
        #expect(end.report.watermark == 0)
        #expect(end.metadata.attempts == [AttemptKey(offset: 0, route: 0): 1])
    }

    @Test func aRecordOfWhichOneRouteIsGivenBackIsNotSettled() throws {
        let lane = LaneHarness([.plain, .plain.with { $0.concurrency = 1 }])
        lane.assign()
        lane.dispatch(0, routes: 0b01)
        lane.dispatch(1, routes: 0b11)
        let works = lane.takeAll(0).map(\.work)
        lane.beginRelease()
        for work in works { lane.succeed(work) }
        #expect(lane.isDrained())
        let end = try #require(lane.endRelease())
        #expect(end.report.counts.succeeded == 1)
        #expect(end.report.counts.released == 1)
        #expect(end.report.watermark == 1)
        #expect(lane.engine.usedBytes == 0)
    }

    @Test(arguments: [nil, .retry(after: nil), .rejected, .timedOut, .unavailable, .cancelled] as [AttemptFailure?])
    func whatEndsAfterTheEndHasNoEffect(_ failure: AttemptFailure?) throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0, key: 1)
        let late = try #require(lane.take())
        lane.beginRelease()
        let end = try #require(lane.endRelease())
        #expect(end.report.counts.released == 1 && end.report.watermark == 0)

        lane.assign(epoch: 2)
        lane.dispatch(0, key: 1)
        #expect(lane.take() == nil, "its key is blocked until the late handler returned")
        if let failure { lane.fail(late, failure) } else { lane.succeed(late) }
        let report = try #require(lane.report())
        #expect(report.counts.inFlight == 1 && report.counts.received == 1 && report.watermark == 0)
        let work = try #require(lane.take())
        #expect(lane.work(work).attempt == 1)
        lane.succeed(work)
        #expect(lane.report()?.watermark == 1)
        #expect(lane.engine.usedBytes == 0)
    }

    @Test func aLateLetterHasNoEffectEither() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0, key: 1)
        let late = try #require(lane.take())
        lane.fail(late, .rejected)
        lane.beginRelease()
        _ = lane.endRelease()
        lane.assign(epoch: 2)
        lane.dispatch(0, key: 1)
        lane.pass(milliseconds: 5_000)
        lane.engine.checkLetters(now: lane.now) { _, _ in Issue.record("held by a letter of another assignment") }
        #expect(lane.readable() > 0)
        lane.acknowledge(late)
        #expect(lane.report()?.counts.deadLettered == 0)
        lane.succeed(try #require(lane.take()))
        #expect(lane.report()?.counts.succeeded == 1)
        #expect(lane.engine.usedBytes == 0)
    }

    @Test func aLetterThatIsDroppedFreesItsKey() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0, key: 1)
        let late = try #require(lane.take())
        lane.fail(late, .rejected)
        lane.beginRelease()
        _ = lane.endRelease()
        lane.assign(epoch: 2)
        lane.dispatch(0, key: 1)
        #expect(lane.take() == nil)
        lane.drop(late)
        #expect(lane.freed == [0])
        lane.succeed(try #require(lane.take()))
        let counts = try #require(lane.report()?.counts)
        #expect(counts.succeeded == 1 && counts.deadLettered == 0 && counts.balances)
        #expect(lane.engine.usedBytes == 0)
    }

    @Test func aPartitionKeepsItsSlotAndOthersGoOn() throws {
        let lane = LaneHarness()
        #expect(lane.assign(0) == 0)
        #expect(lane.assign(1) == 1)
        lane.dispatch(0, slot: 0)
        lane.dispatch(0, slot: 1)
        lane.beginRelease(0)
        _ = lane.endRelease(0)
        #expect(lane.takeAll().count == 1)
        #expect(lane.assign(0, epoch: 2) == 0)
        #expect(lane.engine.epoch(ofSlot: 0) == 2)
    }

    @Test func beginningToEndTwiceIsHarmless() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        lane.beginRelease()
        lane.beginRelease()
        lane.beginRelease(5)
        #expect(lane.isDrained(5))
        let end = try #require(lane.endRelease())
        #expect(end.report.counts.released == 1)
    }

    @Test func theTimersOfWhatWasGivenBackDoNothing() throws {
        let lane = LaneHarness([.plain.with { $0.timeout = 1_000_000_000 }])
        lane.assign()
        lane.dispatch(0)
        lane.dispatch(1)
        let works = lane.takeAll().map(\.work)
        lane.fail(works[0], .retry(after: nil))
        lane.suspend(works[1])
        lane.beginRelease()
        _ = lane.endRelease()
        lane.assign(epoch: 2)
        for offset in 0..<Int64(2) { lane.dispatch(offset) }
        let again = lane.takeAll()
        #expect(again.map(\.offset) == [0, 1])
        #expect(lane.pass(milliseconds: 2_000) == [works[1]], "the late handler is still told")
        #expect(lane.takeAll().isEmpty)
    }
}
