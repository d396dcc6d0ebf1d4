import Millrace
import MillraceEngine
import MillraceKafka
import Testing

@Suite struct MetricsObserverTests {
    private let time = TestTime()
    private let metrics: MetricsObserver

    init() {
        let time = time
        metrics = MetricsObserver(now: { time.now })
    }

    @Test func theIdentitySurvivesReassignment() throws {
        assign("t", 0, epoch: 1)
        report(epoch: 1, received: 10, succeeded: 4, deadLettered: 2, skipped: 1, inFlight: 3)
        #expect(try identity() == [10, 4, 2, 1, 0, 3])
        report(epoch: 1, received: 10, succeeded: 5, deadLettered: 2, skipped: 1, released: 2)
        metrics.observe(.revoked([name("t", 0)]))
        #expect(try identity() == [10, 5, 2, 1, 2, nil])
        assign("t", 0, epoch: 2)
        #expect(try identity() == [10, 5, 2, 1, 2, 0])
        report(epoch: 2, received: 2, succeeded: 1, inFlight: 1)
        #expect(try identity() == [12, 6, 2, 1, 2, 1])
        // A late lane reports of the assignment before: its counts count, its gauges do not.
        report(epoch: 1, received: 10, succeeded: 5, deadLettered: 2, skipped: 1, released: 2, held: .memory)
        #expect(try identity() == [12, 6, 2, 1, 2, 1])
        #expect(try page().series("millrace_partition_held") == [])
        for epoch in UInt32(3)...20 {
            assign("t", 0, epoch: epoch)
            report(epoch: epoch, received: 1, succeeded: 1)
            metrics.observe(.lost([name("t", 0)]))
        }
        #expect(try identity() == [30, 24, 2, 1, 2, nil])
    }

    @Test func gaugesOfARevokedPartitionDisappearAtOnce() throws {
        assign("t", 0, epoch: 1)
        assign("t", 1, epoch: 1)
        let gauges = [
            "millrace_records_in_flight", "millrace_oldest_unsettled_age_seconds", "millrace_lag_records",
            "millrace_watermark_offset", "millrace_committed_offset", "millrace_partition_held",
        ]
        for partition in Int32(0)...1 {
            report(partition, epoch: 1, received: 1, inFlight: 1, since: time.now, held: .letters)
            metrics.observe(.lag(name("t", partition), records: 5))
            metrics.observe(.committed(name("t", partition), offset: 3))
        }
        #expect(try gauges.map { try page().series($0).count } == [2, 2, 2, 2, 2, 2])
        metrics.observe(.revoked([name("t", 0)]))
        metrics.observe(.lost([name("t", 1)]))
        // What comes late does not bring them back.
        for partition in Int32(0)...1 {
            metrics.observe(.lag(name("t", partition), records: 5))
            metrics.observe(.committed(name("t", partition), offset: 3))
            report(partition, epoch: 1, received: 1, released: 1, held: .draining)
        }
        #expect(try gauges.map { try page().series($0).count } == [0, 0, 0, 0, 0, 0])
        #expect(try page()["millrace_records_released_total", ["topic": "t", "partition": "1"]] == 1)
        #expect(metrics.partitions().map(\.isAssigned) == [false, false])
        // A lane may be faster than the fact of its assignment.
        report(0, epoch: 2, received: 1, inFlight: 1)
        #expect(try page()["millrace_records_in_flight", ["topic": "t", "partition": "0"]] == 1)
        assign("t", 0, epoch: 2)
        #expect(try page()["millrace_lag_records", ["topic": "t", "partition": "0"]] == nil)
    }

