/// A route as one lane sees it.
final class LaneRoute {
    let rules: RouteRules
    var ready = IndexQueue()
    var order = OrderTable()
    /// Work in handlers.
    var running = 0

    init(rules: RouteRules) { self.rules = rules }
}
