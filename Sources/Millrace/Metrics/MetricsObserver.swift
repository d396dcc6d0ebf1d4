public import MillraceEngine
import MillraceKafka
import Synchronization

/// Counts the engine's facts, for Prometheus and for the admin pages.
public final class MetricsObserver: EngineObserver {
    private let state = Mutex(MetricState())
    private let now: @Sendable () -> UInt64

    /// Nothing counted yet.
    public convenience init() { self.init(now: MonotonicClock.nanoseconds) }

    /// `now`: the engine's clock, in nanoseconds, for ages.
    package init(now: @escaping @Sendable () -> UInt64) { self.now = now }

    /// Counts the fact.
    public func observe(_ fact: EngineFact) {
        // Once a turn of each thread, and nothing to count.
        if case .turn = fact { return }
        state.withLock { $0.take(fact) }
    }

    /// The page that Prometheus scrapes: text exposition format 0.0.4, UTF-8.
    public func prometheusText() -> [UInt8] {
        var series = current().series(now: now())
        series.set(.buildInfo, LabelValues(MillraceVersion.current, KafkaLibrary.version), 1)
        ProcessStatistics.current().set(in: &series)
        return PrometheusText.bytes(series)
    }

    /// All partitions that this process was ever given, in the order of their names.
    package func partitions() -> [PartitionStatus] {
        let state = current()
        let now = now()
        return state.partitions
            .map { PartitionStatus(name: $0.key, series: $0.value, now: now) }
            .sorted { ($0.name.topic, $0.name.partition) < ($1.name.topic, $1.name.partition) }
    }

    /// A copy, so that lanes do not wait while a page is written.
    private func current() -> MetricState { state.withLock { $0 } }
}

/// One partition at a moment.
package struct PartitionStatus: Sendable {
    package var name: PartitionName
    package var isAssigned: Bool
    /// Over all assignments in this process.
    package var totals: PartitionCounts
    package var watermark: Int64?
    package var committed: Int64?
    package var lag: Int64?
    package var oldestUnsettledSeconds: Double
    package var held: HoldReason?

    init(name: PartitionName, series: PartitionSeries, now: UInt64) {
        self.name = name
        isAssigned = series.isAssigned
        totals = series.totals
        watermark = series.watermark
        committed = series.committed
        lag = series.lag
        oldestUnsettledSeconds = series.oldestAge(now: now)
        held = series.held
    }
}
