/// Every metric that Millrace exposes: its name, its kind, its labels and its help. Nothing else is exposed.
///
/// Names follow Prometheus's conventions: counters end in `_total`, times are in `_seconds`, sizes in `_bytes`; what
/// concerns the process and no part of Millrace has the names that all exporters use. Labels that come from a topic
/// (`reason`, `type`, `code`) are bounded, see ``BoundedLabel``.
package enum Metric: Int, Sendable, Hashable, CaseIterable {
    // The identity of each partition: received = succeeded + dead_lettered + skipped + released + in_flight.
    case recordsReceived
    case recordsSucceeded
    case recordsDeadLettered
    case recordsSkipped
    case recordsReleased
    case recordsInFlight
    // What is in none of these terms: an earlier assignment finished it.
    case recordsAlreadyDone

    // The state of each assigned partition.
    case oldestUnsettledAge
    case lag
    case watermark
    case committed
    case held

    // What became of records.
    case deadLetters
    case deadLetterPointers
    case deadLetterTimestamps
    case skips
    case unrouted
    case tolerated
    case duplicates

    // Processors.
    case retries
    case unavailable
    case circuitOpen
    case circuitOpenings
    case stuck

    // The group.
    case rebalances
    case commits
    case commitFailures
    case offsetsMissing
    case offsetsMissingRecords
    case foreignMetadata
    case offsetMapCuts
    case offsetMapsIgnored
    case crashSearches
    case recordCrashes
    case brokerNotices

    // The worker.
    case phase
    case memoryUsed
    case memoryBudget
    case buildInfo

    // The process.
    case processStart
    case processCPU
    case processResident
    case processVirtual
    case processOpenFiles
    case processMaximumFiles
}

extension Metric {
    /// Whether a value may fall.
    package enum Kind: String, Sendable { case counter, gauge }

    /// What is exposed of a metric.
    package struct Definition: Sendable {
        /// The name.
        package var name: String
        /// The names of the labels, in order; at most three.
        package var labels: [String]
        /// What it says, for people.
        package var help: String

        init(_ name: String, _ labels: [String], _ help: String) {
            self.name = name
            self.labels = labels
            self.help = help
        }

        /// Counters end in `_total`, all others are gauges.
        package var kind: Kind { name.hasSuffix("_total") ? .counter : .gauge }
    }

