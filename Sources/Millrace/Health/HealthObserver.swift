public import MillraceEngine
import Synchronization

/// Judges from the engine's facts whether the worker is live and ready.
public final class HealthObserver: EngineObserver {
    private let now: @Sendable () -> UInt64
    private let state: Mutex<HealthState>

    /// `stuckAfter`: how long a handler or a thread may not come back before the worker is not ready; three times as long
    /// and it is not live.
    public convenience init(stuckAfter: Duration) {
        self.init(stuckAfter: stuckAfter, now: MonotonicClock.nanoseconds)
    }

    /// Takes its time, in nanoseconds, from `now`.
    package init(stuckAfter: Duration, now: @escaping @Sendable () -> UInt64) {
        self.now = now
        state = Mutex(HealthState(stuckAfter: stuckAfter.nanoseconds, now: now()))
    }

    /// Takes what the fact says of health.
    public func observe(_ fact: EngineFact) {
        switch fact {
        case .turn, .partition, .phase, .lettersHeld, .lettersResumed, .unavailable, .available, .stuck, .unstuck,
            .revoked, .lost, .circuitOpened, .circuitClosed, .letterGuardStopped:
            break
        // Many a second, some of them; of no matter here.
        default: return
        }
        let now = now()
        state.withLock { $0.take(fact, now: now) }
    }

    /// Why a restart could help; empty: live.
    package func liveness() -> [HealthProblem] {
        let now = now()
        return state.withLock { $0 }.liveness(now: now)
    }

    /// Why the worker is not doing all of its work; empty: ready.
    package func readiness() -> [HealthProblem] {
        let now = now()
        return state.withLock { $0 }.readiness(now: now)
    }
}
