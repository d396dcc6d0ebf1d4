/// A route as one lane sees it.
final class LaneRoute {
    let rules: RouteRules
    @exclusivity(unchecked) var ready = IndexQueue()
    @exclusivity(unchecked) var order = OrderTable()
    /// Work in handlers.
    @exclusivity(unchecked) var running = 0
    /// What it remembers of each slot's partition, where it de-duplicates.
    @exclusivity(unchecked) var duplicates: [RouteDuplicates?] = []

    init(rules: RouteRules) { self.rules = rules }
}
