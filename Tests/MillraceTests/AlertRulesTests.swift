import Foundation
import Millrace
import MillraceEngine
import Testing

/// Alert rules stand on metrics that a worker has. promtool, which tests the rules, would not notice one that was renamed.
@Suite struct AlertRulesTests {
    private let rules: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        rules = try String(contentsOf: root.appending(path: "Compose/alerts.yml"), encoding: .utf8)
    }

    @Test func everyMetricIsOneThatAWorkerHas() {
        let known = Set(Metric.allCases.map(\.definition.name))
        let used = Set(rules.matches(of: /millrace_[a-z_]+/).map { String($0.output) })
        #expect(used.count > 15)
        #expect(used.subtracting(known).isEmpty)
    }

    @Test func everyLabelIsOneThatTheMetricHas() throws {
        let selections = rules.matches(of: /(millrace_[a-z_]+)\{([a-z]+)(!?=)"([A-Za-z]+)"\}/)
        #expect(selections.count == 4)
        for selection in selections {
            let (_, name, label, _, value) = selection.output
            let metric = try #require(Metric.allCases.first { $0.definition.name == name })
            #expect(metric.definition.labels.contains(String(label)), "\(name)")
            switch metric {
            case .held: #expect(HoldReason(rawValue: String(value)) != nil, "\(value)")
            case .phase: #expect(value == "\(WorkerPhase.joining)")
            case .rebalances: #expect(["assigned", "revoked", "lost"].contains(value))
            default: Issue.record("no values are known of \(name)")
            }
        }
    }

    /// What a rule sums over are labels of each of its metrics, or of the scrape.
    @Test func rulesGroupByLabelsThatTheirMetricsHave() throws {
        for rule in rules.split(separator: "- alert: ").dropFirst() {
            let expression = try #require(rule.split(separator: "labels: {severity").first)
            let metrics = Metric.allCases.filter { metric in
                expression.matches(of: /millrace_[a-z_]+/).contains { $0.output == metric.definition.name }
            }
            for grouping in expression.matches(of: /by \(([a-z, ]+)\)/) {
                for label in grouping.output.1.split(separator: ", ") where label != "instance" {
                    for metric in metrics {
                        #expect(
                            metric.definition.labels.contains(String(label)), "\(metric.definition.name) by \(label)")
                    }
                }
            }
        }
    }
}
