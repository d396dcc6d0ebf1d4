import Millrace
import MillraceEngine
import Synchronization
import Testing

@Suite struct LogObserverTests {
    private let entries = EntryList()
    private let time = TestTime()

    @Test func assignmentsAreOneLineATopic() {
        let observer = observer(.info)
        observer.observe(
            .assigned(
                [7, 0, 1, 2].map { PartitionStart(name: name("b", $0), offset: 5, epoch: 1) }
                    + [PartitionStart(name: name("a", 4), offset: 5, epoch: 1)]))
        observer.observe(.assigned([]))
        observer.observe(.revoked([name("b", 7)]))
        observer.observe(.lost([name("b", 1), name("b", 0)]))
        #expect(
            told == [
                "info partitions assigned topic=a partitions=4 count=1",
                "info partitions assigned topic=b partitions=0-2,7 count=4",
                "info no partitions assigned: more members than partitions",
                "info partitions revoked topic=b partitions=7 count=1",
                "warning partitions lost without a commit topic=b partitions=0-1 count=2",
            ])
    }

    @Test func theFirstLetterOfAReasonIsToldAtOnceAndTheOthersAreCounted() {
        let observer = observer(.info)
        func fail(_ offset: Int64, _ reason: String, _ processor: String? = nil) {
            observer.observe(
                .deadLettered(record(offset), reason: reason, processor: processor, letter: .whole))
        }
        for offset in 0..<100 { fail(Int64(offset), "jsonSyntax") }
        fail(100, "rejected:big", "jsonl")
        observer.observe(.turn(.control))
        #expect(
            told == [
                "warning record dead-lettered topic=t partition=0 offset=0 reason=jsonSyntax",
                "warning record dead-lettered topic=t partition=0 offset=100 reason=rejected:big processor=jsonl",
            ])
        time.advance(seconds: 10)
        observer.observe(.turn(.lane(0)))
        #expect(
            told.dropFirst(2) == [
                "warning more records dead-lettered topic=t reason=jsonSyntax count=99 overSeconds=10"
            ])
        // Still within an interval of the last line about it: counted; the other reason was silent, and is new again.
        fail(101, "jsonSyntax")
        fail(102, "rejected:big", "jsonl")
        #expect(
            told.dropFirst(3)
                == ["warning record dead-lettered topic=t partition=0 offset=102 reason=rejected:big processor=jsonl"])
        time.advance(seconds: 2)
        observer.observe(.phase(.stopped))
        #expect(
            told.dropFirst(4) == [
                "warning more records dead-lettered topic=t reason=jsonSyntax count=1 overSeconds=2",
                "info worker phase phase=stopped",
            ])
    }

    @Test func pointerLettersSaySoAndDebugTellsEach() {
        let observer = observer(.debug)
        for offset in 0..<2 {
            observer.observe(
                .deadLettered(record(Int64(offset)), reason: "tooLarge", processor: nil, letter: .pointer))
        }
        #expect(
            told == [
                "warning record dead-lettered topic=t partition=0 offset=0 reason=tooLarge letter=pointer",
                "debug record dead-lettered topic=t partition=0 offset=1 reason=tooLarge letter=pointer",
            ])
    }

    @Test func kindsOfFailureAreBounded() {
        let observer = observer(.info)
        for number in 0..<1000 {
            observer.observe(
                .deadLettered(record(0), reason: "duplicateMember:\(number)", processor: nil, letter: .whole))
        }
        time.advance(seconds: 10)
        observer.observe(.turn(.control))
        #expect(told.count == 257)
        #expect(
            told.last
                == "warning more dead letters and failures of too many kinds to list each count=744 overSeconds=10")
    }

    @Test func whatHoldsAPartitionIsToldOnceAndItsEndToo() {
        let observer = observer(.info)
        observer.observe(.lettersHeld(name("t", 0), cause: "NOT_ENOUGH_REPLICAS"))
        observer.observe(.lettersHeld(name("t", 0), cause: "NOT_ENOUGH_REPLICAS"))
        observer.observe(.lettersResumed(name("t", 0)))
        observer.observe(.lettersResumed(name("t", 0)))
        observer.observe(.unavailable(processor: "p", record(3), cause: "disk full"))
        observer.observe(.unavailable(processor: "p", record(4), cause: "disk full"))
        observer.observe(.available(processor: "p"))
        observer.observe(.available(processor: "q"))
        for seconds in [60.5, 61, 120, 121, 122] {
            observer.observe(.stuck(processor: "p", record(3), nanoseconds: UInt64(seconds * 1e9)))
        }
        observer.observe(.unstuck(processor: "p", record(3)))
        observer.observe(.unstuck(processor: "p", record(3)))
        #expect(
            told == [
                "warning dead letters refused: the partition is not read until they are taken topic=t partition=0 "
                    + "cause=NOT_ENOUGH_REPLICAS",
                "info dead letters taken again topic=t partition=0",
                "warning processor unavailable: its partitions wait topic=t partition=0 offset=3 processor=p "
                    + "cause=disk full",
                "info processor answers again processor=p",
                "warning handler has not returned topic=t partition=0 offset=3 processor=p seconds=60.5",
                "warning handler has not returned topic=t partition=0 offset=3 processor=p seconds=121.0",
                "info handler returned after all topic=t partition=0 offset=3 processor=p",
            ])
    }

    @Test func troubleWithCommitsAndBrokersIsToldAndCounted() {
        let observer = observer(.info)
        for _ in 0..<3 {
            observer.observe(.commitFailed(cause: "REQUEST_TIMED_OUT"))
            observer.observe(.broker(level: .warning, name: "_ALL_BROKERS_DOWN", message: "2/2 brokers are down"))
        }
        observer.observe(.broker(level: .error, name: "TOPIC_AUTHORIZATION_FAILED", message: "not authorised"))
        observer.observe(.offsetMissing(name("t", 1), committed: 5, resumedAt: nil))
        observer.observe(.offsetMissing(name("t", 1), committed: 5, resumedAt: 9))
        observer.observe(
            .retrying(record(1), processor: "p", attempt: 1, delayNanoseconds: 100_000_000, cause: "refused"))
        observer.observe(
            .retrying(record(1), processor: "p", attempt: 2, delayNanoseconds: 200_000_000, cause: "refused"))
        observer.observe(.foreignMetadata(name("t", 1)))
        observer.observe(.letterTimestampRewritten(record(1)))
        for _ in 0..<2 {
            observer.observe(.offsetMapCut(name("t", 1), records: 17))
            observer.observe(.offsetMapIgnored(name("t", 1), cause: "the topic was made anew"))
        }
        observer.observe(.crashSearchBegan(name("t", 1), starts: 3, until: 2_005))
        observer.observe(.crashed(record(9), times: 2))
        observer.observe(.crashSearchEnded(name("t", 1)))
        observer.observe(.crashSuspectWithheld(record(9), seconds: 7))
        observer.observe(.crashSearchFutile(name("t", 1)))
        observer.observe(.phase(.stopped))
        let first = [
            "warning commit failed: it stays due and is tried again cause=REQUEST_TIMED_OUT",
            "warning 2/2 brokers are down errorName=_ALL_BROKERS_DOWN",
            "error not authorised errorName=TOPIC_AUTHORIZATION_FAILED",
            "error committed offset is no longer in the log: the worker stops topic=t partition=1 committed=5",
            "warning committed offset is no longer in the log: reading goes on elsewhere topic=t partition=1 "
                + "committed=5 resumedAt=9 count=4",
            "info attempt failed, another follows topic=t partition=0 offset=1 processor=p attempt=1 delaySeconds=0.1 "
                + "cause=refused",
            "info committed metadata of another program found and left alone topic=t partition=1",
            "info dead letter's timestamp refused by the topic and rewritten to now topic=t partition=0 offset=1",
            "warning more records are finished above an unfinished one than can be kept with the committed offset: "
                + "a restart would repeat some, and the partition waits topic=t partition=1 count=17",
            "warning map of finished records ignored: they are handled again topic=t partition=1 "
                + "cause=the topic was made anew",
            "warning workers end on this partition again and again without progress: its records are tried one at a time, "
                + "slowly, to find the one that ends them topic=t partition=1 count=3 until=2005",
            "error the process ended while this record alone was being handled topic=t partition=0 offset=9 count=2",
            "info records are handled as usual again: none is suspected of ending the process topic=t partition=1",
            "warning a suspected record is withheld for a while, to see whether the process ends without it too topic=t "
                + "partition=0 offset=9 seconds=7",
            "warning the process ended although the suspected record was withheld: something else ends it topic=t "
                + "partition=1",
        ]
        #expect(Array(told.prefix(first.count)) == first)
        #expect(
            told.dropFirst(first.count).sorted() == [
                "info more attempts failed, others follow processor=p count=1 overSeconds=0",
                "info worker phase phase=stopped",
                "warning 2/2 brokers are down errorName=_ALL_BROKERS_DOWN count=2 overSeconds=0",
                "warning more commits failed cause=REQUEST_TIMED_OUT count=2 overSeconds=0",
                "warning more commits without room for all that is finished topic=t count=1 overSeconds=0",
                "warning more maps of finished records ignored topic=t count=1 overSeconds=0",
            ])
    }

    @Test func deDuplicationSaysWhereItStartsEmpty() {
        let observer = observer(.info)
        for partition: Int32 in 0..<4 {
            observer.observe(.deduplicationStarts(name("t", partition), processor: "p", remembered: 0))
        }
        observer.observe(.deduplicationStarts(name("t", 4), processor: "p", remembered: 5))
        observer.observe(.duplicate(record(1), processor: "p"))
        time.advance(seconds: 10)
        observer.observe(.turn(.control))
        #expect(
            told == [
                "info de-duplication starts empty: what was handled before is not known to it topic=t partition=0 "
                    + "processor=p",
                "info more partitions' de-duplication starts empty topic=t processor=p count=3 overSeconds=10",
            ])
    }

    @Test func whatStopsARouteOrAPartitionIsToldWithWhatToDo() {
        let observer = observer(.info)
        observer.observe(
            .circuitOpened(processor: "p", record(7), lane: 1, failed: 48, attempts: 50, cause: "no"))
        for delay: UInt64 in [2_000_000_000, 4_000_000_000] {
            observer.observe(
                .circuitProbeFailed(processor: "p", record(8), lane: 1, delayNanoseconds: delay, cause: "no"))
        }
        observer.observe(.circuitClosed(processor: "p", lane: 1))
        observer.observe(.letterGuardStopped(name("t", 3), letters: 501, records: 1_000))
        time.advance(seconds: 10)
        observer.observe(.turn(.control))
        #expect(
            told == [
                "error circuit opened: nearly all attempts failed, so the partitions wait, and only probes are made topic=t "
                    + "partition=0 offset=7 processor=p lane=1 count=48 total=50 cause=no",
                "info circuit stays open: a probe failed topic=t partition=0 offset=8 processor=p lane=1 "
                    + "delaySeconds=2.0 cause=no",
                "info circuit closed: a probe succeeded processor=p lane=1",
                "error partition stopped: too many of its records became dead letters; mend the cause, then start the "
                    + "worker again topic=t partition=3 count=501 total=1000",
                "info more probes failed processor=p count=1 overSeconds=10",
            ])
    }

    @Test func timesAndCountsInANoticeMakeNoNewOne() {
        let observer = observer(.info)
        for milliseconds in [3287, 12, 7] {
            let message = "b/1: Disconnected (after \(milliseconds)ms in state UP (x)): again"
            observer.observe(.broker(level: .warning, name: "_TRANSPORT", message: message))
        }
        observer.observe(.broker(level: .warning, name: "_TRANSPORT", message: "b/2: Disconnected"))
        time.advance(seconds: 10)
        observer.observe(.turn(.control))
        #expect(
            told == [
                "warning b/1: Disconnected (after 3287ms in state UP (x)): again errorName=_TRANSPORT",
                "warning b/2: Disconnected errorName=_TRANSPORT",
                "warning b/1: Disconnected: again errorName=_TRANSPORT count=2 overSeconds=10",
            ])
    }

    @Test func everydayFactsAreDebug() {
        func tell(_ level: Log.Level) {
            let observer = observer(level)
            var report = PartitionReport(
                name: name("t", 1), epoch: 1, counts: PartitionCounts(), watermark: 0, oldestUnsettledSince: nil,
                held: .memory)
            observer.observe(.partition(report))
            observer.observe(.partition(report))
            report.held = nil
            observer.observe(.partition(report))
            observer.observe(.committed(name("t", 1), offset: 7))
            observer.observe(.skipped(record(1), reason: "noRoute", type: "a.b"))
            observer.observe(.tolerated(topic: "t", code: "bom", count: 3))
            observer.observe(.duplicate(record(2), processor: "p"))
            observer.observe(.deduplicationStarts(name("t", 4), processor: "p", remembered: 5))
            observer.observe(.lag(name("t", 1), records: 9))
            observer.observe(.memory(used: 1, budget: 2))
        }
        tell(.info)
        #expect(told == [])
        tell(.debug)
        #expect(
            told == [
                "debug partition held topic=t partition=1 reason=memory", "debug partition resumed topic=t partition=1",
                "debug offset committed topic=t partition=1 offset=7",
                "debug record skipped topic=t partition=0 offset=1 reason=noRoute type=a.b",
                "debug deviations tolerated topic=t code=bom count=3",
                "debug duplicate passed over topic=t partition=0 offset=2 processor=p",
                "debug de-duplication goes on with what it remembers topic=t partition=4 processor=p count=5",
                "debug lag topic=t partition=1 count=9",
            ])
    }

    private func observer(_ level: Log.Level) -> LogObserver {
        let time = time
        return LogObserver(Log(level: level, sink: entries.sink), now: { time.now })
    }

    private func name(_ topic: String, _ partition: Int32) -> PartitionName {
        PartitionName(topic: topic, partition: partition)
    }

    private func record(_ offset: Int64) -> RecordName { RecordName(topic: "t", partition: 0, offset: offset) }

    private var told: [String] {
        entries.all.map { entry in
            (["\(entry.level.rawValue) \(entry.message)"] + entry.metadata.map { "\($0.key)=\($0.value)" })
                .joined(separator: " ")
        }
    }
}

/// A clock that a test moves.
final class TestTime: Sendable {
    private let nanoseconds = Mutex<UInt64>(86_400_000_000_000)
    var now: UInt64 { nanoseconds.withLock { $0 } }
    func advance(seconds: Double) { nanoseconds.withLock { $0 += UInt64(seconds * 1e9) } }
}
