import CloudEvents
import Millrace
import MillraceEngine
import QlikTasks

/// Says what a worker of a configuration would do with a record: decoding and routing are the worker's own, and
/// processors are asked, not made.
struct Explainer {
    private struct Route {
        var processor: String
        var deduplication: DuplicateWindow.Bounds?
        var explain: @Sendable (CloudEvent) -> Explanation?
    }

    /// What a route remembers of a partition.
    private struct WindowName: Hashable {
        var route: Int
        var topic: String?
        var partition: Int32?
    }

    private let judge: RecordJudge
    private let routes: [Route]
    private let sources: [String: SourceContext]
    private let other: SourceContext
    /// Of what was answered so far, each routed event taken as one that its processor succeeds with.
    private var windows: [WindowName: DuplicateWindow] = [:]

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
            Route(
                processor: route.processor, deduplication: route.deduplicate?.bounds,
                explain: { factory?.explain($0) })
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

    /// What would become of the record by itself.
    func answer(_ record: RecordLine) -> ExplainAnswer {
        var alone = self
        alone.windows = [:]
        return alone.answerNext(record)
    }

    /// What would become of the record behind those that were answered here before.
    mutating func answerNext(_ record: RecordLine) -> ExplainAnswer {
        let held = HeldRecord(record)
        let source = record.topic.flatMap { sources[$0] } ?? other
        var envelope = Envelope()
        let verdict = held.withView { judge.judge($0, reader: source.reader, into: &envelope) }
        var answer = ExplainAnswer(
            outcome: .route, mode: envelope.mode, tolerated: envelope.tolerated.codes, processors: [])
        switch verdict {
        case .route(let mask):
            let matching = routes.indices.filter { mask & (1 << UInt64($0)) != 0 }
            explain(&answer, CloudEvent(envelope: envelope, memory: held), matching, of: record)
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

    /// Asks the processors what they would read, but those that had the event before. The first that could not read the
    /// data decides the outcome.
    private mutating func explain(
        _ answer: inout ExplainAnswer, _ event: CloudEvent, _ matching: [Int], of record: RecordLine
    ) {
        answer.event = event
        let digest = matching.contains { routes[$0].deduplication != nil } ? EventDigest(event) : nil
        for index in matching {
            let route = routes[index]
            let name = WindowName(route: index, topic: record.topic, partition: record.partition)
            var window = route.deduplication.map { windows[name] ?? DuplicateWindow($0) }
            if let digest {
                switch window?.memory(of: digest, now: 0) {
                case .same: continue
                case .sameIdentity: answer.tolerate([Tolerance.idReuse.name])
                case .nothing, nil: break
                }
            }
            answer.processors.append(route.processor)
            let explanation = route.explain(event)
            if case .fault(let error) = explanation {
                answer.refuse(error)
                continue
            }
            if let digest { window?.remember(digest, now: 0) }
            windows[name] = window
            guard case .typed(_, let tolerated) = explanation, answer.outcome == .route else { continue }
            if answer.data == nil { answer.data = explanation }
            answer.tolerate(tolerated)
        }
        if answer.processors.isEmpty {
            answer.outcome = .skip
            answer.reason = SkipReason.duplicate.rawValue
        }
    }
}

extension ExplainAnswer {
    fileprivate mutating func tolerate(_ codes: [String]) {
        tolerated += codes.filter { !tolerated.contains($0) }
    }

    /// A processor cannot read the data.
    fileprivate mutating func refuse(_ error: EventDataError) {
        if outcome == .deadLetter { return }
        outcome = .deadLetter
        reason = error.reason
        detail = error.description
        data = .fault(error)
    }
}
