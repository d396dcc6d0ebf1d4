import Millrace
import MillraceEngine

extension DemoSummary {
    /// The summary for programs: one object, one line.
    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.name("ok")
        json.bool(differences.isEmpty)
        json.member("records", Int64(records))
        json.name("types")
        json.beginArray()
        for row in types { write(row, into: &json) }
        json.endArray()
        write("deadLetters", letters, into: &json)
        write("skipped", skipped, into: &json)
        json.name("tolerated")
        json.beginObject()
        for count in tolerated {
            json.name(of: count.name)
            json.integer(Int64(count.seen))
        }
        json.endObject()
        json.member("retries", Int64(retries))
        json.member("repeated", Int64(repeated))
        json.name("identity")
        json.beginArray()
        for row in identity { write(row, into: &json) }
        json.endArray()
        json.name("differences")
        json.beginArray()
        for difference in differences { json.string(difference) }
        json.endArray()
        json.endObject()
        json.lineFeed()
        return json.take()
    }

    private func write(_ row: TypeRow, into json: inout JSONWriter) {
        json.beginObject()
        json.member("type", row.type)
        json.member("expected", Int64(row.expected))
        json.name("workers")
        json.beginObject()
        for (worker, count) in zip(workers, row.workers) {
            json.name(of: worker)
            json.integer(Int64(count))
        }
        json.endObject()
        json.endObject()
    }

    private func write(_ name: StaticString, _ counts: [Count], into json: inout JSONWriter) {
        json.name(name)
        json.beginArray()
        for count in counts {
            json.beginObject()
            json.member("reason", count.name)
            json.member("expected", Int64(count.expected))
            json.member("seen", Int64(count.seen))
            json.endObject()
        }
        json.endArray()
    }

    private func write(_ row: IdentityRow, into json: inout JSONWriter) {
        json.beginObject()
        json.member("topic", topic)
        json.member("partition", Int64(row.partition))
        json.member("worker", row.worker)
        json.member("received", Int64(clamping: row.counts.received))
        json.member("succeeded", Int64(clamping: row.counts.succeeded))
        json.member("deadLettered", Int64(clamping: row.counts.deadLettered))
        json.member("skipped", Int64(clamping: row.counts.skipped))
        json.member("released", Int64(clamping: row.counts.released))
        json.member("inFlight", Int64(clamping: row.counts.inFlight))
        json.endObject()
    }
}
