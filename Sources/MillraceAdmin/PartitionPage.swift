import Millrace
import MillraceEngine

/// `/partitions`: the identity of each partition that this process was ever given, and the state of those that it has.
struct PartitionPage {
    let partitions: [PartitionStatus]

    func response(json: Bool) -> HTTPResponse { json ? .json(200, self.json) : .text(200, text) }

    /// A table; `received = succeeded + dead-lettered + skipped + released + in flight` in every row.
    private var text: String {
        let heads = [
            "TOPIC", "PARTITION", "RECEIVED", "SUCCEEDED", "DEAD-LETTERED", "SKIPPED", "RELEASED", "IN-FLIGHT",
            "WATERMARK",
            "COMMITTED", "LAG", "OLDEST", "STATE",
        ]
        let rows = [heads] + partitions.map(Self.cells)
        let widths = heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                // Text to the left, numbers to the right, nothing after the last.
                let isText = column == 0 || column == heads.count - 1
                line += column == 0 ? "" : "  "
                line += isText ? (column == 0 ? cell + padding : cell) : padding + cell
            }
            return line + "\n"
        }.joined()
    }

    private static func cells(_ status: PartitionStatus) -> [String] {
        let totals = status.totals
        func number(_ value: Int64?) -> String { value.map { "\($0)" } ?? "-" }
        return [status.name.topic, "\(status.name.partition)"]
            + [
                totals.received, totals.succeeded, totals.deadLettered, totals.skipped, totals.released,
                totals.inFlight,
            ].map { "\($0)" }
            + [
                number(status.watermark), number(status.committed), number(status.lag),
                status.isAssigned ? "\((status.oldestUnsettledSeconds * 10).rounded() / 10) s" : "-",
                status.isAssigned ? status.held.map { "held: \($0.rawValue)" } ?? "reading" : "not assigned",
            ]
    }

    private var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("partitions")
        writer.beginArray()
        for status in partitions {
            writer.beginObject()
            writer.member("topic", status.name.topic)
            writer.member("partition", Int64(status.name.partition))
            writer.name("assigned")
            writer.bool(status.isAssigned)
            writer.member("received", Int64(clamping: status.totals.received))
            writer.member("succeeded", Int64(clamping: status.totals.succeeded))
            writer.member("deadLettered", Int64(clamping: status.totals.deadLettered))
            writer.member("skipped", Int64(clamping: status.totals.skipped))
            writer.member("released", Int64(clamping: status.totals.released))
            writer.member("inFlight", Int64(clamping: status.totals.inFlight))
            writer.member("alreadyDone", Int64(clamping: status.totals.alreadyDone))
            if let watermark = status.watermark { writer.member("watermark", watermark) }
            if let committed = status.committed { writer.member("committed", committed) }
            if let lag = status.lag { writer.member("lag", lag) }
            if status.isAssigned {
                writer.name("oldestUnsettledSeconds")
                writer.raw("\(status.oldestUnsettledSeconds)".utf8)
            }
            if let held = status.held { writer.member("held", held.rawValue) }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.lineFeed()
        return writer.take()
    }
}
