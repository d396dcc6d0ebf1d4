import CloudEvents
import MillraceEngine

extension Lane {
    /// The next ready work of a route that a handler should get. Where the route de-duplicates, what it succeeded with
    /// before is passed over here.
    func nextWork(_ route: RouteContext) -> Int32? {
        guard route.deduplicates else { return engine.takeReady(route: route.index, now: now) }
        while !isWanted, let work = engine.takeReady(route: route.index, now: now) {
            if admits(work, route) { return work }
        }
        return nil
    }

    private func admits(_ work: Int32, _ route: RouteContext) -> Bool {
        let record = engine.record(of: work)
        let (batch, index) = batch(of: record)
        let event = CloudEvent(envelope: batch.envelope(index).pointee, memory: batch)
        switch engine.admit(work, EventDigest(event), now: now) {
        case .handle: return true
        case .handleReuse(let isFirst):
            if isFirst { tolerated.add(Tolerance.idReuse.name, count: 1, topic: batch.source.topic) }
            return true
        case .waits: return false
        case .duplicate(let finished, let isSkipped):
            let name = self.name(of: record)
            if finished >= 0 { forget(finished) }
            guard let observer = shared.observer else { return false }
            observer.observe(.duplicate(name, processor: route.processor))
            if isSkipped {
                observer.observe(.skipped(name, reason: SkipReason.duplicate.rawValue, type: event.type))
            }
            return false
        }
    }

    /// Says from what de-duplication of a new assignment starts.
    func tellRemembered(_ name: PartitionName, slot: Int32) {
        guard let observer = shared.observer else { return }
        for route in shared.routes where route.deduplicates {
            let count = engine.rememberedEvents(route: route.index, slot: slot) ?? 0
            observer.observe(.deduplicationStarts(name, processor: route.processor, remembered: count))
        }
    }
}
