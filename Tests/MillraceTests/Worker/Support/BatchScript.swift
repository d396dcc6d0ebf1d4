import CloudEvents
import Millrace
import Synchronization

/// What a scripted batch processor does, and the batches that it got, by their events.
final class BatchScript: Sendable {
    let name: String
    private let handler: @Sendable (inout DeliveryBatch) async throws -> Void
    private let seen = Mutex<[[String]]>([])

    private static let numbers = Atomic<Int>(0)
    private static let all = Mutex<[String: BatchScript]>([:])

    init(_ handler: @escaping @Sendable (inout DeliveryBatch) async throws -> Void) {
        name = "b\(Self.numbers.add(1, ordering: .relaxed).newValue)"
        self.handler = handler
        Self.all.withLock { $0[name] = self }
    }

    static func named(_ name: String) -> BatchScript? { all.withLock { $0[name] } }

    func route(
        _ processor: String = ScriptedBatch.name, _ change: (inout RouteConfiguration) -> Void = { _ in }
    ) -> RouteConfiguration {
        var route = RouteConfiguration(processor: processor)
        route.options = ["script": OptionValue(name)]
        change(&route)
        return route
    }

    var batches: [[String]] { seen.withLock { $0 } }

    func run(_ batch: inout DeliveryBatch) async throws {
        let ids = batch.map { $0.event.id }
        seen.withLock { $0.append(ids) }
        try await handler(&batch)
    }
}

struct ScriptedBatch: BatchProcessor {
    static let name = "scripted-batch"
    static let types: [TypePattern] = ["com.example.*"]
    let script: BatchScript

    init(_ options: ScriptOptions, _ context: ProcessorContext) async throws {
        guard let script = BatchScript.named(options.script) else { throw NoSuchScript() }
        self.script = script
    }

    func process(_ batch: inout DeliveryBatch) async throws { try await script.run(&batch) }
}

struct ScriptedBlockingBatch: BatchProcessor {
    static let name = "scripted-blocking-batch"
    static let types: [TypePattern] = ["com.example.*"]
    static let execution = Execution.blocking
    let inner: ScriptedBatch

    init(_ options: ScriptOptions, _ context: ProcessorContext) async throws {
        inner = try await ScriptedBatch(options, context)
    }

    func process(_ batch: inout DeliveryBatch) async throws { try await inner.process(&batch) }
}
