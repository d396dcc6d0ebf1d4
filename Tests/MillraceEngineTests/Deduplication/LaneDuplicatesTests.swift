import Testing

@testable import MillraceEngine

@Suite("A lane's engine: de-duplication")
struct LaneDuplicatesTests {
    private static let rules = RouteRules.plain.with {
        $0.order = .unordered
        $0.deduplication = DuplicateWindow.Bounds(count: 100, time: 1_000_000_000)
    }

    private static func digest(_ identity: UInt128, _ content: UInt128) -> EventDigest {
        EventDigest(identity: identity, content: content)
    }

    private static let one = digest(1, 11)

    /// A record's work, taken and judged.
    private func admit(
        _ lane: LaneHarness, _ offset: Int64, _ digest: EventDigest, route: Int = 0
    ) throws -> (work: Int32, Admission) {
        let work = try #require(lane.take(route))
        #expect(lane.offset(of: work) == offset)
        return (work, lane.admit(work, digest))
    }

    @Test func aSuccessMakesTheNextOneADuplicate() throws {
        let lane = LaneHarness([Self.rules])
        lane.assign()
        lane.dispatch(0)
        let (first, admission) = try admit(lane, 0, Self.one)
        #expect(admission == .handle)
        lane.succeed(first)
        lane.dispatch(1)
        let record = try #require(lane.take())
        #expect(lane.admit(record, Self.one) == .duplicate(record: 0, isSkipped: true))
        #expect(lane.report()?.counts.skipped == 1)
        #expect(lane.report()?.counts.succeeded == 1)
        #expect(lane.report()?.watermark == 2)
        #expect(lane.engine.usedBytes == 0 && lane.engine.recordCount == 0)
        lane.dispatch(2)
        lane.pass(milliseconds: 1_000)
        #expect(try admit(lane, 2, Self.one).1 == .handle, "the window is over")
    }

    @Test(arguments: [AttemptFailure.rejected, .retry(after: 0), .timedOut, .unavailable, .cancelled])
    func aFailureIsNotRemembered(_ failure: AttemptFailure) throws {
        let lane = LaneHarness([Self.rules])
        lane.assign()
        lane.dispatch(0)
        let (first, _) = try admit(lane, 0, Self.one)
        lane.fail(first, failure)
        lane.pass(milliseconds: 1)
        lane.dispatch(1)
        lane.pass(milliseconds: 5_000)
        // Whichever comes first is handled, and then the other is a duplicate.
        let works = lane.takeAll().map(\.work)
        let admissions = works.map { lane.admit($0, Self.one) }
        #expect(admissions.first == .handle)
        #expect(!admissions.contains { if case .duplicate = $0 { true } else { false } })
        #expect(admissions.dropFirst().allSatisfy { $0 == .waits })
    }

    @Test func anotherContentOfOneIdentityIsHandledAndToldOnce() throws {
        let lane = LaneHarness([Self.rules, Self.rules])
        lane.assign()
        lane.dispatch(0, routes: 0b11)
        for route in 0...1 {
            let (work, _) = try admit(lane, 0, Self.one, route: route)
            lane.succeed(work)
        }
        lane.dispatch(1, routes: 0b11)
        let (first, admission) = try admit(lane, 1, Self.digest(1, 12), route: 0)
        #expect(admission == .handleReuse(isFirst: true))
        #expect(lane.work(first).isReuse)
        #expect(try admit(lane, 1, Self.digest(1, 12), route: 1).1 == .handleReuse(isFirst: false), "of another route")
        lane.fail(first, .retry(after: 0))
        lane.pass(milliseconds: 1)
        #expect(try admit(lane, 1, Self.digest(1, 12), route: 0).1 == .handleReuse(isFirst: false), "another attempt")
        lane.dispatch(2, routes: 0b01)
        #expect(try admit(lane, 2, Self.digest(2, 12), route: 0).1 == .waits, "what is said decides here")
    }

    /// Two of one event at once: the second waits until the first has returned, whatever it says.
    @Test(arguments: [true, false])
    func theSecondOfTwoAtOnceWaits(_ succeeds: Bool) throws {
        let lane = LaneHarness([Self.rules])
        lane.assign()
        for offset: Int64 in 0...2 { lane.dispatch(offset) }
        let (first, _) = try admit(lane, 0, Self.one)
        let (second, waits) = try admit(lane, 1, Self.one)
        #expect(waits == .waits)
        #expect(lane.work(second).attempt == 0, "no attempt is spent")
        #expect(try admit(lane, 2, Self.digest(2, 2)).1 == .handle, "others go on")
        lane.pass(milliseconds: 500)
        #expect(!lane.hasReady())
        if succeeds { lane.succeed(first) } else { lane.fail(first, .rejected) }
        #expect(lane.take() == second)
        #expect(lane.work(second).attempt == 1)
        let judged = lane.admit(second, Self.one)
        #expect(judged == (succeeds ? .duplicate(record: 1, isSkipped: true) : .handle))
    }

