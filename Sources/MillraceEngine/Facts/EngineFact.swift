/// Something that happened in the engine and that somebody outside may act on.
///
/// The list is the whole interface between the engine and what watches it. New cases may be added: switch with a
/// `default`.
public enum EngineFact: Sendable {
    /// Partitions were given to this worker, each with the offset that it starts from.
    case assigned([PartitionStart])
    /// Partitions were taken back in order: what was unfinished is released to the next owner.
    case revoked([PartitionName])
    /// Partitions were lost without a chance to commit.
    case lost([PartitionName])
    /// The identity's terms of one partition, as of now. Published at most once a lane turn, at least once a second.
    case partition(PartitionReport)
    /// An offset was committed for a partition: the next owner starts there.
    case committed(PartitionName, offset: Int64)
    /// A commit was refused or timed out. It stays due and is tried again.
    case commitFailed(cause: String)
    /// The log no longer had the committed offset; reading went on at `resumedAt`, or the worker stopped.
    case offsetMissing(PartitionName, committed: Int64, resumedAt: Int64?)
    /// A record was written to its dead-letter topic and acknowledged.
    case deadLettered(RecordName, reason: String, processor: String?, letter: LetterKind)
    /// The dead-letter topic refuses or does not answer: the partition is not read until it does.
    case lettersHeld(PartitionName, cause: String)
    /// The dead-letter topic takes letters of this partition again.
    case lettersResumed(PartitionName)
    /// A letter's timestamp was refused by the topic and rewritten to the time of writing.
    case letterTimestampRewritten(RecordName)
    /// A record was passed over by a written-down policy (`tombstone`, `noRoute`, `duplicate`).
    case skipped(RecordName, reason: String, type: String?)
    /// A route passed an event over that it had succeeded with before. Where no other route handled it, the record is
    /// skipped, and told as such too.
    case duplicate(RecordName, processor: String)
    /// A route that de-duplicates begins with a partition, and remembers so many of its events from earlier assignments in
    /// this process. What others handled, or this group before, it does not know.
    case deduplicationStarts(PartitionName, processor: String, remembered: Int)
    /// No route takes an event of this type; what becomes of it is the policy's and told by a fact of its own.
    case unrouted(topic: String, type: String)
    /// An event was routed although it deviated; `code` as in the list of tolerances.
    case tolerated(topic: String, code: String, count: Int)
    /// An attempt failed and another follows after `delayNanoseconds`.
    case retrying(RecordName, processor: String, attempt: Int, delayNanoseconds: UInt64, cause: String)
    /// A processor cannot work for reasons outside the event: no attempt is spent and the partition waits.
    /// Told once for each partition that waits.
    case unavailable(processor: String, RecordName, cause: String)
    /// A processor that was unavailable answered again, for one partition at least.
    case available(processor: String)
    /// So many of so many attempts of a route failed that its circuit opened, on one lane: its partitions there wait, no
    /// attempt is spent, and nothing of it is dead-lettered. The record and the cause are those of the last failure.
    case circuitOpened(
        processor: String, RecordName, lane: Int, failed: Int, attempts: Int, cause: String)
    /// A probe of a route whose circuit is open failed; the next one comes after `delayNanoseconds`.
    case circuitProbeFailed(processor: String, RecordName, lane: Int, delayNanoseconds: UInt64, cause: String)
    /// A probe succeeded: the route works on, on that lane.
    case circuitClosed(processor: String, lane: Int)
    /// So many of so many records of a partition became letters that it is not worked on any more in this process: what is
    /// unfinished is given to whoever starts again. Told again when the partition is assigned again.
    case letterGuardStopped(PartitionName, letters: Int, records: Int)
    /// A handler has not returned for `nanoseconds`. Told once it is longer than allowed, and maybe again.
    case stuck(processor: String, RecordName, nanoseconds: UInt64)
    /// A handler that was reported stuck has returned.
    case unstuck(processor: String, RecordName)
    /// A thread of the worker went through its loop. Published at least once a second by each thread that is alive, at
    /// most once a turn; a thread that is inside a handler publishes nothing.
    case turn(EngineThread)
    /// Bytes charged against the worker's budget, and the budget.
    case memory(used: Int, budget: Int)
    /// The end of the log and the committed offset of a partition, as the broker says; lag is their difference.
    case lag(PartitionName, records: Int64)
    /// The worker's phase changed.
    case phase(WorkerPhase)
    /// The broker said something an operator should know (all brokers down, authorisation refused, …).
    case broker(level: BrokerNotice, name: String, message: String)
    /// Committed metadata that Millrace did not write was found and left alone.
    case foreignMetadata(PartitionName)
    /// An offset was committed, and beside it there was no room for `records` completions above it: a restart would
    /// repeat them. The partition is not read until there is.
    case offsetMapCut(PartitionName, records: Int64)
    /// The map of what is done above a committed offset was not believed: those records are handled again.
    case offsetMapIgnored(PartitionName, cause: String)
    /// The last owners of a partition, `starts` of them, ended without giving it back and without progress: up to the
    /// offset `until` its records are tried one at a time.
    case crashSearchBegan(PartitionName, starts: Int, until: Int64)
    /// The records of a partition are handled as usual again.
    case crashSearchEnded(PartitionName)
    /// A record that is suspected of taking the process down is withheld for so long, to see whether the process ends
    /// without it too.
    case crashSuspectWithheld(RecordName, seconds: Int)
    /// Workers ended on a partition whatever record was being handled, and without any: no record is suspected any more.
    case crashSearchFutile(PartitionName)
    /// The process ended while this record was being tried alone, for the `times`th time.
    case crashed(RecordName, times: Int)
}

/// How a letter was written.
public enum LetterKind: Sendable, Hashable {
    /// With the record's own key, value and headers.
    case whole
    /// As a pointer: the record was too large for the dead-letter topic.
    case pointer
}

/// How much a broker's notice matters.
public enum BrokerNotice: Sendable, Hashable {
    /// Passing trouble: the client goes on by itself.
    case warning
    /// Trouble that does not end by itself.
    case error
}

/// A thread whose turns are watched.
public enum EngineThread: Sendable, Hashable {
    /// The thread that serves the group: rebalances, commits, errors.
    case control
    /// A lane, by its number from 0.
    case lane(Int)
}

/// What the worker is doing.
public enum WorkerPhase: Sendable, Hashable {
    /// Connecting, looking topics up, joining the group.
    case joining
    /// A member of its group with an assignment, maybe an empty one.
    case running
    /// Stopping: no more reading, finishing what is in flight.
    case draining
    /// Finished; everything was committed and closed.
    case stopped
}
