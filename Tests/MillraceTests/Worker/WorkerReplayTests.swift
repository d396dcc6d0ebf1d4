import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Synchronization
import Testing

@Suite("A worker that replays", .serialized)
struct WorkerReplayTests {
    private static let group = "g.replay.job"

    private func admin(_ stage: WorkerStage) throws -> KafkaAdmin { try KafkaAdmin(stage.broker.properties) }

    /// Makes the job of these ranges, as the command does.
    private func makeJob(_ stage: WorkerStage, _ ranges: [Int32: Range<Int64>]) throws -> [PartitionName: ReplayMark] {
        let admin = try admin(stage)
        defer { admin.destroy() }
        var marks: [PartitionName: ReplayMark] = [:]
        for (partition, range) in ranges {
            marks[PartitionName(topic: "in", partition: partition)] = ReplayMark(
                start: range.lowerBound, end: range.upperBound, request: "r")
        }
        let store = ReplayStore(admin, timeoutMilliseconds: 10_000)
        let made = try #require(try store.create(ReplayJob(of: "g", name: "job"), marks))
        #expect(made.parts.marks == marks)
        return marks
    }

    private func status(_ stage: WorkerStage) throws -> ReplayStatus {
        let admin = try admin(stage)
        defer { admin.destroy() }
        let names = (0..<Int32(stage.partitions)).map { TopicPartition(topic: "in", partition: $0) }
        let store = ReplayStore(admin, timeoutMilliseconds: 10_000)
        return try #require(try store.find(ReplayJob(of: "g", name: "job"), among: names))
    }

    private func worker(
        _ stage: WorkerStage, _ routes: [RouteConfiguration], _ plan: ReplayPlan, _ facts: FactLog? = nil
    ) throws -> Worker {
        var configuration = stage.configuration(routes, group: Self.group)
        configuration.unrouted = .skip
        return try Worker(
            configuration, processors: .scripted, observers: facts.map { [$0] } ?? [], clock: SystemClock(),
            replay: plan)
    }

    @Test func onlyItsRangeIsHandedOverAndMarkedAsReplay() async throws {
        let stage = try WorkerStage(partitions: 3)
        for partition: Int32 in 0...2 {
            try stage.produce(StageRecord.events((0..<20).map { "\(partition)-\($0)" }, partition: partition))
        }
        let kinds = Mutex<[String: DeliveryKind]>([:])
        let script = Script { delivery in
            let id = delivery.event.id
            kinds.withLock { $0[id] = delivery.kind }
            // A record that is retried is copied out.
            if id == "0-6", delivery.attempt == 1 { throw ProcessingError.retry("again") }
        }
        // Partition 2 is no part of it.
        let marks = try makeJob(stage, [0: 5..<9, 1: 0..<3])
        let worker = try worker(
            stage, [script.route { $0.retry.minimumBackoff = .milliseconds(1) }],
            ReplayPlan(marks: marks, selection: ReplaySelection()))
        let summary = try await worker.run(until: .end)
        #expect(Set(script.done) == ["0-5", "0-6", "0-7", "0-8", "1-0", "1-1", "1-2"])
        #expect(kinds.withLock { Set($0.values) } == [.replay])
        #expect(summary.total.received == 7)
        let status = try status(stage)
        #expect(status.progress.isComplete)
        #expect(status.parts.marks == marks, "the ranges stand beside the last offsets too")
        #expect(status.parts.count == 2, "nothing is committed for what is no part of it")
        #expect(try stage.committed().allSatisfy { $0.offset == nil }, "the live group has heard of nothing")
    }

    @Test func onlyWhatIsSelectedIsHandedOverAndTheRestCounted() async throws {
        let stage = try WorkerStage()
        try stage.produce([
            .event("a", key: "k"), .event("b", key: "l"), .event("c", key: "k", type: "com.example.b"),
            .event("d", key: "k", type: "org.nobody"), .garbage(), .event("e", key: "k"),
        ])
        let script = Script()
        let facts = FactLog()
        let marks = try makeJob(stage, [0: 0..<6])
        let selection = ReplaySelection(types: ["com.example.a", "org.nobody"], keys: [Array("k".utf8)])
        let summary = try await worker(stage, [script.route()], ReplayPlan(marks: marks, selection: selection), facts)
            .run(until: .end)
        #expect(script.done == ["a", "e"])
        #expect(summary.total.succeeded == 2)
        #expect(summary.total.skipped == 4)
        #expect(facts.count { if case .skipped(_, "notSelected", nil) = $0 { true } else { false } } == 4)
        #expect(try stage.letters().isEmpty, "what is no event had its letter when it was read first")
    }

