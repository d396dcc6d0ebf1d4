@testable import MillraceEngine

/// A lane's engine with a clock that a test moves by hand. Times are in milliseconds.
final class LaneHarness {
    var engine: LaneEngine
    private(set) var now: UInt64 = 1_000_000_000
    /// The records whose bytes were given back, by offset, in order.
    private(set) var freed: [Int64] = []
    private var offsets: [Int32: Int64] = [:]

    init(
        _ routes: [RouteRules] = [.plain], limits: LaneEngine.Limits = LaneEngine.Limits(),
        allowedBytes: Int = 1 << 20
    ) {
        engine = LaneEngine(
            routes: routes, limits: limits, allowedBytes: allowedBytes, random: RandomSource(seed: 1))
    }

    static let name = PartitionName(topic: "t", partition: 0)

    @discardableResult
    func assign(
        _ partition: Int32 = 0, epoch: UInt32 = 1, start: Int64 = 0, metadata: CommitMetadata = CommitMetadata()
    ) -> Int32 {
        engine.assign(
            PartitionName(topic: "t", partition: partition), epoch: epoch, start: start, metadata: metadata)
    }

    @discardableResult
    func receive(_ offset: Int64, slot: Int32 = 0, key: UInt32? = nil, bytes: Int = 100) -> Int32? {
        let record = engine.receive(slot: slot, offset: offset, bytes: bytes, keyHash: key, now: now)
        if let record { offsets[record] = offset }
        return record
    }

    /// Receives a record and gives it to routes.
    @discardableResult
    func dispatch(_ offset: Int64, slot: Int32 = 0, key: UInt32? = nil, routes: UInt64 = 1) -> Int32? {
        guard let record = receive(offset, slot: slot, key: key) else { return nil }
        engine.dispatch(record, routes: routes)
        return record
    }

    func take(_ route: Int = 0) -> Int32? { engine.takeReady(route: route, now: now) }

    /// Takes all that may run of a route; answers offsets.
    func takeAll(_ route: Int = 0) -> [(work: Int32, offset: Int64)] {
        var taken: [(Int32, Int64)] = []
        while let work = take(route) { taken.append((work, offset(of: work))) }
        return taken
    }

    func offset(of work: Int32) -> Int64 { ticket(of: work).offset }

    /// Judges work that was taken, of a route that de-duplicates.
    func admit(_ work: Int32, _ digest: EventDigest) -> Admission {
        let admission = engine.admit(work, digest, now: now)
        if case .duplicate(let record, _) = admission { free(record) }
        return admission
    }

    /// Answers whether the route's circuit closed by it.
    @discardableResult
    func succeed(_ work: Int32) -> Bool {
        let closes = engine.noteSuccess(work, now: now)
        free(engine.succeed(work))
        return closes
    }

    @discardableResult
    func fail(_ work: Int32, _ failure: AttemptFailure) -> AttemptAction {
        let action = engine.fail(work, as: failure, now: now, wall: 1_700_000_000_000)
        if case .finished(let record) = action { free(record) }
        return action
    }

    func acknowledge(_ work: Int32) { free(engine.letterAcknowledged(work)) }

    func suspend(_ work: Int32) { engine.suspended(work, now: now) }
    func readable(_ slot: Int32 = 0) -> Int { engine.readable(slot: slot) }
    func isDrained(_ slot: Int32 = 0) -> Bool { engine.isDrained(slot: slot) }
    func work(_ work: Int32) -> Work { engine.work(work) }
    func ticket(of work: Int32) -> Ticket { engine.ticket(of: engine.record(of: work)) }
    func isCircuitOpen(_ route: Int = 0) -> Bool { engine.isCircuitOpen(route: route) }
    func hasReady(_ route: Int = 0) -> Bool { engine.hasReady(route: route) }
    func reachedEnd(_ offset: Int64, slot: Int32 = 0) { engine.reachedEnd(slot: slot, offset: offset) }

    func skip(_ record: Int32) {
        engine.skip(record)
        free(record)
    }

    func drop(_ letter: Int32) { free(engine.letterDropped(letter)) }

    private func free(_ record: Int32) {
        guard record >= 0 else { return }
        if let offset = offsets.removeValue(forKey: record) { freed.append(offset) }
    }

    func beginRelease(_ slot: Int32 = 0) {
        var records: [Int32] = []
        engine.beginRelease(slot: slot) { records.append($0) }
        for record in records { free(record) }
    }

    func endRelease(_ slot: Int32 = 0) -> (report: PartitionReport, metadata: CommitMetadata)? {
        engine.endRelease(slot: slot)
    }

    /// Lets time pass and fires what is due; answers the work whose handlers must be cancelled.
    @discardableResult
    func pass(milliseconds: UInt64) -> [Int32] {
        now += milliseconds * 1_000_000
        var timedOut: [Int32] = []
        while true {
            let timer = engine.fireTimer(now: now)
            guard timer.fired else { return timedOut }
            if let work = timer.timedOut { timedOut.append(work) }
        }
    }

    /// The state of a partition's present assignment.
    func report(_ partition: Int32 = 0) -> PartitionReport? {
        var found: PartitionReport?
        engine.takeReports(all: true) { report, _ in if report.name.partition == partition { found = report } }
        return found
    }

    func metadata(_ partition: Int32 = 0) -> CommitMetadata? {
        var found: CommitMetadata?
        engine.takeReports(all: true) { if $0.name.partition == partition { found = $1 } }
        return found
    }

    /// The partitions that have something new to tell.
    func changed() -> [PartitionReport] {
        var found: [PartitionReport] = []
        engine.takeReports(all: false) { report, _ in found.append(report) }
        return found
    }
}

extension RouteRules {
    /// By key, 64 at once, 3 attempts, backoff up to 100 ms.
    static let plain = RouteRules(
        order: .key, concurrency: 64, attempts: 3, backoff: Backoff(minimum: 100_000_000, maximum: 100_000_000))

    func with(_ change: (inout RouteRules) -> Void) -> RouteRules {
        var copy = self
        change(&copy)
        return copy
    }
}
