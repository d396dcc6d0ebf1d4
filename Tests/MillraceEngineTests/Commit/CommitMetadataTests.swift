import Testing

@testable import MillraceEngine

@Suite("Commit metadata")
struct CommitMetadataTests {
    private let routes = RouteNames.numbered(LaneEngine.maximumRoutes)

    private func read(_ text: String) -> CommitMetadata? {
        if case .own(let metadata) = CommitMetadata.read(text, routes) { metadata } else { nil }
    }

    @Test func whatIsWrittenIsRead() {
        let metadata = CommitMetadata(attempts: [
            AttemptKey(offset: 12, route: 0): 3, AttemptKey(offset: 12, route: 62): 1,
            AttemptKey(offset: Int64.max, route: 1): .max,
        ])
        let names = routes.texts
        #expect(
            metadata.text(routes)
                == "millrace/1 attempts=12/\(names[0]):3,12/\(names[62]):1,9223372036854775807/\(names[1]):65535")
        #expect(read(metadata.text(routes)) == metadata)
        #expect(read(CommitMetadata().text(routes)) == CommitMetadata())
    }

    @Test func aMapIsWrittenAndRead() throws {
        let map = try #require(OffsetMap(base: 10, runs: [11..<15]))
        let metadata = CommitMetadata(attempts: [AttemptKey(offset: 10, route: 0): 2], done: map)
        #expect(metadata.text(routes) == "millrace/1 done=10:Ag8 attempts=10/\(routes.texts[0]):2")
        #expect(read(metadata.text(routes)) == metadata)
        #expect(read("millrace/1 done=10:nonsense!")?.done == nil)
    }

    /// Attempts take what is left, the lowest offsets first.
    @Test func theLargestMapAndTheLongestMarkLeaveRoomForAttempts() throws {
        let runs = (0..<20_000 as Range<Int64>).map { .max - 50_000 + 2 * $0..<(.max - 49_999) + 2 * $0 }
        let map = try #require(OffsetMap(base: .max - 50_001, runs: runs))
        #expect(map.leftOut > 0)
        let mark = ReplayMark(
            start: .max - 1, end: .max, request: String(repeating: "x", count: ReplayMark.maximumRequestBytes))
        var metadata = CommitMetadata(done: map, replay: mark)
        for offset in 0..<500 as Range<Int64> { metadata.attempts[AttemptKey(offset: offset, route: 1)] = 7 }
        let text = metadata.text(routes)
        #expect(text.utf8.count <= CommitMetadata.maximumBytes)
        let found = try #require(read(text))
        #expect(found.done?.runs == map.runs && found.replay == mark)
        #expect(found.attempts.count > 3)
        #expect(found.attempts.keys.map(\.offset).max() == Int64(found.attempts.count) - 1)
    }

    @Test func countsFollowTheirRouteToAnotherPlaceAndThoseOfARouteThatIsGoneAreLeftOut() {
        let metadata = CommitMetadata(attempts: [
            AttemptKey(offset: 5, route: 0): 1, AttemptKey(offset: 5, route: 1): 2, AttemptKey(offset: 6, route: 2): 3,
        ])
        let before = RouteNames([("a", ["*"]), ("b", ["*"]), ("c", ["*"])])
        let after = RouteNames([("c", ["*"]), ("new", ["*"]), ("a", ["*"])])
        let expected = CommitMetadata(attempts: [
            AttemptKey(offset: 5, route: 2): 1, AttemptKey(offset: 6, route: 0): 3,
        ])
        #expect(CommitMetadata.read(metadata.text(before), after) == .own(expected))
    }

    @Test func aReplaysRangeIsKeptBesideAttempts() {
        let mark = ReplayMark(start: 3, end: 17, request: "processors=a,b;types=com.x.*;keys=2:00ff")
        var metadata = CommitMetadata(replay: mark)
        #expect(metadata.text(routes) == "millrace/1 replay=3/17 request=processors=a,b;types=com.x.*;keys=2:00ff")
        #expect(CommitMetadata.replay(in: metadata.text(routes)) == mark)
        metadata.attempts[AttemptKey(offset: 5, route: 1)] = 2
        #expect(metadata.text(routes).hasSuffix(" attempts=5/\(routes.texts[1]):2"))
        #expect(read(metadata.text(routes)) == metadata)
        #expect(CommitMetadata.replay(in: metadata.text(routes)) == mark, "whatever the routes are called")
        let empty = ReplayMark(start: 0, end: 0, request: "")
        #expect(CommitMetadata.replay(in: CommitMetadata.text(of: empty)) == empty)
    }

    @Test func theRangeIsNeverWhatIsLeftOut() {
        let mark = ReplayMark(
            start: .max, end: .max, request: String(repeating: "x", count: ReplayMark.maximumRequestBytes))
        var metadata = CommitMetadata(replay: mark)
        for offset in 0..<5_000 { metadata.attempts[AttemptKey(offset: Int64(offset), route: 0)] = 1 }
        #expect(metadata.text(routes).utf8.count <= CommitMetadata.maximumBytes)
        let found = read(metadata.text(routes))
        #expect(found?.replay == mark)
        #expect((found?.attempts.count ?? 0) > 100, "there is room for attempts too")
    }

    @Test(arguments: [
        "", "replay=", "replay=1", "replay=2/1", "replay=-1/4", "replay=1/2/3", "replay=a/b", "replay=1/ 2",
        "request=x", "replay=1/9223372036854775808",
    ])
    func whatIsNoRangeIsNone(_ fields: String) {
        #expect(CommitMetadata.replay(in: "millrace/1 \(fields)") == nil)
        #expect(CommitMetadata.replay(in: "other/1 replay=1/2") == nil)
    }

    @Test func nothingIsNothing() {
        #expect(CommitMetadata.read(nil, routes) == .none)
        #expect(CommitMetadata.read("", routes) == .none)
    }

    @Test(arguments: [
        "x", "millrace", "millrace/", "millrace/2", "millrace/10 attempts=1/0:1", "{\"a\":1}", " ", "Millrace/1",
    ])
    func whatIsNotOursIsForeign(_ text: String) {
        #expect(CommitMetadata.read(text, routes) == .foreign)
    }

    /// R stands for the name of a route.
    @Test(arguments: [
        "attempts=", "attempts=1", "attempts=1:2", "attempts=a/R:1", "attempts=1/R:-1", "attempts=1/R:65536",
        "attempts=-1/R:1", "attempts=1/0:1", "attempts=1/00000000:1", "attempts=1/R:1:2", "attempts=//:",
        "other=1/R:1", "attempts", "attempts=99999999999999999999/R:1",
    ])
    func whatCannotBeReadIsLeftOut(_ field: String) {
        let name = routes.texts[0]
        let field = field.replacing("R", with: name)
        #expect(read("millrace/1 \(field)") == CommitMetadata())
        #expect(
            read("millrace/1 \(field) attempts=7/\(name):2 later=x")?.attempts == [AttemptKey(offset: 7, route: 0): 2])
    }

    /// The lowest offsets are what the next owner begins with.
    @Test func whatDoesNotFitIsLeftOutFromTheHighestOffsetOn() throws {
        var metadata = CommitMetadata()
        for number in 0..<2_000 {
            metadata.attempts[AttemptKey(offset: 1_000_000_000_000 + Int64(number), route: 3)] = 2
        }
        let text = metadata.text(routes)
        #expect(text.utf8.count <= CommitMetadata.maximumBytes)
        #expect(text.utf8.count > CommitMetadata.maximumBytes - 25)
        let offsets = try #require(read(text)).attempts.keys.map(\.offset).sorted()
        #expect(offsets == (0..<Int64(offsets.count)).map { 1_000_000_000_000 + $0 })
        #expect(offsets.count > 150)
    }
}