    /// What is exposed of it.
    package var definition: Definition {
        let byPartition = ["topic", "partition"]
        return switch self {
        // The identity of each partition: received = succeeded + dead_lettered + skipped + released + in_flight.
        case .recordsReceived:
            Definition("millrace_records_received_total", byPartition, "Records taken in.")
        case .recordsSucceeded:
            Definition(
                "millrace_records_succeeded_total", byPartition, "Records that every matching processor finished.")
        case .recordsDeadLettered:
            Definition(
                "millrace_records_dead_lettered_total", byPartition,
                "Records with at least one acknowledged dead letter.")
        case .recordsSkipped:
            Definition("millrace_records_skipped_total", byPartition, "Records passed over by a policy.")
        case .recordsReleased:
            Definition(
                "millrace_records_released_total", byPartition,
                "Records given back unfinished on revocation, loss or stop; the next owner gets them.")
        case .recordsInFlight:
            Definition(
                "millrace_records_in_flight", byPartition,
                "Records taken in and not yet settled, of assigned partitions.")
        case .recordsAlreadyDone:
            Definition(
                "millrace_records_already_done_total", byPartition,
                "Records passed over because an earlier assignment had finished them; not among those received.")
        // The state of each assigned partition.
        case .oldestUnsettledAge:
            Definition(
                "millrace_oldest_unsettled_age_seconds", byPartition,
                "How long ago the oldest unsettled record was received; 0 when there is none.")
        case .lag:
            Definition(
                "millrace_lag_records", byPartition,
                "End of the log less the committed offset, as the broker says, of assigned partitions.")
        case .watermark:
            Definition("millrace_watermark_offset", byPartition, "First unsettled offset, of assigned partitions.")
        case .committed:
            Definition(
                "millrace_committed_offset", byPartition,
                "Last offset committed by this worker, of assigned partitions.")
        case .held:
            Definition(
                "millrace_partition_held", byPartition + ["reason"],
                "1 while an assigned partition is not read, by reason.")
        // What became of records.
        case .deadLetters:
            Definition(
                "millrace_dead_letters_total", ["topic", "reason", "processor"],
                "Dead letters acknowledged. A record gets one for each processor that failed on it.")
        case .deadLetterPointers:
            Definition(
                "millrace_dead_letter_pointers_total", ["topic"],
                "Dead letters written as pointers: the record was too large for the topic.")
        case .deadLetterTimestamps:
            Definition(
                "millrace_dead_letter_timestamps_rewritten_total", ["topic"],
                "Dead letters whose timestamp the topic refused and that carry the time of writing.")
        case .skips:
            Definition(
                "millrace_skips_total", ["topic", "reason", "type"], "Records passed over, by reason and event type.")
        case .unrouted:
            Definition("millrace_unrouted_total", ["topic", "type"], "Events whose type no route takes, by type.")
        case .tolerated:
            Definition(
                "millrace_tolerated_total", ["topic", "code"],
                "Deviations that the source's profile tolerates, by code.")
        case .duplicates:
            Definition(
                "millrace_duplicates_total", ["topic", "processor"],
                "Events that a route with de-duplication passed over, since it had succeeded with the same before.")
        // Processors.
        case .retries:
            Definition("millrace_retries_total", ["processor"], "Attempts that failed and were followed by another.")
        case .unavailable:
            Definition(
                "millrace_processor_unavailable", ["processor"],
                "1 while a processor says that it cannot work; its partitions wait.")
        case .circuitOpen:
            Definition(
                "millrace_circuit_open", ["processor"],
                "Lanes on which the processor's circuit is open: nearly all attempts failed, its partitions wait.")
        case .circuitOpenings:
            Definition(
                "millrace_circuit_openings_total", ["processor"], "How often a lane opened the processor's circuit.")
        case .stuck:
            Definition(
                "millrace_stuck_handlers", ["processor"],
                "Handlers of the processor that have not returned for longer than allowed.")
        // The group.
        case .rebalances:
            Definition("millrace_rebalances_total", ["kind"], "Assignments, revocations and losses of partitions.")
        case .commits:
            Definition("millrace_commits_total", [], "Offsets committed, one for each partition of a commit.")
        case .commitFailures:
            Definition("millrace_commit_failures_total", [], "Commits refused or timed out; each is tried again.")
        case .offsetsMissing:
            Definition("millrace_offsets_missing_total", ["topic"], "Committed offsets that were no longer in the log.")
        case .offsetsMissingRecords:
            Definition(
                "millrace_offsets_missing_records_total", ["topic"],
                "Offsets between a missing committed offset and where reading went on.")
        case .foreignMetadata:
            Definition(
                "millrace_foreign_metadata_total", ["topic"],
                "Committed metadata that another program wrote, found and left alone.")
        case .offsetMapCuts:
            Definition(
                "millrace_offset_map_cuts_total", ["topic"],
                "Commits without room for all that was done above the committed offset; a restart would repeat the rest."
            )
        case .offsetMapsIgnored:
            Definition(
                "millrace_offset_maps_ignored_total", ["topic"],
                "Maps of what was done above a committed offset that were not believed: those records came again.")
        case .crashSearches:
            Definition(
                "millrace_crash_searches_total", ["topic"],
                "Assignments whose records were tried one at a time, since workers ended on the partition without progress."
            )
        case .recordCrashes:
            Definition(
                "millrace_record_crashes_total", ["topic"],
                "Ends of a process, found at a start, while one record alone was being handled.")
        case .brokerNotices:
            Definition(
                "millrace_broker_notices_total", ["level", "name"],
                "What the Kafka client reported, by level and error name.")
        // The worker.
        case .phase:
            Definition(
                "millrace_worker_phase", ["phase"], "1 for the worker's phase: joining, running, draining or stopped.")
        case .memoryUsed:
            Definition("millrace_memory_used_bytes", [], "Bytes charged against the worker's memory budget.")
        case .memoryBudget:
            Definition("millrace_memory_budget_bytes", [], "The worker's memory budget.")
        case .buildInfo:
            Definition("millrace_build_info", ["version", "librdkafka"], "Always 1; the versions are in the labels.")
        // The process.
        case .processStart:
            Definition("process_start_time_seconds", [], "Start time of the process since the Unix epoch in seconds.")
        case .processCPU:
            Definition("process_cpu_seconds_total", [], "Total user and system CPU time spent in seconds.")
        case .processResident:
            Definition("process_resident_memory_bytes", [], "Resident memory size in bytes.")
        case .processVirtual:
            Definition("process_virtual_memory_bytes", [], "Virtual memory size in bytes.")
        case .processOpenFiles:
            Definition("process_open_fds", [], "Number of open file descriptors.")
        case .processMaximumFiles:
            Definition("process_max_fds", [], "Maximum number of open file descriptors.")
        }
    }
}
