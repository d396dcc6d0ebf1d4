/// Prometheus's text exposition format, version 0.0.4.
package enum PrometheusText {
    /// The media type to answer with.
    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// One block a metric that has series, in the order of ``Metric``, its series in the order of their labels.
    package static func bytes(_ series: MetricSeries) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(16_384)
        for metric in Metric.allCases {
            let values = series[metric]
            if !values.isEmpty { append(metric.definition, values, to: &text) }
        }
        return text
    }

    private static func append(
        _ metric: Metric.Definition, _ values: [LabelValues: MetricValue], to text: inout [UInt8]
    ) {
        let name = metric.name.utf8
        text.append(contentsOf: "# HELP ".utf8)
        text.append(contentsOf: name)
        text.append(UInt8(ascii: " "))
        append(escaped: metric.help, quote: false, to: &text)
        text.append(contentsOf: "\n# TYPE ".utf8)
        text.append(contentsOf: name)
        text.append(UInt8(ascii: " "))
        text.append(contentsOf: metric.kind.rawValue.utf8)
        text.append(UInt8(ascii: "\n"))
        let labels = metric.labels
        for (labelValues, value) in values.sorted(by: { $0.key < $1.key }) {
            text.append(contentsOf: name)
            append(labels, labelValues.prefix(labels.count), to: &text)
            text.append(UInt8(ascii: " "))
            switch value {
            case .whole(let whole): text.append(contentsOf: String(whole).utf8)
            case .real(let real): text.append(contentsOf: spelled(real).utf8)
            }
            text.append(UInt8(ascii: "\n"))
        }
    }

    private static func append(_ names: [String], _ values: [String], to text: inout [UInt8]) {
        guard !names.isEmpty else { return }
        var separator = UInt8(ascii: "{")
        for (name, value) in zip(names, values) {
            text.append(separator)
            separator = UInt8(ascii: ",")
            text.append(contentsOf: name.utf8)
            text.append(contentsOf: "=\"".utf8)
            append(escaped: value, quote: true, to: &text)
            text.append(UInt8(ascii: "\""))
        }
        text.append(UInt8(ascii: "}"))
    }

    /// In help `\` and newline are escaped, in a label's value `"` too.
    private static func append(escaped string: String, quote: Bool, to text: inout [UInt8]) {
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): text.append(contentsOf: #"\\"#.utf8)
            case UInt8(ascii: "\n"): text.append(contentsOf: #"\n"#.utf8)
            case UInt8(ascii: "\"") where quote: text.append(contentsOf: #"\""#.utf8)
            default: text.append(byte)
            }
        }
    }

    private static func spelled(_ real: Double) -> String {
        if real.isNaN { return "NaN" }
        if real.isInfinite { return real < 0 ? "-Inf" : "+Inf" }
        return String(real)
    }
}
