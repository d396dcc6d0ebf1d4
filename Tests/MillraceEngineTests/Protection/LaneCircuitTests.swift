import Testing

@testable import MillraceEngine

@Suite("A lane's engine: circuit breakers")
struct LaneCircuitTests {
    private static let rules = RouteRules.plain.with {
        $0.order = .unordered
        $0.breaker = CircuitBreaker.Rules(
            share: 0.9, minimum: 5, window: 60_000_000_000,
            pause: Backoff(minimum: 100_000_000, maximum: 400_000_000))
    }

    /// A lane whose circuit has just opened: five records of partition 0 failed, of which the last waits with one more.
    private func opened(_ routes: [RouteRules] = [rules], failure: AttemptFailure = .rejected) throws -> LaneHarness {
        let lane = LaneHarness(routes)
        lane.assign()
        for offset: Int64 in 0..<4 {
            lane.dispatch(offset)
            let work = try #require(lane.take())
            guard case .letter = lane.fail(work, .rejected) else {
                Issue.record("opened too early")
                return lane
            }
            lane.acknowledge(work)
        }
        lane.dispatch(4)
        lane.dispatch(5)
        let work = try #require(lane.take())
        #expect(
            lane.fail(work, failure)
                == .held(.opened(CircuitBreaker.Opening(failed: 5, attempts: 5, pause: 100_000_000))))
        return lane
    }

    @Test(arguments: [AttemptFailure.rejected, .retry(after: 0), .timedOut])
    func theFailureThatOpensItIsNoneOfTheEvents(_ failure: AttemptFailure) throws {
        let lane = try opened(failure: failure)
        #expect(lane.report()?.counts.deadLettered == 4 && lane.report()?.watermark == 4)
        #expect(lane.report()?.held == .circuit)
        #expect(lane.readable() == 0)
        #expect(lane.take() == nil && !lane.hasReady())
        #expect(lane.metadata()?.attempts.isEmpty == true)
        lane.pass(milliseconds: 99)
        #expect(lane.take() == nil && !lane.hasReady())
        lane.pass(milliseconds: 1)
        #expect(lane.hasReady())
        let probe = try #require(lane.take())
        #expect(lane.work(probe).attempt == 1)
    }

    /// One at a time, less and less often, and another event each time: one of them may be bad itself.
    @Test func probesTakeTurnsAndPausesGrow() throws {
        let lane = try opened()
        var offsets: [Int64] = []
        for pause: UInt64 in [100, 200, 400, 400] {
            lane.pass(milliseconds: pause - 1)
            #expect(lane.take() == nil)
            lane.pass(milliseconds: 1)
            let probe = try #require(lane.take())
            #expect(lane.take() == nil, "one at a time")
            offsets.append(lane.offset(of: probe))
            #expect(lane.fail(probe, .rejected) == .held(.probeFailed(pause: min(pause * 2, 400) * 1_000_000)))
        }
        #expect(offsets == [5, 4, 5, 4])
        #expect(lane.report()?.counts.deadLettered == 4)
    }

    @Test func aSuccessClosesItAndAllGoesOn() throws {
        let lane = try opened()
        lane.pass(milliseconds: 100)
        let probe = try #require(lane.take())
        _ = lane.changed()
        #expect(lane.succeed(probe), "it closes")
        #expect(lane.changed().map(\.held) == [nil])
        #expect(lane.readable() > 0)
        let rest = try #require(lane.take())
        #expect(lane.work(rest).attempt == 1, "no attempt was spent")
        lane.succeed(rest)
        #expect(lane.report()?.watermark == 6)
        // It counts anew.
        lane.dispatch(6)
        guard case .letter = lane.fail(try #require(lane.take()), .rejected) else {
            Issue.record("the old failures still count")
            return
        }
    }

    /// Only what has something to wait for is held; a record that comes for the route makes its partition wait too.
    @Test func otherPartitionsAndRoutesGoOn() throws {
        let lane = try opened([Self.rules, .plain])
        lane.assign(1)
        #expect(lane.readable(1) > 0)
        lane.dispatch(0, slot: 1, routes: 0b10)
        #expect(lane.readable(1) > 0)
        let other = try #require(lane.take(1))
        lane.succeed(other)
        lane.dispatch(1, slot: 1, routes: 0b01)
        #expect(lane.report(1)?.held == .circuit)
        #expect(lane.readable(1) == 0)
    }

    /// What began before it opened is no probe: its success closes nothing, its failure spends nothing.
    @Test func whatBeganBeforeProvesNothing() throws {
        let lane = LaneHarness([Self.rules])
        lane.assign()
        for offset: Int64 in 0..<8 { lane.dispatch(offset) }
        let works = lane.takeAll().map(\.work)
        for work in works[0..<5] { lane.fail(work, .rejected) }
        #expect(lane.isCircuitOpen())
        #expect(!lane.succeed(works[5]))
        #expect(lane.isCircuitOpen())
        #expect(lane.fail(works[6], .rejected) == .held(.held))
        #expect(lane.fail(works[7], .retry(after: 0)) == .held(.held))
        #expect(lane.work(works[7]).attempt == 0)
    }

    /// A partition of which nothing waits any more must be read: else there might never be a probe.
    @Test func aPartitionWithoutSuchWorkIsRead() throws {
        let lane = LaneHarness([Self.rules])
        lane.assign(0)
        lane.assign(1)
        for offset: Int64 in 0..<5 { lane.dispatch(offset, slot: 0) }
        lane.dispatch(0, slot: 1)
        let works = lane.takeAll().map(\.work)
        for work in works[0..<5] { lane.fail(work, .rejected) }
        #expect(lane.report(1)?.held == .circuit, "its handler may fail, and then it waits")
        lane.succeed(works[5])
        #expect(lane.report(1)?.held == nil)
        #expect(lane.readable(1) > 0)
    }

    @Test(arguments: [AttemptFailure.cancelled, .unavailable])
    func aProbeThatSaysNothingLeavesItOpen(_ failure: AttemptFailure) throws {
        let lane = try opened()
        lane.pass(milliseconds: 100)
        lane.fail(try #require(lane.take()), failure)
        #expect(lane.isCircuitOpen())
        if failure == .unavailable {
            #expect(lane.take() == nil, "nothing is known of it yet")
            lane.pass(milliseconds: 1_000)
        }
        let next = try #require(lane.take())
        #expect(lane.succeed(next))
    }

    /// The assignment of a probe ends: the probe counts for nothing, and the next one comes from what is left.
    @Test func aProbeWhoseAssignmentEndsIsReplaced() throws {
        let lane = try opened()
        lane.assign(1)
        lane.dispatch(0, slot: 1)
        lane.pass(milliseconds: 100)
        let probe = try #require(lane.take())
        #expect(lane.ticket(of: probe).slot == 0)
        lane.beginRelease(0)
        let end = try #require(lane.endRelease(0))
        #expect(end.report.counts.balances && end.report.counts.released == 2)
        #expect(lane.take() == nil)
        #expect(!lane.succeed(probe), "late: it closes nothing")
        let next = try #require(lane.take())
        #expect(lane.ticket(of: next).slot == 1)
        #expect(lane.succeed(next))
    }

    /// A stop gives back what waits, and neither spends an attempt nor writes a letter for what fails meanwhile.
    @Test func drainingReleasesWhatWaits() throws {
        let lane = LaneHarness([Self.rules])
        lane.assign()
        for offset: Int64 in 0..<7 { lane.dispatch(offset) }
        let works = lane.takeAll().map(\.work)
        for work in works[0..<5] { lane.fail(work, .rejected) }
        for work in works[0..<4] { lane.acknowledge(work) }
        lane.beginRelease()
        #expect(!lane.isDrained())
        guard case .finished = lane.fail(works[5], .rejected) else {
            Issue.record("not released")
            return
        }
        lane.succeed(works[6])
        #expect(lane.isDrained())
        let end = try #require(lane.endRelease())
        #expect(end.report.counts.released == 2 && end.report.counts.deadLettered == 4)
        #expect(end.report.counts.succeeded == 1)
        #expect(end.report.watermark == 4)
        #expect(lane.engine.recordCount == 0 && lane.engine.usedBytes == 0)
    }
}
