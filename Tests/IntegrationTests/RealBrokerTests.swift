import Foundation
import Millrace
import MillraceTesting
import Testing

/// The behaviours on Apache Kafka. `Scripts/test` counts what ran by the beginning of this suite's name.
@Suite(
    "On a real broker", .serialized,
    .enabled(if: TestBroker.real != nil, Comment(rawValue: TestBroker.noRealBroker)), .timeLimit(.minutes(10)))
struct RealBrokerTests {
    private let broker: TestBroker

    init() throws { broker = try TestBroker.required() }

    @Test("1: A record that finishes late holds the committed offset back, through a kill")
    func outOfOrderCompletion() async throws { try await Behaviours.outOfOrderCompletion(on: broker) }

    @Test("2: A completion after the revocation commits nothing")
    func lateCompletion() async throws { try await Behaviours.lateCompletion(on: broker) }

    @Test("3: A slow handler holds a rebalance up only as long as it may drain")
    func boundedDrain() async throws { try await Behaviours.boundedDrain(on: broker) }

    @Test(
        "4: What a stopped process lost it neither commits nor keeps, and it joins again",
        arguments: Interruption.allCases)
    func lostWhileStopped(_ interruption: Interruption) async throws {
        try await Behaviours.lostWhileStopped(on: broker, interruption)
    }

    @Test("5: A partition that comes during a backoff is handled whole")
    func newPartitionDuringBackoff() async throws { try await Behaviours.newPartitionDuringBackoff(on: broker) }

    @Test("6: A held partition that goes and comes back starts from the commit, held")
    func holdSurvivesReassignment() async throws { try await Behaviours.holdSurvivesReassignment(on: broker) }

    @Test("7: Handlers that take three poll intervals cost no membership")
    func longHandlers() async throws { try await Behaviours.longHandlers(on: broker) }

    @Test("8: Poison bytes become one exact letter, before the commit")
    func poisonBytes() async throws { try await Behaviours.poisonBytes(on: broker) }

    @Test("9: A null value is an event without data, and stays null in a letter")
    func nullValue() async throws { try await Behaviours.nullValue(on: broker) }

    @Test("10: The letter of a structured event is the whole envelope")
    func structuredFailure() async throws { try await Behaviours.structuredFailure(on: broker) }

    @Test("11: An invalid event is a letter with its code and the attribute's name")
    func invalidEvents() async throws { try await Behaviours.invalidEvents(on: broker) }

    @Test("12: A type that nobody takes follows the policy, and is counted", arguments: UnroutedPolicy.allCases)
    func unknownType(_ policy: UnroutedPolicy) async throws {
        try await Behaviours.unknownType(on: broker, policy: policy)
    }

    @Test(
        "13: Letters refused for two minutes hold their partition, and come exactly once",
        .enabled(if: ReplicatedCluster.isPossible, "needs three brokers, from KAFKA_HOME"))
    func lettersUnavailable() async throws {
        let cluster = try await ReplicatedCluster()
        // The leaders stay, and the group's coordinator; the letters' only follower goes.
        try cluster.makeTopic(
            "__consumer_offsets", replicas: [[1, 2], [2, 1], [1, 2], [2, 1]],
            configuration: ["cleanup.policy": "compact"])
        let topic = "refused"
        try cluster.makeTopic(topic, replicas: [[1], [2]])
        try cluster.makeTopic(
            topic + ".dead-letter", replicas: [[1, 3], [2, 3]],
            configuration: ["min.insync.replicas": "2", "retention.ms": "-1"])
        let scene = try Scene(of: topic, on: cluster.broker)
        try await Behaviours.lettersUnavailable(
            scene, for: .seconds(120), refuse: { try cluster.kill(3) }, allow: { try cluster.restart() })
        try await cluster.stop()
    }

    @Test("14: A long reason is cut, and the letter stays whole")
    func longReason() async throws { try await Behaviours.longReason(on: broker) }

    @Test("14: A letter that is too large becomes a pointer")
    func tooLargeLetter() async throws { try await Behaviours.tooLargeLetter(on: broker) }

    @Test("14: A letter that is too large takes none with it that were sent beside it", arguments: [20_000, 200_000])
    func tooLargeAmongOthers(_ limit: Int) async throws {
        try await Behaviours.refusedAmongOthers(on: broker, [70: .tooLarge], limit: limit)
    }

    @Test("8: A letter whose timestamp is refused takes none with it that were sent beside it")
    func futureAmongOthers() async throws {
        try await Behaviours.refusedAmongOthers(on: broker, [0: .fromTheFuture], limit: 1_000_000)
    }

    @Test("8: Of letters refused for different reasons each is changed only in what is refused")
    func refusedForBoth() async throws {
        try await Behaviours.refusedAmongOthers(
            on: broker, [3: .tooLarge, 4: .fromTheFuture, 40: .both, 119: .fromTheFuture], limit: 200_000)
    }

