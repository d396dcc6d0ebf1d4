public import Millrace
import Synchronization

/// A clock that stands still until a test moves it. Whoever sleeps on it wakes when it has moved far enough.
///
/// Given to a worker (``Millrace/Worker/init(_:processors:observers:log:clock:)``), waits between attempts, timeouts,
/// `delivery.clock` and commits by interval go by it, so that a test of an hour's backoff takes no hour. A worker looks
/// at it within about a second of real time. Safe on any thread.
public final class ManualClock: EngineClock, WorkerTimer {
    private struct Sleeper {
        var due: UInt64
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var now: UInt64
        var sleepers: [UInt64: Sleeper] = [:]
        var cancelled: Set<UInt64> = []
        var next: UInt64 = 0
    }

    private let state: Mutex<State>
    private let start: Int64

    /// - Parameters:
    ///   - now: Where the steady clock starts, in nanoseconds.
    ///   - wall: Milliseconds since 1970 at that moment.
    public init(now: UInt64 = 1_000_000_000, wall: Int64 = 1_750_000_000_000) {
        state = Mutex(State(now: now))
        start = wall - Int64(now / 1_000_000)
    }

    package func now() -> UInt64 { state.withLock { $0.now } }
    package func wall() -> Int64 { start + Int64(now() / 1_000_000) }

    /// How many are asleep.
    package var sleeping: Int { state.withLock { $0.sleepers.count } }

    /// Moves the clock, and wakes those whose time has come, the earliest first.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now &+= duration.nanoseconds
            let due = state.sleepers.filter { $0.value.due <= state.now }.sorted { $0.value.due < $1.value.due }
            for (number, _) in due { state.sleepers[number] = nil }
            return due.map(\.value.continuation)
        }
        for continuation in woken { continuation.resume(returning: true) }
    }

    package func sleep(nanoseconds: UInt64) async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        let completed = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver: Bool? = state.withLock { state in
                    if state.cancelled.remove(number) != nil { return false }
                    if nanoseconds == 0 { return true }
                    state.sleepers[number] = Sleeper(due: state.now &+ nanoseconds, continuation: continuation)
                    return nil
                }
                if let isOver { continuation.resume(returning: isOver) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: number)
                if sleeper == nil { state.cancelled.insert(number) }
                return sleeper
            }
            sleeper?.continuation.resume(returning: false)
        }
        if !completed { throw CancellationError() }
    }
}
