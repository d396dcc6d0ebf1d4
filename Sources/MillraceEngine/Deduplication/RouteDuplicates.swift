/// De-duplication of one route in one partition, over all the assignments of that partition in this process.
final class RouteDuplicates {
    @exclusivity(unchecked) private(set) var window: DuplicateWindow
    /// What is in handlers, by the work, and the work by what its event says.
    @exclusivity(unchecked) private var handled: [Int32: EventDigest] = [:]
    @exclusivity(unchecked) private var handlers: [UInt128: Int32] = [:]
    /// Work whose event is in a handler already, and the generation that it had when it began to wait.
    @exclusivity(unchecked) private var waiting: [UInt128: [(work: Int32, generation: UInt32)]] = [:]

    init(_ bounds: DuplicateWindow.Bounds) { window = DuplicateWindow(bounds) }

    enum Judgement { case handle, handleReuse, duplicate, wait }

    /// What to do with work that would go to a handler now.
    func judge(_ work: Int32, generation: UInt32, _ digest: EventDigest, now: UInt64) -> Judgement {
        let memory = window.memory(of: digest, now: now)
        if memory == .same { return .duplicate }
        if handlers[digest.content] != nil {
            waiting[digest.content, default: []].append((work, generation))
            return .wait
        }
        handlers[digest.content] = work
        handled[work] = digest
        return memory == .sameIdentity ? .handleReuse : .handle
    }

    /// The handler of some work returned well, and its record's assignment lasts.
    func succeeded(_ work: Int32, now: UInt64) {
        if let digest = handled[work] { window.remember(digest, now: now) }
    }

    /// Some work left its handler. Returns the work that waited for that and is judged again.
    func left(_ work: Int32) -> [(work: Int32, generation: UInt32)] {
        guard let digest = handled.removeValue(forKey: work) else { return [] }
        handlers[digest.content] = nil
        return waiting.removeValue(forKey: digest.content) ?? []
    }

    func forgetOld(now: UInt64) { window.forgetOld(now: now) }
}
