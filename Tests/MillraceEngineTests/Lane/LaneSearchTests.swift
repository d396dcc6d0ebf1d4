import Testing

@testable import MillraceEngine

@Suite("A lane's engine: records that are tried one at a time")
struct LaneSearchTests {
    @Test func oneRecordIsReadAtATimeUntilTheSearchEnds() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.engine.setSearched(slot: 0, true)
        #expect(lane.readable() == 1)
        #expect(lane.report()?.held == .searched)
        lane.dispatch(0)
        #expect(lane.readable() == 0)
        let work = try #require(lane.take())
        lane.fail(work, .retry(after: nil))
        #expect(lane.readable() == 0, "what waits for its next attempt is being tried")
        lane.pass(milliseconds: 200)
        lane.succeed(try #require(lane.take()))
        #expect(lane.readable() == 1)
        lane.engine.setSearched(slot: 0, false)
        #expect(lane.readable() > 1)
        #expect(lane.report()?.held == nil)
    }

    @Test func whatWasNotTriedIsReleasedAndItsBytesGivenBack() throws {
        let lane = LaneHarness()
        lane.assign()
        let record = try #require(lane.receive(0))
        lane.beginRelease()
        lane.engine.giveBack(record)
        #expect(lane.engine.usedBytes == 0 && lane.engine.recordCount == 0)
        let end = try #require(lane.endRelease())
        #expect(end.report.counts.released == 1 && end.report.watermark == 0 && end.report.counts.balances)
    }
}
