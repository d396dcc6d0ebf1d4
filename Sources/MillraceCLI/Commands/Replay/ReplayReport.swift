import Millrace
import MillraceEngine
import Synchronization

/// What a replay says on stderr: lines for people on a terminal, one JSON object a line elsewhere.
struct ReplayReport: Sendable {
    let name: String
    let messages: TextOutput
    private let line: ProgressLine

    init(name: String, messages: TextOutput) {
        self.name = name
        self.messages = messages
        line = ProgressLine(messages)
    }

    /// Says something once.
    func note(_ text: String) {
        line.clear()
        if messages.isTerminal { return write("replay \(name): \(text)") }
        var json = JSONWriter()
        json.beginObject()
        json.member("replay", name)
        json.member("note", text)
        json.endObject()
        write(String(decoding: json.bytes, as: UTF8.self))
    }

    /// How far it is. Called about once a second, on a terminal more often.
    func show(_ pace: ReplayPace, _ counts: PartitionCounts) {
        if messages.isTerminal {
            line.show("replay \(name): \(pace.text)")
        } else {
            write(json(pace, counts))
        }
    }

    /// Takes the progress line away, so that a log line can be written.
    func clear() { line.clear() }

    private func json(_ pace: ReplayPace, _ counts: PartitionCounts) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("replay", name)
        json.member("settled", pace.progress.settled)
        json.member("total", pace.progress.total)
        json.member("perSecond", pace.perSecond)
        json.name("secondsLeft")
        if let left = pace.secondsLeft { json.integer(left) } else { json.null() }
        json.member("succeeded", Int64(clamping: counts.succeeded))
        json.member("deadLettered", Int64(clamping: counts.deadLettered))
        json.member("skipped", Int64(clamping: counts.skipped))
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func write(_ text: String) { try? messages.writeLine(text) }
}

/// How fast a replay goes, over the last seconds.
struct ReplayPace: Sendable {
    private static let window: UInt64 = 10_000_000_000

    private(set) var progress = ReplayProgress()
    private var samples: [(time: UInt64, settled: Int64)] = []

    /// `now`: of a clock that never goes back, in nanoseconds.
    mutating func take(_ progress: ReplayProgress, now: UInt64) {
        self.progress = progress
        samples.append((now, progress.settled))
        while samples.count > 2, now - samples[0].time > Self.window { samples.removeFirst() }
    }

    /// Offsets a second.
    var perSecond: Int64 {
        guard let first = samples.first, let last = samples.last, last.time > first.time else { return 0 }
        return Int64((Double(last.settled - first.settled) / (Double(last.time - first.time) / 1e9)).rounded())
    }

    /// Nil where nothing moves.
    var secondsLeft: Int64? {
        let rest = progress.total - progress.settled
        if rest <= 0 { return 0 }
        return perSecond > 0 ? (rest + perSecond - 1) / perSecond : nil
    }

    var text: String {
        let share = progress.total > 0 ? Double(progress.settled) / Double(progress.total) : 1
        let left = secondsLeft.map { DurationText.text(.seconds($0)) + " left" } ?? "waiting"
        return "\(Int(progress.settled).grouped) of \(Int(progress.total).grouped) offsets (\(Int(share * 100)) %), "
            + "\(Int(perSecond).grouped)/s, \(left)"
    }
}

/// Counts why records were handed to nobody.
final class SkipTally: EngineObserver {
    private let counts = Mutex<[String: Int64]>([:])

    func observe(_ fact: EngineFact) {
        guard case .skipped(_, let reason, _) = fact else { return }
        counts.withLock { $0[reason, default: 0] += 1 }
    }

    /// By reason.
    var byReason: [(reason: String, count: Int64)] {
        counts.withLock { $0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
