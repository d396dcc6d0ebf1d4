import Millrace
import MillraceEngine
import Testing

@Suite struct HealthObserverTests {
    private let time = TestTime()
    private let health: HealthObserver

    init() {
        let time = time
        health = HealthObserver(stuckAfter: .seconds(60), now: { time.now })
    }

    @Test func aWorkerIsLiveAtOnceAndReadyFromItsFirstJoinToItsDrain() {
        #expect(live == [])
        #expect(ready == ["notJoined: has not joined its group yet for 0.0 s"])
        health.observe(.phase(.joining))
        time.advance(seconds: 3.25)
        #expect(ready == ["notJoined: has not joined its group yet for 3.3 s"])
        health.observe(.phase(.running))
        health.observe(.assigned([]))
        #expect(ready == [])
        health.observe(.phase(.draining))
        #expect(ready == ["draining: finishes what is in flight for 0.0 s"])
        health.observe(.stuck(processor: "p", record(0, 1), nanoseconds: 1_000_000_000_000))
        health.observe(.phase(.stopped))
        #expect(ready == ["stopped: has stopped for 0.0 s"])
        time.advance(seconds: 1e6)
        #expect(live == [])
    }

    @Test func neverJoiningIsNoReasonToRestart() {
        health.observe(.phase(.joining))
        health.observe(.turn(.control))
        for _ in 0..<1000 {
            time.advance(seconds: 1)
            health.observe(.turn(.control))
        }
        #expect(live == [])
        #expect(ready.count == 1)
    }

    @Test func anIdleTopicIsHealthy() {
        start()
        for _ in 0..<10_000 {
            time.advance(seconds: 1)
            health.observe(.turn(.control))
            health.observe(.turn(.lane(0)))
        }
        #expect(live == [])
        #expect(ready == [])
    }

    /// While a partition waits for it, and no longer: an open circuit without work is nobody's trouble.
    @Test func anOpenCircuitIsUnreadyWhileAPartitionWaits() {
        func report(_ partition: Int32, _ held: HoldReason?) {
            health.observe(
                .partition(
                    PartitionReport(
                        name: name(partition), epoch: 1, counts: PartitionCounts(), watermark: 0,
                        oldestUnsettledSince: nil, held: held)))
        }
        func open(_ lane: Int) {
            health.observe(
                .circuitOpened(processor: "p", record(0, 7), lane: lane, failed: 9, attempts: 10, cause: "no"))
        }
        start()
        report(0, .circuit)
        open(0)
        open(1)
        time.advance(seconds: 2)
        report(1, .circuit)
        let problem = "circuitOpen: 9 of 10 attempts failed, the last with: no processor=p for 2.0 s"
        #expect(ready == [problem])
        #expect(live == [])
        health.observe(.circuitClosed(processor: "p", lane: 1))
        report(1, nil)
        #expect(ready == [problem], "the other lane's is open")
        health.observe(.revoked([name(0)]))
        #expect(ready == [])
        report(1, .circuit)
        #expect(ready == [problem])
        health.observe(.circuitClosed(processor: "p", lane: 0))
        #expect(ready == [])
    }

