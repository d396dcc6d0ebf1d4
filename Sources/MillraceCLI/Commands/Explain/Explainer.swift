import CloudEvents
import Millrace
import QlikTasks

/// Says what a worker of a configuration would do with a record: decoding and routing are the worker's own, and
/// processors are asked, not made.
struct Explainer {
    private struct Route {
        var processor: String
        var explain: @Sendable (CloudEvent) -> Explanation?
    }

    private let judge: RecordJudge
    private let routes: [Route]
    private let sources: [String: SourceContext]
    private let other: SourceContext

    /// As if one processor took the three types of Qlik Cloud's tasks and nothing else.
    init(profile: Profile, unrouted: UnroutedPolicy) {
        judge = RecordJudge(
            router: Router([
                TaskEventKind.allCases.map { TypePattern($0.type) }
            ]), unrouted: unrouted)
        routes = [Route(processor: "tasks", explain: TaskExplanation.explain)]
        sources = [:]
        var source = SourceConfiguration(topic: "")
        source.profile = profile
        other = SourceContext(source, in: Configuration())
    }

    /// As a worker of the configuration.
    ///
    /// - Parameters:
    ///   - profile: takes the place of what each source says; nil: a record is read as its topic's source says, one of
    ///     no source as `qlik`.
    ///   - unrouted: takes the place of what the configuration says.
    init(
        _ configuration: Configuration, processors: ProcessorRegistry, profile: Profile?, unrouted: UnroutedPolicy?
    ) {
        let factories = configuration.routes.map { processors.factory(named: $0.processor) }
        judge = RecordJudge(
            router: Router(zip(configuration.routes, factories).map { $0.types ?? $1?.types ?? [] }),
            unrouted: unrouted ?? configuration.unrouted)
        routes = zip(configuration.routes, factories).map { route, factory in
            Route(processor: route.processor, explain: { factory?.explain($0) })
        }
        func context(_ source: SourceConfiguration) -> SourceContext {
            var source = source
            if let profile { source.profile = profile }
            return SourceContext(source, in: configuration)
        }
        sources = Dictionary(
            configuration.sources.map { ($0.topic, context($0)) }, uniquingKeysWith: { first, _ in first })
        other = context(SourceConfiguration(topic: ""))
    }

    /// What would become of the record.
    func answer(_ record: RecordLine) -> ExplainAnswer {
        let held = HeldRecord(record)
        let source = record.topic.flatMap { sources[$0] } ?? other
        var envelope = Envelope()
        let verdict = held.withView { judge.judge($0, reader: source.reader, into: &envelope) }
        var answer = ExplainAnswer(
            outcome: .route, mode: envelope.mode, tolerated: envelope.tolerated.codes, processors: [])
        switch verdict {
        case .route(let mask):
            let matching = routes.indices.filter { mask & (1 << UInt64($0)) != 0 }.map { routes[$0] }
            answer.processors = matching.map(\.processor)
            explain(&answer, CloudEvent(envelope: envelope, memory: held), matching)
        case .skip(let reason):
            answer.outcome = .skip
            answer.reason = reason.rawValue
            if reason != .tombstone { answer.event = CloudEvent(envelope: envelope, memory: held) }
        case .invalid(let fault):
            answer.outcome = .deadLetter
            answer.reason = fault.reason
            answer.detail = fault.description
        case .unrouted:
            answer.outcome = .deadLetter
            answer.reason = SkipReason.noRoute.rawValue
            answer.detail = "no route takes the type"
            answer.event = CloudEvent(envelope: envelope, memory: held)
        }
        answer.type = answer.event?.type
        return answer
    }

    /// Asks the processors what they would read. One that could not read the data decides the outcome.
    private func explain(_ answer: inout ExplainAnswer, _ event: CloudEvent, _ routes: [Route]) {
        answer.event = event
        for route in routes {
            guard let explanation = route.explain(event) else { continue }
            switch explanation {
            case .typed(_, let tolerated):
                if answer.data == nil { answer.data = explanation }
                answer.tolerated += tolerated.filter { !answer.tolerated.contains($0) }
            case .fault(let error):
                answer.outcome = .deadLetter
                answer.reason = error.reason
                answer.detail = error.description
                answer.data = explanation
                return
            }
        }
    }
}
