/// A configuration turned into a replay's: one source, the chosen routes, the job's own group.
package struct ReplaySetup: Sendable {
    /// A chosen processor.
    package struct Target: Sendable, Hashable {
        package var processor: String
        package var patterns: [TypePattern]
        package var policy: ReplayPolicy
        /// It is called although a replay would not do so by itself.
        package var isAllowedByName: Bool

        /// Its events are counted, and it is not called.
        package var isSuppressed: Bool { policy == .suppressed && !isAllowedByName }
    }

    /// The configuration of the replay's worker.
    package let configuration: Configuration
    /// The chosen processors, also those that are only counted for, in the order of the configuration.
    package let targets: [Target]
    package let request: ReplayRequest
    /// The topic holds dead letters of the configuration's sources.
    package let isOfLetters: Bool

    /// Judges the request against the configuration.
    ///
    /// - Throws: what is wrong with the request. A processor that refuses replays and was not allowed by name is.
    package init(
        _ request: ReplayRequest, of live: Configuration, processors: ProcessorRegistry, job: ReplayJob
    ) throws(ReplayFault) {
        self.request = request
        let (source, isDerived) = try Self.source(request.topic, in: live)
        isOfLetters = source.isDeadLetterTopic
        let chosen = try Self.chosenRoutes(request, in: live)
        var targets: [Target] = []
        var routes: [RouteConfiguration] = []
        for route in chosen {
            guard let factory = processors.factory(named: route.processor) else {
                throw ReplayFault("there is no processor '\(route.processor)'")
            }
            let target = Target(
                processor: route.processor, patterns: route.types ?? factory.types, policy: factory.replay,
                isAllowedByName: request.allowedSideEffects.contains(route.processor))
            targets.append(target)
            if !target.isSuppressed { routes.append(route) }
        }
        self.targets = targets
        try Self.checkSideEffects(targets, request)
        var configuration = live
        configuration.group = job.group
        configuration.admin = nil
        configuration.sources = [source]
        configuration.routes = routes
        configuration.unrouted = .skip
        // A letter that fails again is one more letter beside it, with the same origin: the end was fixed before.
        if isDerived { configuration.deadLetter.topic = request.topic }
        self.configuration = configuration
    }

    /// What the replay's worker hands over.
    package var selection: ReplaySelection {
        ReplaySelection(
            types: request.types, keys: request.keys, suppressed: targets.filter(\.isSuppressed).map(\.patterns))
    }

    /// The source by its name; a dead-letter topic is read as the source whose letters it holds.
    private static func source(
        _ topic: String, in live: Configuration
    ) throws(ReplayFault) -> (SourceConfiguration, isDerived: Bool) {
        if let source = live.sources.first(where: { $0.topic == topic }) { return (source, false) }
        if var source = live.sources.first(where: { live.deadLetter.topic(for: $0.topic) == topic }) {
            source.topic = topic
            source.isDeadLetterTopic = true
            return (source, true)
        }
        let known = live.sources.flatMap { [$0.topic, live.deadLetter.topic(for: $0.topic)] }
        let meant = NearestName.of(topic, among: known).map { "; did you mean '\($0)'?" } ?? ""
        throw ReplayFault(
            "the topic '\(topic)' is none of the configuration's sources or their dead-letter topics "
                + "(\(known.joined(separator: ", ")))\(meant)")
    }

    private static func chosenRoutes(
        _ request: ReplayRequest, in live: Configuration
    ) throws(ReplayFault) -> [RouteConfiguration] {
        let known = live.routes.map(\.processor)
        for name in request.processors + request.allowedSideEffects where !known.contains(name) {
            let meant = NearestName.of(name, among: known).map { "; did you mean '\($0)'?" } ?? ""
            throw ReplayFault(
                "no route of the configuration has the processor '\(name)' (\(known.joined(separator: ", ")))\(meant)")
        }
        for name in request.allowedSideEffects where !request.processors.contains(name) {
            throw ReplayFault("'\(name)' is allowed side effects, and is none of the replay's processors")
        }
        return live.routes.filter { request.processors.contains($0.processor) }
    }

    private static func checkSideEffects(
        _ targets: [Target], _ request: ReplayRequest
    ) throws(ReplayFault) {
        let refusing = targets.filter { $0.policy == .refused && !$0.isAllowedByName }.map(\.processor)
        if !refusing.isEmpty {
            let names = Set(refusing).sorted()
            throw ReplayFault(
                "\(names.joined(separator: " and ")) would have its side effects a second time, and refuses a replay; "
                    + "allow it by name: " + names.map { "--allow-side-effects \($0)" }.joined(separator: " "))
        }
        if targets.allSatisfy(\.isSuppressed) {
            throw ReplayFault(
                "a replay only counts for \(Set(request.processors).sorted().joined(separator: " and ")), so that "
                    + "nothing would be done; call it by --allow-side-effects, or see --dry-run for the counts")
        }
    }
}
