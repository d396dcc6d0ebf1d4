package import MillraceEngine

/// What health is judged by. A value that takes facts, and names the problems at a moment.
///
/// *Live* fails only when a restart could help: a handler or a thread that does not come back. *Ready* fails besides while
/// the worker is not doing all of its work. An empty assignment, an idle topic and a lag are no problems.
package struct HealthState: Sendable {
    private struct Handler: Hashable {
        var processor: String
        var record: RecordName
    }

    private let allowed: UInt64
    private var phase: WorkerPhase?
    private var phaseSince: UInt64
    private var letters: [PartitionName: (cause: String, since: UInt64)] = [:]
    private var unavailable = UnavailableProcessors()
    private var circuits = OpenCircuits()
    private var stopped: [PartitionName: (letters: Int, records: Int, since: UInt64)] = [:]
    private var handlers: [Handler: UInt64] = [:]
    private var turns: [EngineThread: UInt64] = [:]

    /// `stuckAfter`: nanoseconds after which a handler or a thread that does not come back is a problem of readiness;
    /// three times as long makes it one of liveness.
    package init(stuckAfter: UInt64, now: UInt64) {
        allowed = stuckAfter
        phaseSince = now
    }

    package mutating func take(_ fact: EngineFact, now: UInt64) {
        switch fact {
        case .turn(let thread): if phase != .stopped { turns[thread] = now }
        case .partition:
            unavailable.take(fact, now: now)
            circuits.take(fact, now: now)
        case .unavailable, .available: unavailable.take(fact, now: now)
        case .circuitOpened, .circuitClosed: circuits.take(fact, now: now)
        case .letterGuardStopped(let name, let letters, let records):
            stopped[name] = (letters, records, stopped[name]?.since ?? now)
        case .phase(let phase):
            self.phase = phase
            phaseSince = now
            // The threads have ended, and are not missed.
            if phase == .stopped {
                turns = [:]
                handlers = [:]
            }
        case .lettersHeld(let name, let cause): letters[name] = (cause, letters[name]?.since ?? now)
        case .lettersResumed(let name): letters[name] = nil
        case .stuck(let processor, let record, let nanoseconds):
            handlers[Handler(processor: processor, record: record)] = now > nanoseconds ? now - nanoseconds : 0
        case .unstuck(let processor, let record): handlers[Handler(processor: processor, record: record)] = nil
        case .revoked(let names), .lost(let names):
            // What a partition waited for is no longer this worker's trouble. A stuck handler still is: it blocks its lane.
            for name in names {
                letters[name] = nil
                stopped[name] = nil
            }
            unavailable.take(fact, now: now)
            circuits.take(fact, now: now)
        default: break
        }
    }

    /// Why a restart could help; empty: live.
    package func liveness(now: UInt64) -> [HealthProblem] {
        let (limit, overflow) = allowed.multipliedReportingOverflow(by: 3)
        return missing(longerThan: overflow ? .max : limit, now: now)
    }

    /// Why the worker is not doing all of its work; empty: ready.
    package func readiness(now: UInt64) -> [HealthProblem] {
        phaseProblems(now: now) + letterProblems(now: now) + unavailableProblems(now: now)
            + circuitProblems(now: now) + guardProblems(now: now) + missing(longerThan: allowed, now: now)
    }

    private func phaseProblems(now: UInt64) -> [HealthProblem] {
        switch phase {
        case .running: []
        case nil, .joining: [HealthProblem(.notJoined, "has not joined its group yet", since: phaseSince, now: now)]
        case .draining: [HealthProblem(.draining, "finishes what is in flight", since: phaseSince, now: now)]
        case .stopped: [HealthProblem(.stopped, "has stopped", since: phaseSince, now: now)]
        }
    }

    private func letterProblems(now: UInt64) -> [HealthProblem] {
        letters.sorted { ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition) }.map { name, held in
            var problem = HealthProblem(.deadLettersRefused, held.cause, since: held.since, now: now)
            problem.topic = name.topic
            problem.partition = name.partition
            return problem
        }
    }

    private func unavailableProblems(now: UInt64) -> [HealthProblem] {
        unavailable.entries.sorted { $0.key < $1.key }.map { processor, entry in
            var problem = HealthProblem(.processorUnavailable, entry.cause, since: entry.since, now: now)
            problem.processor = processor
            return problem
        }
    }

    private func circuitProblems(now: UInt64) -> [HealthProblem] {
        circuits.waiting.sorted { $0.key < $1.key }.map { processor, entry in
            var problem = HealthProblem(.circuitOpen, entry.cause, since: entry.since, now: now)
            problem.processor = processor
            return problem
        }
    }

    private func guardProblems(now: UInt64) -> [HealthProblem] {
        stopped.sorted { ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition) }.map { name, entry in
            var problem = HealthProblem(
                .deadLetterGuard,
                "\(entry.letters) of the last \(entry.records) records became dead letters: mend the cause, then start "
                    + "the worker again", since: entry.since, now: now)
            problem.topic = name.topic
            problem.partition = name.partition
            return problem
        }
    }

    private func missing(longerThan limit: UInt64, now: UInt64) -> [HealthProblem] {
        func isOver(_ since: UInt64, _ limit: UInt64) -> Bool { now > since && now - since >= limit }
        let stuck = handlers.filter { isOver($0.value, limit) }.sorted { $0.value < $1.value }.map { handler, since in
            var problem = HealthProblem(.handlerStuck, "handler has not returned", since: since, now: now)
            problem.processor = handler.processor
            problem.topic = handler.record.topic
            problem.partition = handler.record.partition
            problem.offset = handler.record.offset
            return problem
        }
        // An idle thread makes a turn a second, and may be late by another where the machine is busy.
        let (turnLimit, overflow) = limit.addingReportingOverflow(2_000_000_000)
        let stalled = turns.filter { isOver($0.value, overflow ? .max : turnLimit) }.sorted { $0.value < $1.value }.map
        { thread, since in
            var problem = HealthProblem(.threadStalled, "thread has made no turn", since: since, now: now)
            problem.thread =
                switch thread {
                case .control: "control"
                case .lane(let number): "lane \(number)"
                }
            return problem
        }
        return stuck + stalled
    }
}
