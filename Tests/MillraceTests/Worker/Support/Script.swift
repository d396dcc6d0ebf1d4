import CloudEvents
import Millrace
import Synchronization

/// What a scripted processor does, and what happened to it.
final class Script: Sendable {
    /// A call of the handler, as far as it has come.
    struct Call: Sendable, Equatable {
        enum Ending: Sendable, Equatable { case returned, threw }
        var id: String
        var partition: Int32
        var offset: Int64
        var attempt: Int
        /// Counts the beginnings and endings of all calls.
        var began: Int
        var ended: Int?
        var ending: Ending?
    }

    private struct State {
        var calls: [Call] = []
        var moments = 0
        var closings = 0
        var thread: UInt?
    }

    let name: String
    private let handler: @Sendable (Delivery) async throws -> Void
    fileprivate let making: @Sendable () throws -> Void
    private let state = Mutex(State())

    private static let numbers = Atomic<Int>(0)
    private static let all = Mutex<[String: Script]>([:])

    /// `making`: what happens when the processor is made.
    init(
        _ handler: @escaping @Sendable (Delivery) async throws -> Void = { _ in },
        making: @escaping @Sendable () throws -> Void = {}
    ) {
        name = "s\(Self.numbers.add(1, ordering: .relaxed).newValue)"
        self.handler = handler
        self.making = making
        Self.all.withLock { $0[name] = self }
    }

    static func named(_ name: String) -> Script? { all.withLock { $0[name] } }

    /// A route to this script.
    func route(
        _ processor: String = Scripted.name, _ change: (inout RouteConfiguration) -> Void = { _ in }
    ) -> RouteConfiguration {
        var route = RouteConfiguration(processor: processor)
        route.options = ["script": OptionValue(name)]
        change(&route)
        return route
    }

    /// Calls so far, in the order in which they began.
    var calls: [Call] { state.withLock { $0.calls } }
    /// The events whose handlers returned well, in the order in which they did.
    var done: [String] {
        calls.filter { $0.ending == .returned }.sorted { ($0.ended ?? 0) < ($1.ended ?? 0) }.map(\.id)
    }
    var closings: Int { state.withLock { $0.closings } }

    func calls(of id: String) -> [Call] { calls.filter { $0.id == id } }

    func run(_ delivery: Delivery) async throws {
        let index = begin(delivery)
        do {
            try await handler(delivery)
            end(index, .returned)
        } catch {
            end(index, .threw)
            throw error
        }
    }

    func begin(_ delivery: Delivery) -> Int {
        let id = delivery.event.id
        return state.withLock { state in
            state.moments += 1
            state.calls.append(
                Call(
                    id: id, partition: delivery.partition, offset: delivery.offset, attempt: delivery.attempt,
                    began: state.moments))
            return state.calls.count - 1
        }
    }

    func end(_ index: Int, _ ending: Call.Ending) {
        state.withLock { state in
            state.moments += 1
            state.calls[index].ended = state.moments
            state.calls[index].ending = ending
        }
    }

    fileprivate func closed() { state.withLock { $0.closings += 1 } }
}

struct ScriptOptions: ProcessorOptions {
    var script = ""
    static let keys: [OptionKey<Self>] = [.string("script", \.script, "The script's name.")]
}

struct NoSuchScript: Error {}

/// Does what its script says, on the lane.
struct Scripted: Processor {
    static let name = "scripted"
    static let types: [TypePattern] = ["com.example.*"]
    let script: Script

    init(_ options: ScriptOptions, _ context: ProcessorContext) async throws {
        guard let script = Script.named(options.script) else { throw NoSuchScript() }
        self.script = script
        try script.making()
    }

    func process(_ delivery: Delivery) async throws { try await script.run(delivery) }
    func close() async { script.closed() }
}

/// The same on a thread of its own.
struct ScriptedBlocking: Processor {
    static let name = "scripted-blocking"
    static let types: [TypePattern] = ["com.example.*"]
    static let execution = Execution.blocking
    let inner: Scripted

    init(_ options: ScriptOptions, _ context: ProcessorContext) async throws {
        inner = try await Scripted(options, context)
    }

    func process(_ delivery: Delivery) async throws { try await inner.process(delivery) }
    func close() async { await inner.close() }
}

extension ProcessorRegistry {
    static var scripted: ProcessorRegistry {
        ProcessorRegistry().adding(Scripted.self).adding(ScriptedBlocking.self).adding(ScriptedBatch.self)
            .adding(ScriptedBlockingBatch.self)
    }
}