    /// What fails and is tried again does not hold its twin up meanwhile: whichever succeeds, the other is a duplicate.
    @Test func theTwinOfWhatIsTriedAgainMaySucceedFirst() throws {
        let lane = LaneHarness([Self.rules])
        lane.assign()
        lane.dispatch(0)
        lane.dispatch(1)
        let (first, _) = try admit(lane, 0, Self.one)
        _ = try admit(lane, 1, Self.one)
        lane.fail(first, .retry(after: 50_000_000))
        let (second, admission) = try admit(lane, 1, Self.one)
        #expect(admission == .handle)
        lane.succeed(second)
        lane.pass(milliseconds: 50)
        #expect(lane.take() == first)
        #expect(lane.admit(first, Self.one) == .duplicate(record: 0, isSkipped: true))
        #expect(lane.report()?.watermark == 2)
        #expect(lane.metadata()?.attempts.isEmpty == true, "its attempts are forgotten")
    }

    @Test func aRecordIsSkippedOnlyWhereNoRouteHandledIt() throws {
        let lane = LaneHarness([Self.rules, Self.rules.with { $0.deduplication = nil }])
        lane.assign()
        lane.dispatch(0, routes: 0b01)
        lane.succeed(try admit(lane, 0, Self.one).work)
        for isFirst in [true, false] {
            lane.dispatch(isFirst ? 1 : 2, routes: 0b11)
            let other = try #require(lane.take(1))
            if isFirst { lane.succeed(other) }
            let duplicate = try #require(lane.take(0))
            guard case .duplicate(_, isSkipped: false) = lane.admit(duplicate, Self.one) else {
                Issue.record("told as skipped")
                return
            }
            if !isFirst { lane.succeed(other) }
        }
        #expect(lane.report()?.counts.succeeded == 3)
        #expect(lane.report()?.counts.skipped == 0)
        #expect(lane.engine.recordCount == 0)
    }

    @Test func aPartitionThatComesBackIsRemembered() throws {
        let lane = LaneHarness([Self.rules])
        let slot = lane.assign()
        lane.dispatch(0)
        lane.succeed(try admit(lane, 0, Self.one).work)
        lane.beginRelease()
        _ = lane.endRelease()
        lane.assign(1)
        #expect(lane.engine.rememberedEvents(route: 0, slot: 1) == 0, "another partition has its own")
        lane.assign(epoch: 2, start: 1)
        #expect(lane.engine.rememberedEvents(route: 0, slot: slot) == 1)
        lane.dispatch(1)
        let work = try #require(lane.take())
        guard case .duplicate = lane.admit(work, Self.one) else {
            Issue.record("forgotten")
            return
        }
        lane.pass(milliseconds: 2_000)
        lane.engine.forgetOldEvents(now: lane.now)
        #expect(lane.engine.rememberedEvents(route: 0, slot: slot) == 0)
    }

    /// A handler that was cancelled with its assignment may say that all is well: that is not believed.
    @Test func whatFinishesAfterItsAssignmentIsNotRemembered() throws {
        let lane = LaneHarness([Self.rules])
        lane.assign()
        lane.dispatch(0)
        let (late, _) = try admit(lane, 0, Self.one)
        lane.beginRelease()
        _ = lane.endRelease()
        lane.assign(epoch: 2)
        lane.dispatch(0)
        let (again, admission) = try admit(lane, 0, Self.one)
        #expect(admission == .waits, "the earlier handler has not returned")
        lane.succeed(late)
        #expect(lane.take() == again)
        #expect(lane.admit(again, Self.one) == .handle)
    }

    @Test func releaseDropsWhatWaitsForItsTwin() throws {
        let lane = LaneHarness([Self.rules])
        lane.assign()
        lane.dispatch(0)
        lane.dispatch(1)
        let (first, _) = try admit(lane, 0, Self.one)
        _ = try admit(lane, 1, Self.one)
        lane.beginRelease()
        lane.succeed(first)
        #expect(lane.isDrained())
        let end = try #require(lane.endRelease())
        #expect(end.report.counts.succeeded == 1 && end.report.counts.released == 1)
        #expect(end.report.watermark == 1)
        #expect(!lane.hasReady() && lane.engine.usedBytes == 0)
    }

    @Test func aDuplicateThatWasUnavailableLetsGoOfTheHold() throws {
        let lane = LaneHarness([Self.rules])
        lane.assign()
        lane.dispatch(0)
        lane.dispatch(1)
        let (first, _) = try admit(lane, 0, Self.one)
        _ = try admit(lane, 1, Self.one)
        lane.fail(first, .unavailable)
        lane.pass(milliseconds: 100)
        let taken = lane.takeAll()
        #expect(taken.count == 2)
        let second = try #require(taken.first { $0.offset == 1 }?.work)
        #expect(lane.admit(second, Self.one) == .handle)
        #expect(lane.admit(first, Self.one) == .waits)
        #expect(lane.report()?.held == .unavailable, "the first still says so")
        lane.succeed(second)
        #expect(lane.take() == first)
        #expect(lane.admit(first, Self.one) == .duplicate(record: 0, isSkipped: true))
        #expect(lane.report()?.held == nil)
        #expect(lane.report()?.counts.skipped == 1)
        #expect(lane.readable() > 0)
    }
}
