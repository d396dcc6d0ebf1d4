import Testing

@testable import MillraceEngine

@Suite("The search for the record that takes the process down")
struct CrashSearchTests {
    private func begun(
        starts: UInt16 = 0, probe: CrashProbe? = nil, start: Int64 = 10, end: Int64 = 1_000, limit: Int = 3,
        span: Int = 100, isOneOfSeveral: Bool = false
    ) -> CrashSearch? {
        CrashSearch(
            found: CommitMetadata(starts: starts, probe: probe), start: start, end: end, limit: limit, span: span,
            isOneOfSeveral: isOneOfSeveral)
    }

    private func probe(_ offset: Int64, _ count: UInt16, began: Int64 = 50) -> CrashProbe {
        CrashProbe(offset: offset, count: count, began: began)
    }

    @Test func itBeginsAfterSoManyStartsWithoutProgress() {
        #expect(begun(starts: 2) == nil)
        #expect(begun(starts: 3) != nil)
        #expect(begun(starts: 300, limit: 0) == nil, "it is off")
        #expect(begun(starts: 3, end: 10) == nil, "there is nothing that could have been in flight")
    }

    @Test func aRecordThatWasBeingTriedIsAReason() {
        #expect(begun(probe: probe(40, 1))?.found?.offset == 40)
        #expect(begun(probe: probe(9, 1)) == nil, "it is settled")
        #expect(begun(probe: probe(1_000, 1)) == nil, "the topic was made anew")
    }

    @Test func whereOnePartitionIsSearchedThoseWithoutProgressAreToo() {
        #expect(begun(starts: 1, isOneOfSeveral: true) != nil)
        #expect(begun(starts: 0, isOneOfSeveral: true) == nil)
    }

    @Test func eachRecordOfTheSpanIsTriedAndNoneBehindIt() throws {
        var search = try #require(begun(starts: 3))
        #expect(search.step(10, now: 50) == .probe(probe(10, 1)))
        #expect(search.step(109, now: 51) == .probe(probe(109, 1, began: 51)))
        #expect(!search.isOver(watermark: 109) && search.isOver(watermark: 110))
        #expect(search.step(110, now: 51) == .over)
        var short = try #require(begun(starts: 3, end: 12))
        #expect(short.step(11, now: 50) == .probe(probe(11, 1)))
        #expect(short.step(12, now: 50) == .over)
        let last = try #require(begun(starts: 3, start: .max - 5, end: .max))
        #expect(last.until == .max)
    }

    @Test func aRecordsOwnCrashesAreCountedUpToTheLimit() throws {
        var search = try #require(begun(starts: 3))
        #expect(search.step(11, now: 50) == .probe(probe(11, 1)))
        search = try #require(begun(starts: 4, probe: probe(11, 1)))
        #expect(search.step(10, now: 50) == .probe(probe(10, 1)), "others are not suspected")
        #expect(search.step(11, now: 51) == .probe(probe(11, 2, began: 51)))
        // The last time it is withheld first, and tried when the process lives without it.
        search = try #require(begun(starts: 5, probe: probe(11, 2, began: 51)))
        let withheld = CrashProbe(offset: 11, count: 2, began: 58, isWithheld: true)
        #expect(search.step(11, now: 58) == .withhold(withheld, seconds: 7))
        #expect(withheld.again(at: 65) == probe(11, 3, began: 65))
        #expect(search.step(12, now: 65) == .probe(probe(12, 1, began: 65)), "it lived through that, too")
        search = try #require(begun(starts: 6, probe: probe(11, 3, began: 65)))
        #expect(search.step(11, now: 70) == .culprit(crashes: 3))
        #expect(!search.isOver(watermark: 11) && search.isOver(watermark: 12), "its letter is waited for")
        #expect(search.step(12, now: 70) == .over, "it is found")
    }

