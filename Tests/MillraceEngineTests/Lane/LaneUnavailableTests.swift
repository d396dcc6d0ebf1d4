import Testing

@testable import MillraceEngine

@Suite("A lane's engine: processors that are unavailable")
struct LaneUnavailableTests {
    @Test func unavailabilitySpendsNoAttemptAndHoldsThePartition() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        guard case .unavailable(isFirst: true, let delay) = lane.fail(work, .unavailable) else {
            Issue.record("not told as unavailable")
            return
        }
        #expect(delay == LaneEngine.Limits().probe.bound(after: 1))
        #expect(lane.report()?.held == .unavailable)
        #expect(lane.readable(0) == 0)
        lane.pass(milliseconds: delay / 1_000_000)
        #expect(lane.take() == work)
        #expect(lane.work(work).attempt == 1)
        lane.succeed(work)
        #expect(lane.report()?.held == nil)
        #expect(lane.report()?.counts.succeeded == 1)
    }

    @Test func theHoldIsTold() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        _ = lane.changed()
        lane.fail(work, .unavailable)
        #expect(lane.changed().map(\.held) == [.unavailable])
    }

    @Test func probesComeLessAndLessOften() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        var delays: [UInt64] = []
        for _ in 0..<9 {
            let work = try #require(lane.take())
            guard case .unavailable(let isFirst, let delay) = lane.fail(work, .unavailable) else { break }
            #expect(isFirst == delays.isEmpty)
            delays.append(delay / 1_000_000)
            #expect(lane.take() == nil, "asked again before the pause was over")
            lane.pass(milliseconds: delay / 1_000_000)
        }
        #expect(delays == [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000])
    }

    @Test func whatFailsTogetherIsOneAnswer() throws {
        let lane = LaneHarness()
        lane.assign()
        for offset in 0..<200 { lane.dispatch(Int64(offset)) }
        for pause in [100, 200, 400] as [UInt64] {
            let works = lane.takeAll()
            #expect(works.count > 1)
            for (work, _) in works {
                guard case .unavailable(_, let delay) = lane.fail(work, .unavailable) else {
                    Issue.record("not told as unavailable")
                    return
                }
                #expect(delay == pause * 1_000_000)
            }
            lane.pass(milliseconds: pause)
        }
    }

    @Test func oneProbeStandsForAllReadyWorkOfTheRoute() throws {
        let lane = LaneHarness()
        lane.assign()
        for offset in 0..<5 { lane.dispatch(Int64(offset)) }
        let first = try #require(lane.take())
        lane.fail(first, .unavailable)
        #expect(lane.take() == nil)
        lane.pass(milliseconds: 100)
        #expect(lane.takeAll().map(\.offset) == [0, 1, 2, 3, 4])
    }

    @Test func otherPartitionsAndRoutesGoOn() throws {
        let lane = LaneHarness([.plain, .plain])
        lane.assign(0)
        lane.assign(1)
        lane.dispatch(0, slot: 0, routes: 0b11)
        lane.dispatch(0, slot: 1, routes: 0b01)
        let work = try #require(lane.take(0))
        #expect(lane.ticket(of: work).slot == 0)
        lane.fail(work, .unavailable)
        #expect(lane.takeAll(0).count == 1, "the other partition's")
        #expect(lane.takeAll(1).count == 1, "the other route's")
        #expect(lane.readable(1) > 0)
    }

    /// Several handlers may say so at once; each that works again lets go of its share of the hold, in any order.
    @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 0, 2]])
    func everyOneThatWorksAgainLetsGo(_ order: [Int]) throws {
        let lane = LaneHarness()
        lane.assign()
        for offset in 0..<3 { lane.dispatch(Int64(offset)) }
        let works = lane.takeAll().map(\.work)
        #expect(works.count == 3)
        for work in works { lane.fail(work, .unavailable) }
        lane.pass(milliseconds: 10_000)
        #expect(lane.takeAll().count == 3)
        for index in order { lane.succeed(works[index]) }
        #expect(lane.report()?.held == nil)
        #expect(lane.readable(0) > 0, "held with nothing to wait for: never read again")
    }

    @Test(arguments: [AttemptFailure.retry(after: 0), .rejected, .timedOut])
    func anyOtherAnswerEndsIt(_ answer: AttemptFailure) throws {
        let lane = LaneHarness()
        lane.assign()
        for offset in 0..<2 { lane.dispatch(Int64(offset)) }
        let works = lane.takeAll().map(\.work)
        for work in works { lane.fail(work, .unavailable) }
        lane.pass(milliseconds: 10_000)
        #expect(lane.takeAll().count == 2)
        lane.succeed(works[0])
        lane.fail(works[1], answer)
        #expect(lane.report()?.held == nil)
        lane.dispatch(2)
        let third = try #require(lane.takeAll().first { $0.offset == 2 })
        guard case .unavailable(isFirst: true, _) = lane.fail(third.work, .unavailable) else {
            Issue.record("the next time is a first time again")
            return
        }
    }

    @Test func releaseForgetsTheHold() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        lane.dispatch(1)
        let works = lane.takeAll().map(\.work)
        for work in works { lane.fail(work, .unavailable) }
        lane.beginRelease()
        #expect(lane.isDrained(0))
        let end = try #require(lane.endRelease())
        #expect(end.report.counts.released == 2)
        lane.assign(epoch: 2)
        #expect(lane.report()?.held == nil)
        #expect(lane.readable(0) > 0)
        #expect(lane.engine.usedBytes == 0)
    }
}
