import Millrace
import MillraceEngine

/// Replays as JSON.
enum ReplayText {
    /// How one ended.
    static func result(
        _ job: ReplayJob, _ progress: ReplayProgress, _ counts: PartitionCounts,
        _ reasons: [(reason: String, count: Int64)], isComplete: Bool
    ) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("replay", job.name)
        json.member("group", job.group)
        json.name("complete")
        json.bool(isComplete)
        json.member("settled", progress.settled)
        json.member("total", progress.total)
        json.name("thisProcess")
        json.beginObject()
        json.member("received", Int64(clamping: counts.received))
        json.member("succeeded", Int64(clamping: counts.succeeded))
        json.member("deadLettered", Int64(clamping: counts.deadLettered))
        json.member("released", Int64(clamping: counts.released))
        json.name("skipped")
        json.beginObject()
        for (reason, count) in reasons {
            json.name(of: reason)
            json.integer(count)
        }
        json.endObject()
        json.endObject()
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// What a group says of one.
    static func status(_ status: ReplayStatus, to json: inout JSONWriter) {
        json.beginObject()
        json.member("replay", status.job.name)
        json.member("group", status.job.group)
        json.member("state", state(status))
        json.member("settled", status.progress.settled)
        json.member("total", status.progress.total)
        json.member("request", status.request)
        json.name("partitions")
        json.beginArray()
        for part in status.parts {
            json.beginObject()
            json.member("topic", part.name.topic)
            json.member("partition", Int64(part.name.partition))
            json.member("from", part.mark.start)
            json.member("to", part.mark.end)
            json.member("committed", part.committed)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    static func state(_ status: ReplayStatus) -> String {
        if !status.foreign.isEmpty { return "changed by another program" }
        if status.progress.isComplete { return "complete" }
        guard let isRunning = status.isRunning else { return "incomplete" }
        return isRunning ? "running" : "stopped"
    }

    static func share(_ progress: ReplayProgress) -> String {
        let share = progress.total > 0 ? Double(progress.settled) / Double(progress.total) : 1
        return "\(Int(share * 100)) %"
    }
}
