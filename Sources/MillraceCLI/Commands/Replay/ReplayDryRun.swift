import Millrace
import MillraceEngine

/// What a replay would do.
struct ReplayDryRun {
    let job: ReplayJob
    let setup: ReplaySetup
    /// What is left of each partition's part.
    let parts: [(name: PartitionName, start: Int64, end: Int64)]
    let counts: ReplayCensus.Counts
    /// Events a second.
    let rate: Int?

    /// How long it takes at the rate, in whole seconds; nil without one.
    var seconds: Int64? { rate.map { (Int64(counts.matches) + Int64($0) - 1) / Int64($0) } }

    private func effect(_ target: ReplaySetup.Target) -> String {
        if target.isSuppressed { return "is not called: a replay only counts for it" }
        if target.policy == .allowed { return "none outside" }
        return "side effects a second time, as allowed"
    }

    var lines: [String] {
        var ranges = TextTable(["partition", "from", "to", "offsets"])
        for part in parts {
            ranges.add([
                "\(part.name.topic)[\(part.name.partition)]", "\(part.start)", "\(part.end)",
                Int(max(0, part.end - part.start)).grouped,
            ])
        }
        var lines = ["records in the range: \(counts.records.grouped)"] + ranges.lines()
        lines.append("matches: \(counts.matches.grouped)")
        var types = TextTable(["type", "events"])
        for (type, count) in counts.types.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            types.add([PrintableText.of(Array(type.utf8), limit: 120), count.grouped])
        }
        if !counts.types.isEmpty { lines += types.lines() }
        lines.append("processors:")
        var processors = TextTable(["processor", "events", "side effects"])
        for (target, count) in zip(setup.targets, counts.targets) {
            processors.add([target.processor, count.grouped, effect(target)])
        }
        lines += processors.lines()
        for (reason, count) in counts.skipped.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            lines.append("passed over, \(reason.rawValue): \(count.grouped)")
        }
        if let rate, let seconds {
            lines.append("time at \(rate)/s: \(DurationText.text(.seconds(seconds)))")
        } else {
            lines.append("time: as fast as it goes; --rate N/s bounds it")
        }
        lines.append("nothing was done; the group would be \(job.group)")
        return lines
    }

    var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("replay", job.name)
        json.member("group", job.group)
        json.member("records", Int64(counts.records))
        json.member("matches", Int64(counts.matches))
        json.name("partitions")
        json.beginArray()
        for part in parts {
            json.beginObject()
            json.member("topic", part.name.topic)
            json.member("partition", Int64(part.name.partition))
            json.member("from", part.start)
            json.member("to", part.end)
            json.endObject()
        }
        json.endArray()
        json.name("types")
        json.beginObject()
        for (type, count) in counts.types.sorted(by: { $0.key < $1.key }) {
            json.name(of: type)
            json.integer(Int64(count))
        }
        json.endObject()
        json.name("processors")
        json.beginArray()
        for (target, count) in zip(setup.targets, counts.targets) {
            json.beginObject()
            json.member("processor", target.processor)
            json.member("events", Int64(count))
            json.member("replay", target.policy.text)
            json.name("called")
            json.bool(!target.isSuppressed)
            json.endObject()
        }
        json.endArray()
        json.name("passedOver")
        json.beginObject()
        for (reason, count) in counts.skipped.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            json.name(of: reason.rawValue)
            json.integer(Int64(count))
        }
        json.endObject()
        json.name("seconds")
        if let seconds { json.integer(seconds) } else { json.null() }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

extension ReplayPolicy {
    /// As `millrace processors` writes it.
    var text: String { kind.rawValue }
}