    @Test func oneCrashIsEnoughWhereOneIsAllowed() throws {
        var search = try #require(begun(starts: 1, limit: 1))
        #expect(search.step(11, now: 50) == .probe(probe(11, 1)))
        search = try #require(begun(probe: probe(11, 1), limit: 1))
        #expect(search.step(11, now: 50) == .culprit(crashes: 1))
        search = try #require(begun(probe: probe(11, 1), limit: 2))
        #expect(
            search.step(11, now: 50)
                == .withhold(CrashProbe(offset: 11, count: 1, began: 50, isWithheld: true), seconds: 1))
    }

    /// For as long as the last try can have taken, within reason, whatever the clocks of two machines say.
    @Test(arguments: [(50, 1), (20, 1), (51, 1), (95, 45), (100_000, 300)] as [(Int64, Int64)])
    func aSuspectIsWithheldForAsLongAsItsLastTryCanHaveTaken(_ now: Int64, _ seconds: Int64) throws {
        var search = try #require(begun(probe: probe(11, 2)))
        let withheld = CrashProbe(offset: 11, count: 2, began: now, isWithheld: true)
        #expect(search.step(11, now: now) == .withhold(withheld, seconds: seconds))
    }

    /// Ended from outside in whatever state it is, a worker blames no record, however often that happens, and whenever it
    /// ends to happen.
    @Test func aProcessThatIsEndedFromOutsideBlamesNobody() throws {
        var metadata = CommitMetadata()
        var withheld = 0
        for round in 0..<200 as Range<Int64> {
            if CrashSearch.isFutile(metadata) { metadata = CommitMetadata() }
            var search = CrashSearch(found: metadata, start: 10, end: 100, limit: 3, span: 100)
            metadata.starts += 1
            switch search?.step(10, now: round) {
            case .probe(let probe): metadata.probe = probe
            case .withhold(let probe, _):
                metadata.probe = probe
                withheld += 1
            case .culprit:
                Issue.record("it ended in round \(round) without that record, and before its last try")
                return
            case .over, nil: break
            }
            // It ends, before anything is settled.
        }
        #expect(withheld > 20)
    }

    /// A probe of another record takes the place of the last one: only crashes in a row count.
    @Test func crashesWithOthersAreNobodys() throws {
        var found: CrashProbe?
        for round in 0..<60 {
            var search = try #require(begun(starts: 3, probe: found))
            guard case .probe(let next) = search.step(Int64(10 + round % 3), now: 50) else {
                Issue.record("a record without a crash of its own is no culprit")
                return
            }
            #expect(next.count == 1)
            found = next
        }
    }

    @Test func whatIsFoundBehindTheSpanIsTriedToo() throws {
        var search = try #require(begun(probe: probe(500, 1)))
        #expect(search.until == 501)
        #expect(search.step(500, now: 50) == .probe(probe(500, 2)))
    }

    @Test(arguments: [
        "", "5", "5/", "/1/1", "-1/1/1", "5/0/1", "5/65536/1", "5/1", "5/1/-1", "5/1/1/1", "x/1/1", "5/1/1/withheld/",
    ])
    func whatIsNoProbeIsNotRead(_ text: String) {
        #expect(CrashProbe(text: text) == nil)
    }

    @Test func theMetadataIsReadAsItWasWritten() {
        let routes = RouteNames.numbered(1)
        var metadata = CommitMetadata(
            starts: 65_535, probe: CrashProbe(offset: .max, count: .max, began: 1_700_000_000))
        #expect(metadata.text(routes) == "millrace/1 starts=65535 probe=9223372036854775807/65535/1700000000")
        #expect(CommitMetadata.read(metadata.text(routes), routes) == .own(metadata))
        metadata.probe?.isWithheld = true
        #expect(metadata.text(routes).hasSuffix("/1700000000/withheld"))
        #expect(CommitMetadata.read(metadata.text(routes), routes) == .own(metadata))
        #expect(CommitMetadata.read("millrace/1 starts=x probe=y", routes) == .own(CommitMetadata()))
    }
}
