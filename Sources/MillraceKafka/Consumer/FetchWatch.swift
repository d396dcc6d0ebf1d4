import Synchronization

/// Whether a partition's queue may have been full while it was read, so that librdkafka may have to be woken: records came
/// for a whole period, and the end of the partition never. Where records are read as they come their ends are in between.
///
/// One thread reads, another one looks once a period.
final class FetchWatch: Sendable {
    private enum State {
        static let atEnd: UInt8 = 0
        /// Records were read since the end was seen.
        static let behind: UInt8 = 1
        /// That was so at the last look, and records were read since.
        static let stillBehind: UInt8 = 2
        /// It was said, and nothing was read since.
        static let told: UInt8 = 3
    }

    private let state = Atomic<UInt8>(State.atEnd)

    /// Records were read, and after them the end of the partition or not.
    func read(toEnd: Bool) {
        if toEnd {
            state.store(State.atEnd, ordering: .relaxed)
        } else {
            switch state.load(ordering: .relaxed) {
            case State.atEnd: state.store(State.behind, ordering: .relaxed)
            case State.told: state.store(State.stillBehind, ordering: .relaxed)
            default: break
            }
        }
    }

    /// Looks, once a period. True where records came since the last time that it was, and not to the end.
    func look() -> Bool {
        // A read in between changes the state: it counts, and this look comes again.
        switch state.load(ordering: .relaxed) {
        case State.behind:
            _ = state.compareExchange(expected: State.behind, desired: State.stillBehind, ordering: .relaxed)
            return false
        case State.stillBehind:
            return state.compareExchange(expected: State.stillBehind, desired: State.told, ordering: .relaxed).exchanged
        default: return false
        }
    }
}
