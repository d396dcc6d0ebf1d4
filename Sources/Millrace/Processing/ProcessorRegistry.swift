/// The processors that a worker can be configured with.
public struct ProcessorRegistry: Sendable {
    package private(set) var factories: [any ProcessorFactory] = []

    /// No processors.
    public init() {}

    /// The same registry with one more processor. A later one of the same name takes the place of the earlier.
    public func adding<P: Processor>(_ processor: P.Type) -> ProcessorRegistry {
        adding(processor) { try await P($0, $1) }
    }

    /// The same registry with one more processor, made by a closure: for one that needs more than its options.
    ///
    /// - Parameter make: called once a worker, in the place of the processor's own `init`.
    public func adding<P: Processor>(
        _ processor: P.Type, make: @escaping @Sendable (P.Options, ProcessorContext) async throws -> P
    ) -> ProcessorRegistry {
        adding(factory: DefinitionFactory<P> { SingleHandler(processor: try await make($0, $1)) })
    }

    /// The same registry with one more batch processor. A later one of the same name takes the place of the earlier.
    public func adding<P: BatchProcessor>(_ processor: P.Type) -> ProcessorRegistry {
        adding(factory: DefinitionFactory<P> { BatchHandler(processor: try await P($0, $1)) })
    }

    package func factory(named name: String) -> (any ProcessorFactory)? {
        factories.first { $0.name == name }
    }

    private func adding(factory: any ProcessorFactory) -> ProcessorRegistry {
        var copy = self
        copy.factories.removeAll { $0.name == factory.name }
        copy.factories.append(factory)
        return copy
    }
}
