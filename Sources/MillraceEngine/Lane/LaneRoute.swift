/// A route as one lane sees it.
final class LaneRoute {
    let rules: RouteRules
    @exclusivity(unchecked) var ready = IndexQueue()
    @exclusivity(unchecked) var order = OrderTable()
    /// Work in handlers.
    @exclusivity(unchecked) var running = 0
    /// What it remembers of each slot's partition, where it de-duplicates.
    @exclusivity(unchecked) var duplicates: [RouteDuplicates?] = []

    /// Nil: its attempts are not watched.
    @exclusivity(unchecked) var breaker: CircuitBreaker?
    /// While its circuit is open: nothing may be taken now.
    @exclusivity(unchecked) var isHeld = false
    /// While its circuit is open: the work that is tried; −1: none is.
    @exclusivity(unchecked) var probe: Int32 = -1
    /// Tells the pause before the next probe from earlier ones.
    @exclusivity(unchecked) var pauseGeneration: UInt32 = 0

    init(rules: RouteRules) {
        self.rules = rules
        breaker = rules.breaker.map(CircuitBreaker.init)
    }
}