    @Test func theAgeOfTheOldestGrowsWhileNothingIsReported() throws {
        assign("t", 0, epoch: 1)
        #expect(try page()["millrace_oldest_unsettled_age_seconds", ["topic": "t", "partition": "0"]] == 0)
        report(epoch: 1, received: 1, inFlight: 1, since: time.now, held: .unavailable)
        time.advance(seconds: 2.5)
        #expect(try page()["millrace_oldest_unsettled_age_seconds", ["topic": "t", "partition": "0"]] == 2.5)
        #expect(
            try page()["millrace_partition_held", ["topic": "t", "partition": "0", "reason": "unavailable"]] == 1)
        report(epoch: 1, received: 1, succeeded: 1)
        #expect(try page()["millrace_oldest_unsettled_age_seconds", ["topic": "t", "partition": "0"]] == 0)
    }

    /// A handler that holds its lane up keeps the lane's report back: the age is what control tells.
    @Test func aStuckHandlersRecordHasAnAge() throws {
        func age() throws -> Double? {
            try page()["millrace_oldest_unsettled_age_seconds", ["topic": "t", "partition": "0"]]
        }
        let record = RecordName(topic: "t", partition: 0, offset: 7)
        assign("t", 0, epoch: 1)
        metrics.observe(.stuck(processor: "p", record, nanoseconds: 1_500_000_000))
        #expect(try age() == 1.5)
        metrics.observe(.stuck(processor: "p", record, nanoseconds: 4_000_000_000))
        #expect(try age() == 4)
        report(epoch: 1, received: 1, succeeded: 1)
        #expect(try age() == 0, "the lane tells of it again")
        metrics.observe(.stuck(processor: "p", record, nanoseconds: 5_000_000_000))
        metrics.observe(.lost([name("t", 0)]))
        metrics.observe(.stuck(processor: "p", record, nanoseconds: 6_000_000_000))
        #expect(try age() == nil)
        assign("t", 0, epoch: 2)
        #expect(try age() == 0)
    }

    @Test func factsAreCountedByTheirLabels() throws {
        let record = RecordName(topic: "t", partition: 0, offset: 7)
        for _ in 0..<2 {
            metrics.observe(.deadLettered(record, reason: "retriesExhausted", processor: "p", letter: .whole))
        }
        metrics.observe(.deadLettered(record, reason: "tooLarge", processor: nil, letter: .pointer))
        metrics.observe(.letterTimestampRewritten(record))
        metrics.observe(.skipped(record, reason: "noRoute", type: "a.b"))
        metrics.observe(.skipped(record, reason: "tombstone", type: nil))
        metrics.observe(.unrouted(topic: "t", type: "a.b"))
        metrics.observe(.tolerated(topic: "t", code: "bom", count: 3))
        metrics.observe(.tolerated(topic: "t", code: "bom", count: 4))
        metrics.observe(.retrying(record, processor: "p", attempt: 1, delayNanoseconds: 1, cause: "c"))
        metrics.observe(.unavailable(processor: "p", record, cause: "c"))
        metrics.observe(.stuck(processor: "p", record, nanoseconds: 1))
        metrics.observe(.memory(used: 5, budget: 10))
        metrics.observe(.phase(.joining))
        metrics.observe(.phase(.running))
        metrics.observe(.commitFailed(cause: "c"))
        metrics.observe(.offsetMissing(name("t", 0), committed: 5, resumedAt: 9))
        metrics.observe(.offsetMissing(name("t", 0), committed: 5, resumedAt: nil))
        metrics.observe(.broker(level: .warning, name: "_ALL_BROKERS_DOWN", message: "m"))
        metrics.observe(.foreignMetadata(name("t", 0)))
        metrics.observe(.deduplicationStarts(name("t", 0), processor: "p", remembered: 7))
        metrics.observe(.deduplicationStarts(name("t", 0), processor: "q", remembered: 7))
        metrics.observe(.duplicate(record, processor: "q"))
        for lane in [0, 1] {
            metrics.observe(
                .circuitOpened(processor: "p", record, lane: lane, failed: 5, attempts: 5, cause: "c"))
        }
        metrics.observe(.circuitClosed(processor: "p", lane: 0))
        metrics.observe(.crashSearchBegan(name("t", 0), starts: 3, until: 9))
        metrics.observe(.crashed(RecordName(topic: "t", partition: 0, offset: 5), times: 2))
        metrics.observe(.offsetMapCut(name("t", 0), records: 100))
        metrics.observe(.offsetMapIgnored(name("t", 0), cause: "c"))
        metrics.observe(.turn(.control))
        let page = try page()
        let t = ["topic": "t"]
        #expect(
            page["millrace_dead_letters_total", ["topic": "t", "reason": "retriesExhausted", "processor": "p"]] == 2)
        #expect(page["millrace_dead_letters_total", ["topic": "t", "reason": "tooLarge", "processor": ""]] == 1)
        #expect(page["millrace_dead_letter_pointers_total", t] == 1)
        #expect(page["millrace_dead_letter_timestamps_rewritten_total", t] == 1)
        #expect(page["millrace_skips_total", ["topic": "t", "reason": "noRoute", "type": "a.b"]] == 1)
        #expect(page["millrace_skips_total", ["topic": "t", "reason": "tombstone", "type": ""]] == 1)
        #expect(page["millrace_unrouted_total", ["topic": "t", "type": "a.b"]] == 1)
        #expect(page["millrace_tolerated_total", ["topic": "t", "code": "bom"]] == 7)
        #expect(page["millrace_retries_total", ["processor": "p"]] == 1)
        #expect(page["millrace_duplicates_total", ["topic": "t", "processor": "p"]] == 0, "a rate needs a beginning")
        #expect(page["millrace_duplicates_total", ["topic": "t", "processor": "q"]] == 1)
        #expect(page["millrace_circuit_open", ["processor": "p"]] == 1)
        #expect(page["millrace_circuit_openings_total", ["processor": "p"]] == 2)
        #expect(page["millrace_processor_unavailable", ["processor": "p"]] == 1)
        #expect(page["millrace_stuck_handlers", ["processor": "p"]] == 1)
        #expect(page["millrace_memory_used_bytes"] == 5)
        #expect(page["millrace_memory_budget_bytes"] == 10)
        #expect(page["millrace_worker_phase", ["phase": "joining"]] == 0)
        #expect(page["millrace_worker_phase", ["phase": "running"]] == 1)
        #expect(page["millrace_commits_total"] == 0)
        #expect(page["millrace_commit_failures_total"] == 1)
        #expect(page["millrace_offsets_missing_total", t] == 2)
        #expect(page["millrace_offsets_missing_records_total", t] == 4)
        #expect(page["millrace_broker_notices_total", ["level": "warning", "name": "_ALL_BROKERS_DOWN"]] == 1)
        #expect(page["millrace_foreign_metadata_total", t] == 1)
        #expect(page["millrace_offset_map_cuts_total", t] == 1)
        #expect(page["millrace_crash_searches_total", t] == 1)
        #expect(page["millrace_record_crashes_total", t] == 1)
        #expect(page["millrace_offset_maps_ignored_total", t] == 1)
        metrics.observe(.available(processor: "p"))
        report(epoch: 1, received: 1, succeeded: 1)
        metrics.observe(.unstuck(processor: "p", record))
        #expect(try self.page()["millrace_processor_unavailable", ["processor": "p"]] == 0)
        #expect(try self.page()["millrace_stuck_handlers", ["processor": "p"]] == 0)
    }

    @Test func rebalancesAreCountedByKindFromZero() throws {
        #expect(try page()["millrace_rebalances_total", ["kind": "lost"]] == 0)
        assign("t", 0, epoch: 1)
        metrics.observe(.assigned([]))
        metrics.observe(.lost([name("t", 0)]))
        #expect(try page()["millrace_rebalances_total", ["kind": "assigned"]] == 2)
        #expect(try page()["millrace_rebalances_total", ["kind": "revoked"]] == 0)
        #expect(try page()["millrace_rebalances_total", ["kind": "lost"]] == 1)
    }

    @Test func whoWritesToATopicCannotFillTheMemory() throws {
        let record = RecordName(topic: "t", partition: 0, offset: 7)
        for number in 0..<1000 {
            let long = String(repeating: "é", count: 1000)
            let reason = "duplicateMember:\(number)\(long)"
            metrics.observe(.deadLettered(record, reason: reason, processor: nil, letter: .whole))
            metrics.observe(.skipped(record, reason: "noRoute", type: "\(number):\(long)"))
        }
        metrics.observe(.deadLettered(record, reason: "jsonSyntax", processor: nil, letter: .whole))
        let page = try page()
        let letters = page.series("millrace_dead_letters_total")
        #expect(letters.count == 202)
        #expect(letters.allSatisfy { $0.labels["reason"]?.utf8.count ?? 0 <= 128 })
        #expect(
            page["millrace_dead_letters_total", ["topic": "t", "reason": "duplicateMember:other", "processor": ""]]
                == 800)
        #expect(page["millrace_dead_letters_total", ["topic": "t", "reason": "jsonSyntax", "processor": ""]] == 1)
        #expect(page.series("millrace_skips_total").count == 201)
        #expect(page["millrace_skips_total", ["topic": "t", "reason": "noRoute", "type": "other"]] == 800)
    }

    @Test func labelsAreEscaped() throws {
        let record = RecordName(topic: "t", partition: 0, offset: 7)
        let type = "a\"b\\c\nd{e=\"f\"} é"
        metrics.observe(.skipped(record, reason: "noRoute", type: type))
        let bytes = metrics.prometheusText()
        #expect(
            try MetricsText(bytes)["millrace_skips_total", ["topic": "t", "reason": "noRoute", "type": type]] == 1)
        #expect(String(decoding: bytes, as: UTF8.self).contains(#"type="a\"b\\c\nd{e=\"f\"} é""#))
    }

    @Test func theCatalogueKeepsPrometheussConventions() throws {
        assign("t", 0, epoch: 1)
        let page = try page()
        #expect(page.types["millrace_records_received_total"] == "counter")
        #expect(page.types["millrace_records_in_flight"] == "gauge")
        for metric in Metric.allCases.map(\.definition) {
            let name = metric.name
            #expect(name.hasPrefix("millrace_") || name.hasPrefix("process_"))
            #expect(name.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "_") })
            #expect(metric.labels.count <= 3)
            #expect(metric.help.hasSuffix("."), "\(name)")
            #expect(!name.contains("millisecond") && !name.contains("nanosecond"))
        }
        #expect(Set(Metric.allCases.map(\.definition.name)).count == Metric.allCases.count)
        #expect(page.help["millrace_records_released_total"]?.isEmpty == false)
    }

    @Test func theProcessIsDescribed() throws {
        let page = try page()
        #expect(
            page["millrace_build_info", ["version": MillraceVersion.current, "librdkafka": KafkaLibrary.version]] == 1)
        #expect(try #require(page["process_cpu_seconds_total"]) > 0)
        #if os(Linux)
            let now = Double(WallClock.milliseconds()) / 1000
            let start = try #require(page["process_start_time_seconds"])
            #expect(start <= now + 1 && start > now - 86_400)
            #expect(try #require(page["process_resident_memory_bytes"]) > 1_000_000)
            let virtual = try #require(page["process_virtual_memory_bytes"])
            #expect(try virtual > #require(page["process_resident_memory_bytes"]))
            #expect(try #require(page["process_open_fds"]) >= 3)
            #expect(try #require(page["process_max_fds"]) >= #require(page["process_open_fds"]))
        #endif
    }

    // MARK: -

    private func page() throws -> MetricsText { try MetricsText(metrics.prometheusText()) }

    private func identity() throws -> [Double?] {
        let page = try page()
        return [
            "received_total", "succeeded_total", "dead_lettered_total", "skipped_total", "released_total", "in_flight",
        ].map { page["millrace_records_\($0)", ["topic": "t", "partition": "0"]] }
    }

    private func name(_ topic: String, _ partition: Int32) -> PartitionName {
        PartitionName(topic: topic, partition: partition)
    }

    private func assign(_ topic: String, _ partition: Int32, epoch: UInt32) {
        metrics.observe(.assigned([PartitionStart(name: name(topic, partition), offset: 0, epoch: epoch)]))
    }

    private func report(
        _ partition: Int32 = 0, epoch: UInt32, received: UInt64, succeeded: UInt64 = 0, deadLettered: UInt64 = 0,
        skipped: UInt64 = 0, released: UInt64 = 0, inFlight: UInt64 = 0, since: UInt64? = nil, held: HoldReason? = nil
    ) {
        var counts = PartitionCounts()
        counts.received = received
        counts.succeeded = succeeded
        counts.deadLettered = deadLettered
        counts.skipped = skipped
        counts.released = released
        counts.inFlight = inFlight
        metrics.observe(
            .partition(
                PartitionReport(
                    name: name("t", partition), epoch: epoch, counts: counts, watermark: 0, oldestUnsettledSince: since,
                    held: held)))
    }
}
