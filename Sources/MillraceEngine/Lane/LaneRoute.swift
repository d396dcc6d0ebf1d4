/// A route as one lane sees it.
final class LaneRoute {
    let rules: RouteRules
    @exclusivity(unchecked) var ready = IndexQueue()
    @exclusivity(unchecked) var order = OrderTable()
    /// Work in handlers.
    @exclusivity(unchecked) var running = 0

    init(rules: RouteRules) { self.rules = rules }
}
