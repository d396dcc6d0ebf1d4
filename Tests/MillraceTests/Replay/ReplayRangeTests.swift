import Testing

@testable import Millrace

@Suite("A replay's range")
struct ReplayRangeTests {
    private func range(
        _ from: ReplayBound, _ to: ReplayBound, low: Int64 = 10, high: Int64 = 50, start: Int64? = nil,
        end: Int64? = nil
    ) -> ReplayRange {
        ReplayRange(from: from, to: to, in: ReplayRange.Log(low: low, high: high, start: start, end: end))
    }

    @Test func earliestAndNowAreWhatTheLogHolds() {
        let all = range(.earliest, .now)
        #expect((all.start, all.end) == (10, 50))
        #expect(all.remarks.isEmpty && !all.isGone)
        let none = range(.earliest, .now, low: 50, high: 50)
        #expect(none.count == 0)
        #expect(none.remarks.isEmpty, "an empty log is no fault")
    }

    @Test func offsetsAreCutToTheLogAndTheMissingOnesSaid() {
        let inside = range(.offset(12), .offset(20))
        #expect((inside.start, inside.end) == (12, 20))
        #expect(inside.remarks.isEmpty)
        let below = range(.offset(3), .offset(20))
        #expect((below.start, below.end) == (10, 20))
        #expect(below.remarks == [.gone(3..<10)])
        #expect(!below.isGone)
        let beyond = range(.offset(40), .offset(70))
        #expect((beyond.start, beyond.end) == (40, 50))
        #expect(beyond.remarks == [.notYet(50..<70)])
        let both = range(.offset(0), .offset(100))
        #expect(both.remarks == [.gone(0..<10), .notYet(50..<100)])
    }

    @Test func aRangeThatIsWhollyGoneIsNoEmptyOne() {
        let gone = range(.offset(2), .offset(7))
        #expect(gone.count == 0)
        #expect(gone.isGone)
        #expect(gone.remarks == [.gone(2..<7)])
        #expect(range(.offset(2), .offset(10)).isGone)
        #expect(!range(.offset(2), .offset(11)).isGone)
        #expect(!range(.offset(7), .offset(7)).isGone, "nothing was asked for")
    }

    @Test func aRangeInTheFutureIsEmpty() {
        let future = range(.offset(60), .offset(70))
        #expect(future.count == 0)
        #expect(future.remarks == [.notYet(60..<70)])
        #expect(range(.offset(60), .now).remarks == [.reversed])
    }

    @Test func aTimePastTheLastRecordIsNothingAndNeverTheNewest() {
        let late = range(.time(999), .now)
        #expect((late.start, late.end) == (50, 50))
        #expect(late.remarks == [.startsBehindLast])
        let both = range(.time(999), .time(1_000))
        #expect(both.count == 0)
        #expect(both.remarks == [.startsBehindLast])
    }

    @Test func timesAreTheOffsetsThatTheBrokerNames() {
        let middle = range(.time(1), .time(2), start: 20, end: 30)
        #expect((middle.start, middle.end) == (20, 30))
        #expect(middle.remarks.isEmpty)
        let open = range(.time(1), .time(2), start: 20)
        #expect((open.start, open.end) == (20, 50), "no record is as late as the end: all there are")
    }

    @Test func aTimeBeforeTheLogMayMissRecords() {
        let before = range(.time(1), .now, start: 10)
        #expect((before.start, before.end) == (10, 50))
        #expect(before.remarks == [.mayBeGone(before: 10)])
        #expect(range(.time(1), .now, low: 0, start: 0).remarks.isEmpty, "nothing was ever before it")
    }

    @Test func whatCameInMeanwhileIsNotInIt() {
        let later = range(.time(1), .time(2), start: 55, end: 60)
        #expect((later.start, later.end) == (50, 50))
    }

    @Test func aReversedRangeIsEmpty() {
        #expect(range(.offset(30), .time(1), end: 20).remarks == [.reversed])
        #expect(range(.offset(30), .time(1), end: 20).count == 0)
        #expect(range(.time(2), .time(1), start: 30, end: 20).remarks == [.reversed])
    }

    @Test(arguments: [
        "a", "20260131T000000Z", "with.dots_and-dashes", String(repeating: "n", count: 100),
    ])
    func namesOfJobs(_ name: String) throws {
        #expect(ReplayJob.isValid(name: name))
        let job = ReplayJob(of: "live.replay.odd", name: name)
        #expect(job.group == "live.replay.odd.replay.\(name)")
        #expect(ReplayJob(group: job.group, of: "live.replay.odd") == job)
    }

    @Test(arguments: ["", "a b", "a/b", "ä", "..", String(repeating: "n", count: 101)])
    func namesOfNone(_ name: String) {
        #expect(!ReplayJob.isValid(name: name))
        #expect(ReplayJob(group: "live.replay.\(name)", of: "live") == nil)
        #expect(ReplayJob(group: "live", of: "live") == nil)
    }
}
