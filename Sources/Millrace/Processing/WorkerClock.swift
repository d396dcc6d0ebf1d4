/// The worker's own timer: cheap, and virtual in tests.
public struct WorkerClock: Sendable {
    package let timer: any WorkerTimer

    package init(_ timer: any WorkerTimer) { self.timer = timer }

    /// Suspends for at least the given time; the lane goes on with other keys meanwhile. Throws `CancellationError` as
    /// soon as the task is cancelled: by the route's timeout, or at a stop.
    public func sleep(for duration: Duration) async throws {
        try await timer.sleep(nanoseconds: duration.nanoseconds)
    }

    /// Milliseconds since 1970.
    public var now: Int64 { timer.wall() }
}

/// What stands behind a ``WorkerClock``: a lane, a blocking thread, or a test's clock.
package protocol WorkerTimer: Sendable {
    func sleep(nanoseconds: UInt64) async throws
    func wall() -> Int64
}