    @Test("8: A letter that the topic never takes holds none of those that were sent beside it")
    func refusedForGood() async throws { try await Behaviours.refusedForGoodAmongOthers(on: broker) }

    @Test("15: A letter that fails again five times keeps its origin, and its headers do not grow")
    func failsAgain() async throws { try await Behaviours.failsAgain(on: broker) }

    @Test("16: Attempts survive restarts")
    func attemptsSurviveRestarts() async throws { try await Behaviours.attemptsSurviveRestarts(on: broker) }

    @Test("A record that takes the process down is found, though it moves between workers, and no other is blamed")
    func crashingRecord() async throws { try await Behaviours.crashingRecord(on: broker) }

    @Test("A processor that fails on everything is held by its circuit breaker, and goes on when it works")
    func circuitBreaker() async throws { try await Behaviours.circuitBreaker(on: broker) }

    @Test("A partition of which too many records become letters stops until a restart")
    func letterGuard() async throws { try await Behaviours.letterGuard(on: broker) }

    @Test("A worker that is killed twenty times from outside blames no record")
    func killsFromOutside() async throws { try await Behaviours.killsFromOutside(on: broker) }

    @Test("17: Retries wait within growing bounds, and only failures are retried")
    func backoff() async throws { try await Behaviours.backoff(on: broker) }

    @Test("17: Retries that are used up end in a letter")
    func exhausted() async throws { try await Behaviours.exhausted(on: broker) }

    @Test("17: What is unavailable spends no attempt")
    func unavailable() async throws { try await Behaviours.unavailable(on: broker) }

    @Test("18: Order is kept under retries", arguments: [RouteOrder.key, .partition], [false, true])
    func orderUnderRetry(_ order: RouteOrder, isForGood: Bool) async throws {
        try await Behaviours.orderUnderRetry(on: broker, order, isForGood: isForGood)
    }

    @Test("19: SIGTERM drains, commits and leaves; a restart runs what was abandoned")
    func termination() async throws { try await Behaviours.termination(on: broker) }

    @Test("19: A second SIGTERM exits at once")
    func secondTermination() async throws { try await Behaviours.secondTermination(on: broker) }

    @Test(
        "20: A long backlog of large records stays within the memory budget, and is handled whole",
        .enabled(if: Behaviours.canMeasureMemory, "needs /proc"))
    func boundedMemory() async throws { try await Behaviours.boundedMemory(on: broker) }

    @Test("21: The commit reaches the end of a compacted topic")
    func compactedTopic() async throws { try await Behaviours.compactedTopic(on: broker) }

    @Test("21: The commit reaches the end of a transactional topic")
    func transactionalTopic() async throws { try await Behaviours.transactionalTopic(on: broker) }

    @Test("22: A committed offset that the log no longer has ends the worker, unless a policy was written")
    func missingOffsetFails() async throws { try await Behaviours.missingOffsetFails(on: broker) }

    @Test(
        "22: A policy says where to go on; what was passed over is told",
        arguments: [MissingOffsetPolicy.earliest, .latest])
    func missingOffset(_ policy: MissingOffsetPolicy) async throws {
        try await Behaviours.missingOffset(on: broker, policy)
    }

    @Test("Letters are looked at by cause, and sent again byte for byte")
    func lettersSeen() async throws { try await Behaviours.lettersSeen(on: broker) }

    @Test("A compacted dead-letter topic is read to its end")
    func compactedLetters() async throws { try await Behaviours.compactedLetters(on: broker) }

    @Test("A transactional dead-letter topic is read to its end, also while a transaction is open")
    func transactionalLetters() async throws { try await Behaviours.transactionalLetters(on: broker) }

    @Test("Letters that cannot be reached: why, and which exit code")
    func lettersOutOfReach() async throws { try await Behaviours.lettersOutOfReach(on: broker) }

    @Test("23: A replay hands over what was asked for, goes on after a kill, and leaves live work alone")
    func replayIsolation() async throws { try await Behaviours.replayIsolation(on: broker) }

    @Test("23: A replay beside live traffic stops at the end that it began with")
    func replayBesideTraffic() async throws { try await Behaviours.replayBesideTraffic(on: broker) }

    @Test("23: A replay of a compacted topic ends")
    func replayOfCompactedTopic() async throws { try await Behaviours.replayOfCompactedTopic(on: broker) }

    @Test("23: A replay of a transactional topic ends")
    func replayOfTransactionalTopic() async throws { try await Behaviours.replayOfTransactionalTopic(on: broker) }

    @Test("23: Three processes share one replay, and one of them is killed")
    func sharedReplay() async throws { try await Behaviours.sharedReplay(on: broker) }

    @Test("24: A duplicate has no second effect, a failure is forgotten, and an id is one only within its source")
    func duplicates() async throws { try await Behaviours.duplicates(on: broker) }

    @Test("25: Lag and health tell the truth of what is revoked, paused, stalled and idle")
    func lagAndHealth() async throws { try await Behaviours.lagAndHealth(on: broker) }
}
