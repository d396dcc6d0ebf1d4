import CloudEvents
import Millrace
import MillraceEngine
import MillraceKafka
import Testing

@Suite("The worker: starting, limits and second runs")
struct WorkerStartTests {
    struct Refused: Error {}

    @Test func aProcessorThatCannotBeMadeKeepsTheWorkerFromStarting() async throws {
        let stage = try WorkerStage()
        let facts = FactLog()
        let first = Script()
        let second = Script(making: { throw Refused() })
        let worker = try stage.worker([first.route(), second.route()], facts: facts)
        await #expect(throws: Refused.self) { try await worker.run() }
        #expect(first.closings == 1, "one that was made is closed")
        #expect(second.closings == 0)
        #expect(facts.facts.isEmpty, "nothing was begun")
    }

    @Test func aSecondRunOnCommittedOffsetsRepeatsNothing() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.produce((0..<40).map { .event("\($0)", key: "\($0 % 3)", partition: Int32($0 % 2)) })
        let first = Script()
        #expect(try await stage.worker([first.route()]).run(until: .end).total.succeeded == 40)
        #expect(try stage.committed().map(\.offset) == [20, 20])
        let second = Script()
        #expect(try await stage.worker([second.route()]).run(until: .end).total.received == 0)
        #expect(second.calls.isEmpty)
        try stage.produce(StageRecord.events(["new"], partition: 1))
        let third = Script()
        #expect(try await stage.worker([third.route()]).run(until: .end).total.received == 1)
        #expect(third.done == ["new"])
    }

    @Test func maxEventsStopsByItself() async throws {
        let stage = try WorkerStage()
        try stage.produce((0..<3_000).map { .event("\($0)", key: "\($0 % 7)") })
        let first = Script()
        let summary = try await stage.worker([first.route()]).run(until: .events(100))
        #expect(summary.total.settled >= 100)
        #expect(summary.total.balances)
        #expect(try stage.committed().map(\.offset) == [Int64(summary.total.settled)])
        // Every record was handled by one of both, none by both.
        let second = Script()
        let rest = try await stage.worker([second.route()]).run(until: .end)
        #expect(rest.total.received + summary.total.settled == 3_000)
        #expect(second.calls.first?.offset == Int64(summary.total.settled))
    }

    @Test func anEmptyTopicIsAtItsEnd() async throws {
        let stage = try WorkerStage(partitions: 2)
        #expect(try await stage.worker([Script().route()]).run(until: .end).total.received == 0)
    }

    @Test func withoutCommittedOffsetsAStartAtTheLatestSkipsWhatIsThere() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["old"]))
        let facts = FactLog()
        let script = Script()
        let worker = try stage.worker([script.route()], facts: facts) { $0.sources[0].start = .latest }
        let run = Task { try await worker.run(until: .events(1)) }
        try await eventually("it was assigned") {
            facts.contains { if case .assigned(let starts) = $0 { starts.map(\.offset) == [1] } else { false } }
        }
        try stage.produce(StageRecord.events(["new"]))
        #expect(try await run.value.total.received == 1)
        #expect(script.done == ["new"])
    }

    /// The committed offset is beyond what the log has, as after a topic was made anew.
    @Test(arguments: [MissingOffsetPolicy.earliest, .latest, .fail])
    func anOffsetThatTheLogDoesNotHave(_ policy: MissingOffsetPolicy) async throws {
        let stage = try WorkerStage()
        try stage.commit(500)
        try stage.produce(StageRecord.events(["1", "2"], key: "k"))
        let facts = FactLog()
        let script = Script()
        let worker = try stage.worker([script.route()], facts: facts) { $0.sources[0].onMissingOffset = policy }
        let run = Task { try await worker.run() }
        switch policy {
        case .earliest:
            try await eventually("all that is there was read") { script.done == ["1", "2"] }
            worker.stop()
            #expect(try await run.value.total.succeeded == 2)
            #expect(try stage.committed().map(\.offset) == [2])
        case .latest:
            try await eventually("it was noticed") {
                facts.contains { if case .offsetMissing(_, 500, resumedAt: 2) = $0 { true } else { false } }
            }
            try stage.produce(StageRecord.events(["3"], key: "k"))
            try await eventually("what came later was read") { script.done == ["3"] }
            worker.stop()
            #expect(try await run.value.total.succeeded == 1)
            #expect(try stage.committed().map(\.offset) == [3])
        case .fail:
            await #expect { try await run.value } throws: { ($0 as? WorkerError)?.code == .offsetMissing }
            #expect(try stage.committed().map(\.offset) == [500])
            #expect(script.calls.isEmpty)
        }
    }

    @Test func theOtherPartitionsGoOnWhereTheyStand() async throws {
        let stage = try WorkerStage(partitions: 2)
        try stage.commit(500)
        try stage.produce(StageRecord.events(["a", "b"]))
        try stage.produce((0..<300).map { .event("\($0)", key: "\($0 % 7)", partition: 1) })
        let script = Script { try await $0.clock.sleep(for: .milliseconds(1)) }
        let worker = try stage.worker([script.route()]) { $0.sources[0].onMissingOffset = .earliest }
        let run = Task { try await worker.run() }
        try await eventually("all were read") { script.done.count >= 302 }
        worker.stop()
        let summary = try await run.value
        #expect(summary.total.succeeded == 302)
        #expect(summary.total.balances)
        #expect(Set(script.done).count == 302)
        #expect(try stage.committed().map(\.offset) == [2, 300])
    }

    /// A route's attempts are its own, wherever it stands in the next configuration.
    @Test func attemptsFollowTheirRouteWhenRoutesAreReordered() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"]))
        let fails = Script { _ in throw ProcessingError.retry(after: .seconds(3_600)) }
        let worker = try stage.worker([fails.route { $0.types = ["com.example.a"] }, Script().route()])
        let run = Task { try await worker.run() }
        try await eventually("an attempt failed") { fails.calls.first?.ending == .threw }
        worker.stop()
        #expect(try await run.value.total.released == 1)
        let (again, other) = (Script(), Script())
        _ = try await stage.worker([other.route(), again.route { $0.types = ["com.example.a"] }]).run(until: .end)
        #expect(again.calls.map(\.attempt) == [2])
        #expect(other.calls.map(\.attempt) == [1])
    }

    @Test func foreignMetadataIsToldAndLeftAlone() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1", "2", "3"]))
        try stage.commit(1, metadata: "somebody else's")
        let facts = FactLog()
        let script = Script()
        _ = try await stage.worker([script.route()], facts: facts).run(until: .end)
        #expect(script.done == ["2", "3"])
        #expect(facts.contains { if case .foreignMetadata = $0 { true } else { false } })
    }

    /// Where committed offsets may not be read, nothing is guessed: the worker ends, and says why.
    @Test func aGroupThatMayNotBeReadEndsTheWorker() async throws {
        let stage = try WorkerStage()
        try stage.produce(StageRecord.events(["1"]))
        // Group authorisation failed.
        stage.broker.fail(.offsetFetch, with: Array(repeating: 30, count: 1_000))
        let script = Script()
        let worker = try stage.worker([script.route()])
        await #expect { try await worker.run() } throws: { ($0 as? WorkerError)?.code == .notPermitted }
        #expect(script.calls.isEmpty)
    }
}

extension WorkerStage {
    /// Commits an offset of partition 0 as if a worker had.
    func commit(_ offset: Int64, metadata: String? = nil) throws {
        let nobody = TopicReader(broker, topic: "in")
        var properties = broker.properties
        properties["group.id"] = "g"
        let consumer = try KafkaConsumer(properties, delegate: nobody)
        defer { _ = consumer.destroy() }
        try consumer.commit([
            OffsetCommit(
                topicPartition: TopicPartition(topic: "in", partition: 0), offset: offset, metadata: metadata)
        ])
    }
}
