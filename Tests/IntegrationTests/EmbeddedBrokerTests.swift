import Millrace
import MillraceKafka
import MillraceTesting
import Testing

/// The behaviours on the embedded broker: all of them but 21, since it has no transactions and no compaction, and the
/// pointer letter of 14, since it takes records of any size.
@Suite("On the embedded broker", .serialized, .timeLimit(.minutes(5)))
struct EmbeddedBrokerTests {
    private let broker: TestBroker

    init() throws { broker = try TestBroker(embedded: 1) }

    @Test("1: A record that finishes late holds the committed offset back, through a kill")
    func outOfOrderCompletion() async throws { try await Behaviours.outOfOrderCompletion(on: broker) }

    @Test("2: A completion after the revocation commits nothing")
    func lateCompletion() async throws { try await Behaviours.lateCompletion(on: broker) }

    @Test("3: A slow handler holds a rebalance up only as long as it may drain")
    func boundedDrain() async throws { try await Behaviours.boundedDrain(on: broker) }

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

    @Test("13: Letters refused hold their partition, and come exactly once")
    func lettersUnavailable() async throws {
        // Errors can be ordered for a kind of request, not for a topic; so the letters' broker goes away.
        let broker = try TestBroker(embedded: 2)
        let embedded = try #require(broker.embedded)
        let scene = try Scene("refused", on: broker, partitions: 2)
        for partition: Int32 in 0...1 {
            try embedded.setLeader(of: TopicPartition(topic: scene.topic, partition: partition), to: 1)
            try embedded.setLeader(of: TopicPartition(topic: scene.letterTopic, partition: partition), to: 2)
        }
        try embedded.setCoordinator(ofGroup: scene.group, to: 1)
        try await Behaviours.lettersUnavailable(
            scene, for: .seconds(5), refuse: { try embedded.setDown(2) }, allow: { try embedded.setUp(2) })
    }

    @Test("14: A long reason is cut, and the letter stays whole")
    func longReason() async throws { try await Behaviours.longReason(on: broker) }

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

    @Test("24: A duplicate has no second effect, a failure is forgotten, and an id is one only within its source")
    func duplicates() async throws { try await Behaviours.duplicates(on: broker) }
}
