package import MillraceEngine

/// What health is judged by. A value that takes facts, and names the problems at a moment.
///
/// *Live* fails only when a restart could help: a handler or a thread that does not come back. *Ready* fails besides while
/// the worker is not doing all of its work. An empty assignment, an idle topic and a lag are no problems.
package struct HealthState: Sendable {
    private struct Unavailable {
        var cause: String
        var since: UInt64
        var partitions: Set<PartitionName>
    }

    private struct Handler: Hashable {
        var processor: String
        var record: RecordName
    }

    private let allowed: UInt64
    private var phase: WorkerPhase?
    private var phaseSince: UInt64
    private var letters: [PartitionName: (cause: String, since: UInt64)] = [:]
    private var unavailable: [String: Unavailable] = [:]
    /// Partitions whose reports say that they wait for a processor, kept only while one is unavailable.
    private var waiting: Set<PartitionName> = []
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
        case .partition(let report):
            guard !unavailable.isEmpty else { return }
            if report.held == .unavailable { waiting.insert(report.name) } else { waiting.remove(report.name) }
        case .phase(let phase):
            self.phase = phase
            phaseSince = now
            // The threads have ended, and are not missed.
            if phase == .stopped { turns = [:] }
        case .lettersHeld(let name, let cause): letters[name] = (cause, letters[name]?.since ?? now)
        case .lettersResumed(let name): letters[name] = nil
        case .unavailable(let processor, let record, let cause):
            let name = PartitionName(topic: record.topic, partition: record.partition)
            unavailable[processor, default: Unavailable(cause: cause, since: now, partitions: [])].cause = cause
            unavailable[processor]?.partitions.insert(name)
        case .available(let processor):
            unavailable[processor] = nil
            if unavailable.isEmpty { waiting = [] }
        case .stuck(let processor, let record, let nanoseconds):
            handlers[Handler(processor: processor, record: record)] = now > nanoseconds ? now - nanoseconds : 0
        case .unstuck(let processor, let record): handlers[Handler(processor: processor, record: record)] = nil
        case .revoked(let names), .lost(let names): forget(names)
        default: break
        }
    }

    /// What a partition waited for is no longer this worker's trouble. A stuck handler still is: it blocks its lane.
    private mutating func forget(_ names: [PartitionName]) {
        for name in names { letters[name] = nil }
        waiting.subtract(names)
        for processor in unavailable.keys {
            unavailable[processor]?.partitions.subtract(names)
            if unavailable[processor]?.partitions.isEmpty == true, waiting.isEmpty { unavailable[processor] = nil }
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
            + missing(longerThan: allowed, now: now)
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
        unavailable.sorted { $0.key < $1.key }.map { processor, state in
            var problem = HealthProblem(.processorUnavailable, state.cause, since: state.since, now: now)
            problem.processor = processor
            return problem
        }
    }

    private func missing(longerThan limit: UInt64, now: UInt64) -> [HealthProblem] {
        func isOver(_ since: UInt64) -> Bool { now > since && now - since >= limit }
        let stuck = handlers.filter { isOver($0.value) }.sorted { $0.value < $1.value }.map { handler, since in
            var problem = HealthProblem(.handlerStuck, "handler has not returned", since: since, now: now)
            problem.processor = handler.processor
            problem.topic = handler.record.topic
            problem.partition = handler.record.partition
            problem.offset = handler.record.offset
            return problem
        }
        let stalled = turns.filter { isOver($0.value) }.sorted { $0.value < $1.value }.map { thread, since in
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
