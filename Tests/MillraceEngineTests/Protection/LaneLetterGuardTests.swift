import Testing

@testable import MillraceEngine

@Suite("A lane's engine: the guard over dead letters")
struct LaneLetterGuardTests {
    private static var limits: LaneEngine.Limits {
        var limits = LaneEngine.Limits()
        limits.letterGuard = LetterGuard.Rules(records: 4, share: 0.5)
        return limits
    }

    /// A lane whose partition 0 was stopped by three letters, with two records more.
    private func stopped() throws -> LaneHarness {
        let lane = LaneHarness([.plain.with { $0.order = .unordered }], limits: Self.limits)
        lane.assign()
        for offset: Int64 in 0..<5 { lane.dispatch(offset) }
        for _ in 0..<3 {
            #expect(lane.report()?.held == nil)
            let work = try #require(lane.take())
            lane.fail(work, .rejected)
            lane.acknowledge(work)
        }
        return lane
    }

    private func told(_ lane: LaneHarness) -> [String] {
        var told: [String] = []
        lane.engine.takeStopped { told.append("\($0.partition): \($1) of \($2)") }
        return told
    }

    @Test func nothingMoreIsDoneOfThePartition() throws {
        let lane = try stopped()
        #expect(lane.report()?.held == .letterGuard)
        #expect(lane.readable() == 0)
        #expect(lane.take() == nil && !lane.hasReady())
        lane.pass(milliseconds: 1_000_000_000)
        #expect(lane.take() == nil && !lane.hasReady())
        #expect(lane.report()?.watermark == 3 && lane.report()?.counts.inFlight == 2)
        #expect(told(lane) == ["0: 3 of 4"])
        #expect(told(lane) == [], "once")
        lane.assign(1)
        lane.dispatch(0, slot: 1)
        #expect(lane.readable(1) > 0, "others go on")
        lane.succeed(try #require(lane.take()))
    }

    /// Neither a late success nor a processor that is away lets go of it.
    @Test func nothingLetsGoOfIt() throws {
        let lane = LaneHarness([.plain.with { $0.order = .unordered }], limits: Self.limits)
        lane.assign()
        for offset: Int64 in 0..<8 { lane.dispatch(offset) }
        let works = lane.takeAll().map(\.work)
        for work in works[0..<3] {
            lane.fail(work, .rejected)
            lane.acknowledge(work)
        }
        #expect(lane.report()?.held == .letterGuard)
        lane.fail(works[3], .unavailable)
        lane.succeed(works[4])
        lane.fail(works[5], .retry(after: 0))
        lane.fail(works[6], .rejected)
        lane.acknowledge(works[6])
        lane.succeed(works[7])
        lane.pass(milliseconds: 100_000)
        #expect(lane.take() == nil && !lane.hasReady())
        #expect(lane.report()?.held == .letterGuard)
    }

    @Test func aReleaseGivesTheRestBackAndAnotherAssignmentStaysStopped() throws {
        let lane = try stopped()
        _ = told(lane)
        lane.beginRelease()
        #expect(lane.isDrained())
        let end = try #require(lane.endRelease())
        #expect(end.report.counts.released == 2 && end.report.watermark == 3)
        lane.assign(epoch: 2, start: 3)
        #expect(lane.report()?.held == .letterGuard)
        #expect(told(lane) == ["0: 3 of 4"], "and says so again")
    }

    @Test func recordsWithoutARouteCountToo() throws {
        let lane = LaneHarness([.plain], limits: Self.limits)
        lane.assign()
        for offset: Int64 in 0..<3 {
            let record = try #require(lane.receive(offset))
            lane.acknowledge(lane.engine.letter(record, now: lane.now))
        }
        #expect(lane.report()?.held == .letterGuard)
        let healthy = LaneHarness([.plain], limits: Self.limits)
        healthy.assign()
        for offset: Int64 in 0..<100 {
            let record = try #require(healthy.receive(offset))
            if offset % 2 == 0 {
                healthy.skip(record)
            } else {
                healthy.acknowledge(healthy.engine.letter(record, now: 0))
            }
        }
        #expect(healthy.report()?.held == nil)
    }
}