    /// A replay remembers for itself: what live work handled is handled again, and once.
    @Test func deDuplicationKnowsOnlyTheReplaysOwnSuccesses() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["a", "a", "b"]))
        let (live, again) = (Script(), Script())
        try await stage.worker([live.route { $0.deduplicate = .init() }]).run(until: .end)
        let marks = try makeJob(stage, [0: 0..<3])
        let total = try await worker(
            stage, [again.route { $0.deduplicate = .init() }],
            ReplayPlan(marks: marks, selection: ReplaySelection())
        ).run(until: .end).total
        #expect(live.done == ["a", "b"])
        #expect(again.done == ["a", "b"])
        #expect(total.succeeded == 2 && total.skipped == 1)
    }

    @Test func aFailureBecomesALetterAsInLiveWork() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["a", "b"]))
        let script = Script { if $0.event.id == "a" { throw ProcessingError.reject("no", "told so") } }
        let marks = try makeJob(stage, [0: 0..<2])
        let summary = try await worker(
            stage, [script.route()], ReplayPlan(marks: marks, selection: ReplaySelection())
        ).run(until: .end)
        #expect(summary.total.deadLettered == 1)
        let letters = try stage.letters()
        #expect(letters.map(\.origin) == ["0/0"])
        #expect(letters.first?["millrace-reason"] == "rejected:no")
    }

    @Test func itGoesOnWhereItStoppedAndNeverFurtherThanItsEnd() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events((0..<10).map(String.init)))
        let gate = Gate()
        let script = Script { if $0.event.id == "4" { await gate.pass() } }
        let marks = try makeJob(stage, [0: 2..<8])
        let facts = FactLog()
        let first = try worker(
            stage, [script.route { $0.order = .partition }], ReplayPlan(marks: marks, selection: ReplaySelection()),
            facts
        )
        let running = Task { try await first.run(until: .end) }
        try await eventually("the fifth waits") { gate.waitingCount == 1 }
        try await eventually("what is done is committed") { try status(stage).parts.map(\.committed) == [4] }
        #expect(first.replayProgress?.settled == 2)
        #expect(first.replayProgress?.total == 6)
        first.stop()
        try await eventually("nothing new is begun") { facts.report()?.held == .draining }
        gate.open()
        _ = try await running.value
        let middle = try status(stage)
        #expect(middle.parts.marks == marks)
        #expect(middle.parts.map(\.committed) == [5])
        #expect(!middle.progress.isComplete)
        // New records come in: they are behind the end.
        try stage.produce(StageRecord.events(["10", "11"]))
        _ = try await worker(
            stage, [script.route()], ReplayPlan(marks: middle.parts.marks, selection: ReplaySelection())
        )
        .run(until: .end)
        #expect(script.done == (2..<8).map(String.init), "each once, in order")
        #expect(try status(stage).parts.map(\.committed) == [8])
    }

    @Test func anEndWhereNoRecordStandsIsReached() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["0", "1", "2"]))
        let script = Script()
        // As if compaction had taken the last one: nothing is seen at the offset before the end.
        let marks = try makeJob(stage, [0: 3..<3])
        let summary = try await worker(
            stage, [script.route()], ReplayPlan(marks: marks, selection: ReplaySelection())
        ).run(until: .end)
        #expect(summary.total.received == 0)
        #expect(script.calls.isEmpty)
    }

    @Test func aRateIsKept() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce(
            (0..<40).map { number in
                .event("\(number)", partition: Int32(number % 2), type: number < 30 ? "com.example.a" : "org.nobody")
            })
        let times = Mutex<[ContinuousClock.Instant]>([])
        let script = Script { _ in times.withLock { $0.append(.now) } }
        let marks = try makeJob(stage, [0: 0..<20, 1: 0..<20])
        _ = try await worker(
            stage, [script.route()], ReplayPlan(marks: marks, selection: ReplaySelection(), rate: 20)
        ).run(until: .end)
        let all = times.withLock { $0 }
        #expect(all.count == 30)
        // Two may be saved up: the last of thirty cannot come before 28 twentieths of a second after the first.
        #expect(all[29] - all[0] >= .milliseconds(1_350), "it is a bound, whatever the machine does")
    }

    @Test func anOffsetWithoutItsRangeStopsTheReplay() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["0", "1"]))
        let marks = try makeJob(stage, [0: 0..<2])
        let admin = try admin(stage)
        defer { admin.destroy() }
        // As a tool that resets offsets does.
        try admin.commit(
            group: Self.group,
            [OffsetCommit(topicPartition: TopicPartition(topic: "in", partition: 0), offset: 1)],
            timeoutMilliseconds: 10_000)
        let script = Script()
        let worker = try worker(stage, [script.route()], ReplayPlan(marks: marks, selection: ReplaySelection()))
        let error = await #expect(throws: WorkerError.self) { try await worker.run(until: .end) }
        #expect(error?.code == .offsetMissing)
        #expect(script.calls.isEmpty)
        #expect(try status(stage).foreign == [PartitionName(topic: "in", partition: 0)])
    }
}
