import Testing

@testable import MillraceEngine

@Suite("A lane's engine: timeouts")
struct LaneTimeoutTests {
    private let rules = RouteRules.plain.with { $0.timeout = 1_000_000_000 }

    @Test func aSuspendedHandlerIsCancelledOnceItsTimeIsUp() throws {
        let lane = LaneHarness([rules])
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        lane.suspend(work)
        #expect(lane.pass(milliseconds: 999).isEmpty)
        #expect(lane.pass(milliseconds: 1) == [work])
        #expect(lane.pass(milliseconds: 10_000).isEmpty, "told once")
    }

    @Test func aRouteWithoutTimeoutNeverCancels() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        lane.suspend(work)
        #expect(lane.engine.nextTimer == nil)
        #expect(lane.pass(milliseconds: 1 << 40).isEmpty)
    }

    @Test func aTimeoutBeyondTheEndOfTheClockIsNone() throws {
        let lane = LaneHarness([rules.with { $0.timeout = .max }])
        lane.assign()
        lane.dispatch(0)
        lane.suspend(try #require(lane.take()))
        #expect(lane.pass(milliseconds: 1 << 40).isEmpty)
    }

    @Test func theKeyStaysBlockedUntilTheHandlerReturned() throws {
        let lane = LaneHarness([rules])
        lane.assign()
        lane.dispatch(0, key: 7)
        lane.dispatch(1, key: 7)
        let work = try #require(lane.take())
        lane.suspend(work)
        #expect(lane.pass(milliseconds: 1_000) == [work])
        #expect(lane.take() == nil)
        guard case .retrying(attempt: 1, _) = lane.fail(work, .timedOut) else {
            Issue.record("a timeout is retried")
            return
        }
        #expect(lane.take() == nil, "the first of the key waits for its retry")
        lane.pass(milliseconds: 100)
        #expect(lane.takeAll().map(\.offset) == [0])
    }

    /// An attempt that was not spent has the same number as the one after it.
    @Test func aTimeoutNeverHitsALaterRun() throws {
        let lane = LaneHarness([rules])
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        lane.suspend(work)
        lane.pass(milliseconds: 500)
        lane.fail(work, .unavailable)
        lane.pass(milliseconds: 100)
        // The timer of the run before is due 400 ms from now.
        #expect(lane.take() == work)
        lane.suspend(work)
        #expect(lane.pass(milliseconds: 999).isEmpty)
        #expect(lane.pass(milliseconds: 1) == [work])
    }

    /// What ran on the lane's thread before the handler suspended had nobody who could have cancelled it.
    @Test func theTimeCountsFromTheSuspension() throws {
        let lane = LaneHarness([rules])
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        lane.pass(milliseconds: 5_000)
        lane.suspend(work)
        #expect(lane.pass(milliseconds: 999).isEmpty)
        #expect(lane.pass(milliseconds: 1) == [work])
    }

    @Test func theTimersOfWorkThatIsDoneDoNotPileUp() throws {
        let lane = LaneHarness([rules.with { $0.timeout = 3_600_000_000_000 }])
        lane.assign()
        for offset in 0..<50_000 {
            lane.dispatch(Int64(offset))
            let work = try #require(lane.take())
            lane.suspend(work)
            lane.succeed(work)
        }
        #expect(lane.engine.timers.count < 10_000)
        #expect(lane.report()?.counts.succeeded == 50_000)
    }
}
