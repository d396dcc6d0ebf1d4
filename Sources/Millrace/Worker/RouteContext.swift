package import MillraceEngine

/// What a worker knows of one route.
package final class RouteContext: Sendable {
    /// Its bit in a set of routes.
    package let index: Int
    package let processor: String
    package let configuration: RouteConfiguration
    package let patterns: [TypePattern]
    package let execution: Execution
    package let handler: any RouteHandler
    /// Whether it passes over what it succeeded with before.
    package let deduplicates: Bool
    /// Whether the engine must be told when a handler returned well, before the work is counted as done.
    package let notesSuccess: Bool

    package init(
        index: Int, configuration: RouteConfiguration, patterns: [TypePattern], execution: Execution,
        handler: any RouteHandler
    ) {
        self.index = index
        self.processor = configuration.processor
        self.configuration = configuration
        self.patterns = patterns
        self.execution = execution
        self.handler = handler
        deduplicates = configuration.deduplicate != nil
        notesSuccess = deduplicates || configuration.circuitBreaker != nil
    }

    /// The rules for one of so many lanes.
    package func rules(lanes: Int) -> RouteRules {
        let order: RouteRules.Order =
            switch configuration.order {
            case .key: .key
            case .partition: .partition
            case .unordered: .unordered
            }
        return RouteRules(
            order: order, concurrency: (configuration.concurrency + lanes - 1) / lanes,
            attempts: configuration.retry.attempts,
            backoff: Backoff(
                minimum: configuration.retry.minimumBackoff.nanoseconds,
                maximum: configuration.retry.maximumBackoff.nanoseconds),
            timeout: configuration.timeout?.nanoseconds,
            deduplication: configuration.deduplicate?.bounds, breaker: configuration.circuitBreaker?.rules)
    }
}
