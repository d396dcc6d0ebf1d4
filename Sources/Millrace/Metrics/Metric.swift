/// Every metric that Millrace exposes: its name, its kind, its labels and its help. Nothing else is exposed.
///
/// Names follow Prometheus's conventions: counters end in `_total`, times are in `_seconds`, sizes in `_bytes`; what
/// concerns the process and no part of Millrace has the names that all exporters use. Labels that come from a topic
/// (`reason`, `type`, `code`) are bounded, see ``BoundedLabel``.
package enum Metric: String, Sendable, Hashable, CaseIterable {
    // The identity of each partition: received = succeeded + dead_lettered + skipped + released + in_flight.
    case recordsReceived = "millrace_records_received_total"
    case recordsSucceeded = "millrace_records_succeeded_total"
    case recordsDeadLettered = "millrace_records_dead_lettered_total"
    case recordsSkipped = "millrace_records_skipped_total"
    case recordsReleased = "millrace_records_released_total"
    case recordsInFlight = "millrace_records_in_flight"

    // The state of each assigned partition.
    case oldestUnsettledAge = "millrace_oldest_unsettled_age_seconds"
    case lag = "millrace_lag_records"
    case watermark = "millrace_watermark_offset"
    case committed = "millrace_committed_offset"
    case held = "millrace_partition_held"

    // What became of records.
    case deadLetters = "millrace_dead_letters_total"
    case deadLetterPointers = "millrace_dead_letter_pointers_total"
    case deadLetterTimestamps = "millrace_dead_letter_timestamps_rewritten_total"
    case skips = "millrace_skips_total"
    case unrouted = "millrace_unrouted_total"
    case tolerated = "millrace_tolerated_total"

    // Processors.
    case retries = "millrace_retries_total"
    case unavailable = "millrace_processor_unavailable"
    case stuck = "millrace_stuck_handlers"

    // The group.
    case rebalances = "millrace_rebalances_total"
    case commits = "millrace_commits_total"
    case commitFailures = "millrace_commit_failures_total"
    case offsetsMissing = "millrace_offsets_missing_total"
    case offsetsMissingRecords = "millrace_offsets_missing_records_total"
    case foreignMetadata = "millrace_foreign_metadata_total"
    case brokerNotices = "millrace_broker_notices_total"

    // The worker.
    case phase = "millrace_worker_phase"
    case memoryUsed = "millrace_memory_used_bytes"
    case memoryBudget = "millrace_memory_budget_bytes"
    case buildInfo = "millrace_build_info"

    // The process.
    case processStart = "process_start_time_seconds"
    case processCPU = "process_cpu_seconds_total"
    case processResident = "process_resident_memory_bytes"
    case processVirtual = "process_virtual_memory_bytes"
    case processOpenFiles = "process_open_fds"
    case processMaximumFiles = "process_max_fds"
}

extension Metric {
    /// Whether a value may fall.
    package enum Kind: String, Sendable { case counter, gauge }

    /// Counters end in `_total`, all others are gauges.
    package var kind: Kind { rawValue.hasSuffix("_total") ? .counter : .gauge }

    /// The names of the labels, in order; at most three.
    package var labels: [String] {
        switch self {
        case .recordsReceived, .recordsSucceeded, .recordsDeadLettered, .recordsSkipped, .recordsReleased,
            .recordsInFlight, .oldestUnsettledAge, .lag, .watermark, .committed:
            ["topic", "partition"]
        case .held: ["topic", "partition", "reason"]
        case .deadLetters: ["topic", "reason", "processor"]
        case .skips: ["topic", "reason", "type"]
        case .unrouted: ["topic", "type"]
        case .tolerated: ["topic", "code"]
        case .deadLetterPointers, .deadLetterTimestamps, .offsetsMissing, .offsetsMissingRecords, .foreignMetadata:
            ["topic"]
        case .retries, .unavailable, .stuck: ["processor"]
        case .rebalances: ["kind"]
        case .brokerNotices: ["level", "name"]
        case .phase: ["phase"]
        case .buildInfo: ["version", "librdkafka"]
        case .commits, .commitFailures, .memoryUsed, .memoryBudget, .processStart, .processCPU, .processResident,
            .processVirtual, .processOpenFiles, .processMaximumFiles:
            []
        }
    }

    /// What it says, for people.
    package var help: String {
        switch self {
        case .recordsReceived: "Records taken in."
        case .recordsSucceeded: "Records that every matching processor finished."
        case .recordsDeadLettered: "Records with at least one acknowledged dead letter."
        case .recordsSkipped: "Records passed over by a policy."
        case .recordsReleased: "Records given back unfinished on revocation, loss or stop; the next owner gets them."
        case .recordsInFlight: "Records taken in and not yet settled, of assigned partitions."
        case .oldestUnsettledAge: "How long ago the oldest unsettled record was received; 0 when there is none."
        case .lag: "End of the log less the committed offset, as the broker says, of assigned partitions."
        case .watermark: "First unsettled offset, of assigned partitions."
        case .committed: "Last offset committed by this worker, of assigned partitions."
        case .held: "1 while an assigned partition is not read, by reason."
        case .deadLetters: "Dead letters acknowledged. A record gets one for each processor that failed on it."
        case .deadLetterPointers: "Dead letters written as pointers: the record was too large for the topic."
        case .deadLetterTimestamps: "Dead letters whose timestamp the topic refused and that carry the time of writing."
        case .skips: "Records passed over, by reason and event type."
        case .unrouted: "Events whose type no route takes, by type."
        case .tolerated: "Deviations that the source's profile tolerates, by code."
        case .retries: "Attempts that failed and were followed by another."
        case .unavailable: "1 while a processor says that it cannot work; its partitions wait."
        case .stuck: "Handlers of the processor that have not returned for longer than allowed."
        case .rebalances: "Assignments, revocations and losses of partitions."
        case .commits: "Offsets committed, one for each partition of a commit."
        case .commitFailures: "Commits refused or timed out; each is tried again."
        case .offsetsMissing: "Committed offsets that were no longer in the log."
        case .offsetsMissingRecords: "Offsets between a missing committed offset and where reading went on."
        case .foreignMetadata: "Committed metadata that another program wrote, found and left alone."
        case .brokerNotices: "What the Kafka client reported, by level and error name."
        case .phase: "1 for the worker's phase: joining, running, draining or stopped."
        case .memoryUsed: "Bytes charged against the worker's memory budget."
        case .memoryBudget: "The worker's memory budget."
        case .buildInfo: "Always 1; the versions are in the labels."
        case .processStart: "Start time of the process since the Unix epoch in seconds."
        case .processCPU: "Total user and system CPU time spent in seconds."
        case .processResident: "Resident memory size in bytes."
        case .processVirtual: "Virtual memory size in bytes."
        case .processOpenFiles: "Number of open file descriptors."
        case .processMaximumFiles: "Maximum number of open file descriptors."
        }
    }
}
