/// The rules under which a route's work runs.
package struct RouteRules: Sendable {
    /// Which work waits for which.
    package enum Order: Sendable { case key, partition, unordered }

    package var order: Order
    /// Work in handlers at most, on this lane.
    package var concurrency: Int
    /// Attempts in all, 1 or more.
    package var attempts: Int
    package var backoff: Backoff
    /// Nanoseconds after which a handler is cancelled; nil: never.
    package var timeout: UInt64?
    /// How far it looks back for events that it succeeded with; nil: not at all.
    package var deduplication: DuplicateWindow.Bounds?
    /// When its attempts stop because nearly all of them fail; nil: never.
    package var breaker: CircuitBreaker.Rules?

    package init(
        order: Order, concurrency: Int, attempts: Int, backoff: Backoff, timeout: UInt64? = nil,
        deduplication: DuplicateWindow.Bounds? = nil, breaker: CircuitBreaker.Rules? = nil
    ) {
        self.order = order
        self.concurrency = max(1, concurrency)
        self.attempts = max(1, attempts)
        self.backoff = backoff
        self.timeout = timeout
        self.deduplication = deduplication
        self.breaker = breaker
    }
}
