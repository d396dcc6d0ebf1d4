/// The values of a metric's labels, in the metric's order; those it has not got are empty.
package struct LabelValues: Sendable, Hashable {
    package var first = ""
    package var second = ""
    package var third = ""

    package init(_ first: String = "", _ second: String = "", _ third: String = "") {
        self.first = first
        self.second = second
        self.third = third
    }

    /// The first `count` of them.
    package func prefix(_ count: Int) -> [String] { Array([first, second, third].prefix(count)) }
}

extension LabelValues: Comparable {
    package static func < (left: LabelValues, right: LabelValues) -> Bool {
        (left.first, left.second, left.third) < (right.first, right.second, right.third)
    }
}

/// A metric's value: whole numbers are exact.
package enum MetricValue: Sendable, Hashable {
    case whole(Int64)
    case real(Double)

    /// Counts on; a value that is no whole number stays as it is.
    fileprivate mutating func add(_ count: Int64) {
        if case .whole(let old) = self { self = .whole(old &+ count) }
    }
}

/// Metrics with their series, by label values.
package struct MetricSeries: Sendable {
    /// One table a metric, by its number.
    private var tables: [[LabelValues: MetricValue]]

    package init() { tables = Array(repeating: [:], count: Metric.allCases.count) }

    /// The series of a metric.
    package subscript(metric: Metric) -> [LabelValues: MetricValue] { tables[metric.rawValue] }

    /// Adds to a counter's series, which starts at 0.
    package mutating func add(_ count: Int64 = 1, to metric: Metric, _ labels: LabelValues = LabelValues()) {
        tables[metric.rawValue][labels, default: .whole(0)].add(count)
    }

    /// Sets a series to a whole number.
    package mutating func set(_ metric: Metric, _ labels: LabelValues = LabelValues(), _ value: some BinaryInteger) {
        tables[metric.rawValue][labels] = .whole(Int64(clamping: value))
    }

    /// Sets a series.
    package mutating func set(_ metric: Metric, _ labels: LabelValues = LabelValues(), real value: Double) {
        tables[metric.rawValue][labels] = .real(value)
    }
}
