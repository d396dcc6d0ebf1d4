import Testing

@testable import MillraceEngine

@Suite("Commit metadata")
struct CommitMetadataTests {
    @Test func whatIsWrittenIsRead() {
        let metadata = CommitMetadata(attempts: [
            AttemptKey(offset: 12, route: 0): 3, AttemptKey(offset: 12, route: 62): 1,
            AttemptKey(offset: Int64.max, route: 1): .max,
        ])
        #expect(metadata.text == "millrace/1 attempts=12/0:3,12/62:1,9223372036854775807/1:65535")
        #expect(CommitMetadata.read(metadata.text) == .own(metadata))
        #expect(CommitMetadata.read(CommitMetadata().text) == .own(CommitMetadata()))
    }

    @Test func aReplaysRangeIsKeptBesideAttempts() {
        let mark = ReplayMark(start: 3, end: 17, request: "processors=a,b;types=com.x.*;keys=2:00ff")
        var metadata = CommitMetadata(replay: mark)
        #expect(metadata.text == "millrace/1 replay=3/17 request=processors=a,b;types=com.x.*;keys=2:00ff")
        #expect(CommitMetadata.replay(in: metadata.text) == mark)
        metadata.attempts[AttemptKey(offset: 5, route: 1)] = 2
        #expect(metadata.text.hasSuffix(" attempts=5/1:2"))
        #expect(CommitMetadata.read(metadata.text) == .own(metadata))
        let empty = ReplayMark(start: 0, end: 0, request: "")
        #expect(CommitMetadata.replay(in: CommitMetadata(replay: empty).text) == empty)
    }

    @Test func theRangeIsNeverWhatIsLeftOut() {
        let mark = ReplayMark(
            start: .max, end: .max, request: String(repeating: "x", count: ReplayMark.maximumRequestBytes))
        var metadata = CommitMetadata(replay: mark)
        for offset in 0..<5_000 { metadata.attempts[AttemptKey(offset: Int64(offset), route: 0)] = 1 }
        #expect(metadata.text.utf8.count <= CommitMetadata.maximumBytes)
        guard case .own(let read) = CommitMetadata.read(metadata.text) else {
            Issue.record("not read back")
            return
        }
        #expect(read.replay == mark)
        #expect(read.attempts.count > 100, "there is room for attempts too")
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
        #expect(CommitMetadata.read(nil) == .none)
        #expect(CommitMetadata.read("") == .none)
    }

    @Test(arguments: [
        "x", "millrace", "millrace/", "millrace/2", "millrace/10 attempts=1/0:1", "{\"a\":1}", " ", "Millrace/1",
    ])
    func whatIsNotOursIsForeign(_ text: String) {
        #expect(CommitMetadata.read(text) == .foreign)
    }

    @Test(arguments: [
        "attempts=", "attempts=1", "attempts=1:2", "attempts=a/0:1", "attempts=1/0:-1", "attempts=1/0:65536",
        "attempts=-1/0:1", "attempts=1/63:1", "attempts=1/0:1:2", "attempts=//:", "other=1/0:1", "attempts",
        "attempts=99999999999999999999/0:1",
    ])
    func whatCannotBeReadIsLeftOut(_ field: String) {
        #expect(CommitMetadata.read("millrace/1 \(field)") == .own(CommitMetadata()))
        let rest = CommitMetadata.read("millrace/1 \(field) attempts=7/0:2 later=x").own
        #expect(rest.attempts == [AttemptKey(offset: 7, route: 0): 2])
    }

    /// The lowest offsets are what the next owner begins with.
    @Test func whatDoesNotFitIsLeftOutFromTheHighestOffsetOn() {
        var metadata = CommitMetadata()
        for number in 0..<2_000 {
            metadata.attempts[AttemptKey(offset: 1_000_000_000_000 + Int64(number), route: 3)] = 2
        }
        let text = metadata.text
        #expect(text.utf8.count <= CommitMetadata.maximumBytes)
        #expect(text.utf8.count > CommitMetadata.maximumBytes - 25)
        let read = CommitMetadata.read(text).own
        let offsets = read.attempts.keys.map(\.offset).sorted()
        #expect(offsets == (0..<Int64(offsets.count)).map { 1_000_000_000_000 + $0 })
        #expect(offsets.count > 150)
    }
}
