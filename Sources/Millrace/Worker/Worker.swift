public import MillraceEngine
import Synchronization

/// Consumes CloudEvents from Kafka, routes them by type to processors, dead-letters what fails, and loses nothing.
///
/// It never exits the process, traps no signal and logs nowhere but to the log that it is given. `run()` and `stop()`
/// have the shape of a service: an empty extension makes it one.
public final class Worker: Sendable {
    private let configuration: Configuration
    private let processors: ProcessorRegistry
    private let observer: (any EngineObserver)?
    private let log: Log
    private let clock: any EngineClock
    private let replay: ReplayPlan?

    private struct State {
        var control: WorkerControl?
        var isStopped = false
        var hasRun = false
    }

    private let state = Mutex(State())

    /// Prepares a worker; nothing is contacted yet.
    ///
    /// - Throws: ``WorkerError`` with every fault of the configuration, one a line.
    public convenience init(
        _ configuration: Configuration, processors: ProcessorRegistry, observers: [any EngineObserver] = [],
        log: Log = Log()
    ) throws {
        try self.init(configuration, processors: processors, observers: observers, log: log, clock: SystemClock())
    }

    /// A worker whose time is that of `clock`. With a plan it is a replay: the configuration's group is the job's, and
    /// its source is what is replayed.
    package init(
        _ configuration: Configuration, processors: ProcessorRegistry, observers: [any EngineObserver] = [],
        log: Log = Log(), clock: any EngineClock, replay: ReplayPlan? = nil
    ) throws {
        do throws(OptionFaults) {
            try configuration.validate(processors: processors)
        } catch {
            throw WorkerError(.configuration, error.description)
        }
        self.configuration = configuration
        self.processors = processors
        self.observer = ObserverFan.combine(observers)
        self.log = log
        self.clock = clock
        self.replay = replay
    }

    /// Works until ``stop()`` or the limit, once. Finishes what is in flight, as long as `drain` allows, commits, and
    /// leaves the group before it returns. Cancelling the task is a ``stop()``.
    ///
    /// - Parameter createsTopics: missing dead-letter topics are made, without time retention.
    /// - Throws: ``WorkerError``; what a processor throws when it is made.
    @discardableResult
    public func run(until limit: RunLimit = .never, createsTopics: Bool = false) async throws -> RunSummary {
        let isFirst = state.withLock { state in
            defer { state.hasRun = true }
            return !state.hasRun
        }
        guard isFirst else { throw WorkerError(.internal, "a worker runs once: make another one") }
        let routes = try await makeRoutes()
        // Its lanes' memory goes with it.
        defer { state.withLock { $0.control = nil } }
        do {
            let control = try WorkerControl(
                configuration: configuration, routes: routes, observer: observer, clock: clock, log: log,
                limit: limit, createsTopics: createsTopics, replay: replay)
            let isStopped = state.withLock { state in
                state.control = control
                return state.isStopped
            }
            if isStopped { control.stop() }
            let summary = try await withTaskCancellationHandler {
                try await control.run()
            } onCancel: {
                control.stop()
            }
            await close(routes)
            return summary
        } catch {
            await close(routes)
            throw error
        }
    }

    /// Stops: no more reading, finishing what is in flight, committing, leaving. Any thread, any number of times.
    public func stop() {
        let control = state.withLock { state in
            state.isStopped = true
            return state.control
        }
        control?.stop()
    }

    /// How far a replay is, over all processes that work on it; nil before it runs.
    package var replayProgress: ReplayProgress? {
        guard let control = state.withLock({ $0.control }) else { return nil }
        let entries = control.board.all
        let positions = Dictionary(
            entries.map { ($0.report.name, $0.report.watermark) }, uniquingKeysWith: { first, _ in first })
        return control.replayEnds?.progress(of: positions)
    }

    private func makeRoutes() async throws -> [RouteContext] {
        var routes: [RouteContext] = []
        do {
            for (index, route) in configuration.routes.enumerated() {
                guard let factory = processors.factory(named: route.processor) else {
                    throw WorkerError(.configuration, "there is no processor '\(route.processor)'")
                }
                let context = ProcessorContext(group: configuration.group, log: log, kafka: configuration.kafka)
                let handler = try await factory.make(route.options, context)
                routes.append(
                    RouteContext(
                        index: index, configuration: route, patterns: route.types ?? factory.types,
                        execution: factory.execution, handler: handler))
            }
        } catch {
            await close(routes)
            throw error
        }
        return routes
    }

    private func close(_ routes: [RouteContext]) async {
        for route in routes { await route.handler.close() }
    }
}
