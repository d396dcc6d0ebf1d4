import Testing

@testable import MillraceEngine

@Suite("A lane's engine: records, attempts and settlement")
struct LaneWorkTests {
    @Test func aRecordIsSettledWhenItsHandlerReturns() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        #expect(lane.engine.usedBytes == 100)
        #expect(lane.hasReady())
        let work = try #require(lane.take())
        #expect(!lane.hasReady())
        #expect(lane.report()?.counts.inFlight == 1)
        lane.succeed(work)
        #expect(lane.freed == [0])
        #expect(lane.engine.usedBytes == 0)
        #expect(lane.engine.recordCount == 0)
        #expect(lane.report()?.watermark == 1)
        #expect(lane.report()?.counts.succeeded == 1)
    }

    @Test func moreBytesAreChargedUntilTheRecordIsFinished() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        lane.engine.charge(lane.engine.record(of: work), bytes: 50)
        #expect(lane.engine.usedBytes == 150)
        lane.succeed(work)
        #expect(lane.engine.usedBytes == 0)
    }

    @Test func whatWasReceivedBeforeIsNotReceivedAgain() {
        let lane = LaneHarness()
        lane.assign(start: 5)
        #expect(lane.receive(4) == nil)
        #expect(lane.receive(5) != nil)
        #expect(lane.receive(5) == nil)
        #expect(lane.receive(9, slot: 3) == nil, "no such partition")
        #expect(lane.engine.usedBytes == 100)
    }

    @Test func recordsOfOneKeyRunOneAfterTheOther() throws {
        let lane = LaneHarness()
        lane.assign()
        for offset in 0..<Int64(4) { lane.dispatch(offset, key: UInt32(offset % 2)) }
        var order: [Int64] = []
        while case let taken = lane.takeAll(), !taken.isEmpty {
            #expect(taken.count <= 2)
            for (work, offset) in taken.reversed() {
                order.append(offset)
                lane.succeed(work)
            }
        }
        #expect(order == [1, 0, 2, 3] || order == [1, 0, 3, 2])
    }

    @Test func theWatermarkWaitsForTheFirst() throws {
        let lane = LaneHarness()
        lane.assign()
        for offset in 0..<Int64(3) { lane.dispatch(offset) }
        let works = lane.takeAll().map(\.work)
        lane.succeed(works[2])
        lane.succeed(works[1])
        #expect(lane.report()?.watermark == 0)
        lane.succeed(works[0])
        #expect(lane.report()?.watermark == 3)
    }

    @Test func concurrencyIsALimit() throws {
        let lane = LaneHarness([.plain.with { $0.concurrency = 2 }])
        lane.assign()
        for offset in 0..<Int64(5) { lane.dispatch(offset) }
        let first = lane.takeAll()
        #expect(first.count == 2)
        lane.succeed(first[0].work)
        #expect(lane.takeAll().count == 1)
        lane.fail(first[1].work, .retry(after: nil))
        #expect(lane.takeAll().count == 1, "who waits for a retry is in no handler")
    }

    @Test func retriesUntilTheAttemptsAreSpent() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        var delays: [UInt64] = []
        for attempt in 1...2 {
            guard case .retrying(attempt, let delay) = lane.fail(work, .retry(after: nil)) else {
                Issue.record("attempt \(attempt) was not retried")
                return
            }
            delays.append(delay)
            #expect(lane.take() == nil)
            lane.pass(milliseconds: 100)
            #expect(lane.take() == work)
        }
        #expect(delays.allSatisfy { $0 <= 100_000_000 })
        #expect(lane.work(work).firstFailedAt == 1_700_000_000_000)
        #expect(lane.fail(work, .retry(after: nil)) == .letter(.retriesExhausted))
        #expect(lane.report()?.counts.inFlight == 1, "not before the letter is acknowledged")
        #expect(lane.report()?.watermark == 0)
        lane.acknowledge(work)
        #expect(lane.freed == [0])
        #expect(lane.report()?.counts.deadLettered == 1)
        #expect(lane.report()?.watermark == 1)
        #expect(lane.engine.usedBytes == 0)
    }

    @Test func aHandlersOwnDelayTakesTheBackoffsPlace() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        #expect(lane.fail(work, .retry(after: 7_000_000_000)) == .retrying(attempt: 1, delay: 7_000_000_000))
        lane.pass(milliseconds: 6_999)
        #expect(lane.take() == nil)
        lane.pass(milliseconds: 1)
        #expect(lane.take() == work)
    }

    @Test(arguments: [UInt64.max, UInt64.max - 1_000_000])
    func aDelayBeyondTheEndOfTheClockIsForEver(_ delay: UInt64) throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        lane.fail(try #require(lane.take()), .retry(after: delay))
        lane.pass(milliseconds: 1 << 40)
        #expect(lane.take() == nil)
    }

    @Test func aRejectionIsFinal() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        #expect(lane.fail(work, .rejected) == .letter(.rejected))
        #expect(lane.work(work).attempt == 1)
        #expect(lane.metadata() == CommitMetadata(), "a rejection is not counted as an attempt to come")
    }

    @Test func aTimeoutThatIsTheLastAttemptSaysSo() throws {
        let lane = LaneHarness([.plain.with { $0.attempts = 1 }])
        lane.assign()
        lane.dispatch(0)
        #expect(lane.fail(try #require(lane.take()), .timedOut) == .letter(.timedOut))
    }

    @Test func cancelledIsNoAttempt() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.dispatch(0)
        let work = try #require(lane.take())
        lane.fail(work, .cancelled)
        #expect(lane.work(work).firstFailedAt == 0)
        lane.pass(milliseconds: 0)
        #expect(lane.take() == work)
        #expect(lane.work(work).attempt == 1)
        #expect(lane.metadata() == CommitMetadata())
    }

    @Test func severalRoutesSettleOnceAllAreDone() throws {
        let lane = LaneHarness([.plain, .plain, .plain])
        lane.assign()
        lane.dispatch(0, routes: 0b101)
        #expect(lane.take(1) == nil)
        let left = try #require(lane.take(0))
        let right = try #require(lane.take(2))
        lane.succeed(left)
        #expect(lane.report()?.counts.inFlight == 1)
        #expect(lane.fail(right, .rejected) == .letter(.rejected))
        lane.acknowledge(right)
        let counts = try #require(lane.report()?.counts)
        #expect(counts.succeeded == 0 && counts.deadLettered == 1)
        #expect(lane.freed == [0])
    }

    @Test func twoLettersCountOnce() throws {
        let lane = LaneHarness([.plain, .plain])
        lane.assign()
        lane.dispatch(0, routes: 0b11)
        let works = [try #require(lane.take(0)), try #require(lane.take(1))]
        for work in works { lane.fail(work, .rejected) }
        lane.acknowledge(works[0])
        #expect(lane.report()?.watermark == 0)
        lane.acknowledge(works[1])
        #expect(lane.report()?.counts.deadLettered == 1)
        #expect(lane.report()?.watermark == 1)
    }

    @Test func skippedAndUnreadableRecordsSettleToo() throws {
        let lane = LaneHarness()
        lane.assign()
        lane.skip(try #require(lane.receive(0)))
        #expect(lane.report()?.counts.skipped == 1)
        let letter = lane.engine.letter(try #require(lane.receive(1)), now: lane.now)
        #expect(lane.report()?.watermark == 1)
        lane.acknowledge(letter)
        let counts = try #require(lane.report()?.counts)
        #expect(counts.deadLettered == 1 && counts.balances)
        #expect(lane.report()?.watermark == 2)
        #expect(lane.engine.usedBytes == 0)
    }

    @Test func theLimitsOfReading() throws {
        var limits = LaneEngine.Limits()
        limits.recordsPerPartition = 3
        limits.lettersPerPartition = 2
        let lane = LaneHarness(limits: limits, allowedBytes: 250)
        lane.assign(0)
        lane.assign(1)
        #expect(lane.readable(0) == 3)
        #expect(lane.readable(7) == 0, "no such partition")
        lane.dispatch(0)
        #expect(lane.readable(0) == 2)
        lane.dispatch(1)
        lane.dispatch(2)
        #expect(lane.readable(0) == 0)
        #expect(lane.report(0)?.held == .memory)
        #expect(lane.readable(1) == 1, "a partition with nothing in flight takes one, whatever the budget")
        lane.dispatch(0, slot: 1)
        #expect(lane.readable(1) == 0)
        lane.engine.allowedBytes = 1 << 20
        #expect(lane.readable(1) == 2)
        #expect(lane.report(0)?.held == .concurrency)
        let works = lane.takeAll().map(\.work)
        for work in works.prefix(2) { lane.fail(work, .rejected) }
        lane.succeed(works[2])
        #expect(lane.readable(0) == 0, "two letters are out")
        lane.acknowledge(works[0])
        #expect(lane.readable(0) == 2)
    }

    @Test func lateLettersHoldTheirPartition() throws {
        let lane = LaneHarness()
        lane.assign(0)
        lane.assign(1)
        lane.dispatch(0, slot: 0)
        let work = try #require(lane.take())
        lane.fail(work, .rejected)
        var told: [(Int32, Bool)] = []
        func check() { lane.engine.checkLetters(now: lane.now) { told.append(($0.partition, $1)) } }
        lane.pass(milliseconds: 1_000)
        check()
        #expect(told.isEmpty)
        lane.pass(milliseconds: 1)
        check()
        check()
        #expect(told.map(\.0) == [0] && told.map(\.1) == [true])
        #expect(lane.readable(0) == 0 && lane.readable(1) > 0)
        #expect(lane.report(0)?.held == .letters)
        lane.acknowledge(work)
        check()
        #expect(told.map(\.1) == [true, false])
        #expect(lane.readable(0) > 0)
    }

    @Test func onlyWhatChangedIsTold() throws {
        let lane = LaneHarness()
        lane.assign(0)
        lane.assign(1)
        #expect(lane.changed().count == 2)
        #expect(lane.changed().isEmpty)
        lane.dispatch(0, slot: 1)
        #expect(lane.changed().map(\.name.partition) == [1])
        lane.succeed(try #require(lane.take()))
        #expect(lane.changed().map(\.watermark) == [1])
        lane.reachedEnd(7, slot: 1)
        #expect(lane.changed().map(\.watermark) == [7])
    }
}
