package import CloudEvents

/// A processor's type with its statics in reach of code that is not generic over it.
package protocol ProcessorFactory: Sendable {
    var name: String { get }
    var summary: String { get }
    var types: [TypePattern] { get }
    var execution: Execution { get }
    var replay: ReplayPolicy { get }
    /// The option table: names, kinds, defaults, documentation.
    var options: [OptionDescription] { get }
    /// Checks a route's `options:` without making the processor. An empty list: nothing is wrong.
    func check(_ options: OptionValues) -> [OptionFault]
    func explain(_ event: CloudEvent) -> Explanation?
    /// Makes the processor, for all lanes of a worker.
    func make(_ options: OptionValues, _ context: ProcessorContext) async throws -> any RouteHandler
}

/// A processor that was made: makes what each lane needs of it, and is closed once.
package protocol RouteHandler: Sendable {
    /// What a runner on a lane does. For processors that run on lanes.
    var work: any RouteWork { get }
    /// Handles deliveries one after the other or together; for processors on a thread of their own. Returns the
    /// failures by index.
    func handle(_ deliveries: [Delivery]) async -> [Int: any Error]
    func close() async
}

/// The factory of any kind of processor; only what makes the handler differs.
struct DefinitionFactory<P: ProcessorDefinition>: ProcessorFactory {
    let makeHandler: @Sendable (P.Options, ProcessorContext) async throws -> any RouteHandler

    var name: String { P.name }
    var summary: String { P.summary }
    var types: [TypePattern] { P.types }
    var execution: Execution { P.execution }
    var replay: ReplayPolicy { P.replay }
    var options: [OptionDescription] { OptionTable.describe(P.Options.self) }
    func check(_ options: OptionValues) -> [OptionFault] { OptionTable.check(P.Options.self, options) }
    func explain(_ event: CloudEvent) -> Explanation? { P.explain(event) }
    func make(_ options: OptionValues, _ context: ProcessorContext) async throws -> any RouteHandler {
        try await makeHandler(OptionTable.make(P.Options.self, from: options), context)
    }
}

struct SingleHandler<P: Processor>: RouteHandler {
    let processor: P

    var work: any RouteWork { SingleWork(processor: processor) }

    func handle(_ deliveries: [Delivery]) async -> [Int: any Error] {
        var failures: [Int: any Error] = [:]
        for (index, delivery) in deliveries.enumerated() {
            do {
                // Cancelled, the rest belongs to somebody else already.
                try Task.checkCancellation()
                try await processor.process(delivery)
            } catch {
                failures[index] = error
            }
        }
        return failures
    }

    func close() async { await processor.close() }
}

struct BatchHandler<P: BatchProcessor>: RouteHandler {
    let processor: P

    var work: any RouteWork { BatchWork(handler: self) }

    func handle(_ deliveries: [Delivery]) async -> [Int: any Error] {
        var batch = DeliveryBatch(deliveries)
        do {
            try await processor.process(&batch)
            return batch.failures
        } catch  where deliveries.count == 1 || Self.concernsAll(error) {
            return Dictionary(uniqueKeysWithValues: deliveries.indices.map { ($0, error) })
        } catch {
            // One bad record must not take its neighbours: each is tried alone, and fails for itself.
            var failures: [Int: any Error] = [:]
            for (index, delivery) in deliveries.enumerated() {
                if let own = await handle([delivery])[0] { failures[index] = own }
            }
            return failures
        }
    }

    /// What has nothing to do with any one record.
    private static func concernsAll(_ error: any Error) -> Bool {
        if Task.isCancelled || error is CancellationError { return true }
        if let error = error as? ProcessingError, error.kind == .unavailable { return true }
        return false
    }

    func close() async { await processor.close() }
}