    @Test func aStoppedPartitionIsUnreadyUntilItIsGone() {
        start()
        health.observe(.letterGuardStopped(name(3), letters: 501, records: 1_000))
        time.advance(seconds: 5)
        #expect(
            ready == [
                "deadLetterGuard: 501 of the last 1000 records became dead letters: mend the cause, then start the worker "
                    + "again topic=t partition=3 for 5.0 s"
            ])
        #expect(live == [])
        health.observe(.revoked([name(3)]))
        #expect(ready == [])
    }

    @Test func refusedLettersAreUnreadyUntilTheyAreTakenOrThePartitionIsGone() {
        start()
        health.observe(.lettersHeld(name(1), cause: "NOT_ENOUGH_REPLICAS"))
        time.advance(seconds: 2)
        health.observe(.lettersHeld(name(1), cause: "NOT_ENOUGH_REPLICAS"))
        health.observe(.lettersHeld(name(0), cause: "timed out"))
        health.observe(.lettersHeld(name(2), cause: "timed out"))
        #expect(
            ready == [
                "deadLettersRefused: timed out topic=t partition=0 for 0.0 s",
                "deadLettersRefused: NOT_ENOUGH_REPLICAS topic=t partition=1 for 2.0 s",
                "deadLettersRefused: timed out topic=t partition=2 for 0.0 s",
            ])
        health.observe(.lettersResumed(name(1)))
        health.observe(.revoked([name(0)]))
        health.observe(.lost([name(2)]))
        #expect(ready == [])
        #expect(live == [])
    }

    @Test func anUnavailableProcessorIsUnreadyAndNeverDead() {
        start()
        health.observe(.unavailable(processor: "jsonl", record(0, 5), cause: "disk full"))
        time.advance(seconds: 100_000)
        health.observe(.unavailable(processor: "jsonl", record(0, 5), cause: "no space left"))
        keepTurning()
        #expect(ready == ["processorUnavailable: no space left processor=jsonl for 100000.0 s"])
        #expect(live == [])
        health.observe(.available(processor: "jsonl"))
        health.observe(.partition(report(0, held: nil)))
        #expect(ready == [])
    }

    @Test func anUnavailableProcessorIsForgottenWithTheLastPartitionThatWaitsForIt() {
        start()
        for partition in Int32(0)...2 {
            health.observe(.unavailable(processor: "jsonl", record(partition, 5), cause: "disk full"))
            health.observe(.partition(report(partition, held: .unavailable)))
        }
        health.observe(.revoked([name(0)]))
        health.observe(.revoked([name(1)]))
        #expect(ready.count == 1)
        health.observe(.lost([name(2)]))
        #expect(ready == [])
    }

    @Test func aProcessorThatAnswersForOnePartitionIsStillUnavailableForTheOther() {
        start()
        for partition in Int32(0)...1 {
            health.observe(.unavailable(processor: "jsonl", record(partition, 5), cause: "disk full"))
        }
        // Before the reports of the turn in which it was away.
        health.observe(.available(processor: "jsonl"))
        health.observe(.partition(report(1, held: .unavailable)))
        health.observe(.partition(report(0, held: nil)))
        #expect(ready == ["processorUnavailable: disk full processor=jsonl for 0.0 s"])
        health.observe(.partition(report(1, held: nil)))
        #expect(ready == [])
        // Held for another reason is not held for this one.
        health.observe(.unavailable(processor: "jsonl", record(1, 5), cause: "disk full"))
        health.observe(.partition(report(1, held: .letters)))
        health.observe(.available(processor: "jsonl"))
        #expect(ready == [])
    }

    @Test func aHandlerThatDoesNotReturnIsUnreadyThenDead() {
        start()
        health.observe(.stuck(processor: "p", record(3, 77), nanoseconds: 60_000_000_000))
        #expect(
            ready == ["handlerStuck: handler has not returned processor=p topic=t partition=3 offset=77 for 60.0 s"])
        #expect(live == [])
        time.advance(seconds: 119)
        keepTurning()
        #expect(live == [])
        time.advance(seconds: 1)
        keepTurning()
        #expect(
            live == ["handlerStuck: handler has not returned processor=p topic=t partition=3 offset=77 for 180.0 s"])
        // Of another worker now, and yet in this one's way.
        health.observe(.revoked([name(3)]))
        #expect(live.count == 1)
        health.observe(.unstuck(processor: "p", record(3, 76)))
        #expect(live.count == 1)
        health.observe(.unstuck(processor: "p", record(3, 77)))
        #expect(live == [])
        #expect(ready == [])
    }

    @Test func aThreadWithoutTurnsIsUnreadyThenDead() {
        start()
        time.advance(seconds: 61.5)
        health.observe(.turn(.control))
        #expect(ready == [])
        time.advance(seconds: 0.5)
        #expect(ready == ["threadStalled: thread has made no turn thread=\"lane 0\" for 62.0 s"])
        #expect(live == [])
        time.advance(seconds: 182)
        #expect(
            live == [
                "threadStalled: thread has made no turn thread=\"lane 0\" for 244.0 s",
                "threadStalled: thread has made no turn thread=\"control\" for 182.5 s",
            ])
        health.observe(.turn(.lane(0)))
        health.observe(.turn(.control))
        #expect(live == [])
        #expect(ready == [])
    }

    private var live: [String] { health.liveness().map(\.text) }
    private var ready: [String] { health.readiness().map(\.text) }

    private func start() {
        health.observe(.phase(.joining))
        health.observe(.phase(.running))
        keepTurning()
    }

    private func keepTurning() {
        health.observe(.turn(.control))
        health.observe(.turn(.lane(0)))
    }

    private func name(_ partition: Int32) -> PartitionName { PartitionName(topic: "t", partition: partition) }

    private func record(_ partition: Int32, _ offset: Int64) -> RecordName {
        RecordName(topic: "t", partition: partition, offset: offset)
    }

    private func report(_ partition: Int32, held: HoldReason?) -> PartitionReport {
        PartitionReport(
            name: name(partition), epoch: 1, counts: PartitionCounts(), watermark: 0, oldestUnsettledSince: nil,
            held: held)
    }
}
