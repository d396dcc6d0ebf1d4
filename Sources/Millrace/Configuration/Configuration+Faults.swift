extension Configuration {
    /// Everything that is wrong with this configuration, none where a worker can be started with it: values beyond
    /// their bounds, names that nobody knows, options that a processor does not take, places that do not go together.
    ///
    /// - Parameter processors: what routes may name.
    public func faults(processors: ProcessorRegistry) -> [OptionFault] {
        // The tables judge what a program set by reading it as if it had stood in a file.
        var scratch = Configuration()
        let faults = OptionTable.read(OptionTable.write(self, Self.keys), Self.keys, into: &scratch)
        return faults + conflicts(processors: processors, besides: faults)
    }

    /// Throws every fault at once, where there is one: what ``faults(processors:)`` says.
    public func validate(processors: ProcessorRegistry) throws(OptionFaults) {
        let faults = faults(processors: processors)
        guard faults.isEmpty else { throw OptionFaults(faults) }
    }

    /// What is wrong between places that are each right by themselves. What only follows from faults that are known is
    /// left out: one mistake is said once.
    package func conflicts(processors: ProcessorRegistry, besides known: [OptionFault]) -> [OptionFault] {
        let conflicts = kafkaConflicts() + workerConflicts() + sourceConflicts() + routeConflicts(processors)
        return conflicts.filter { conflict in !known.contains { conflict.follows(from: $0) } }
    }

    private static let root = OptionPath()

    private func workerConflicts() -> [OptionFault] {
        guard maximumEventBytes > memory else { return [] }
        return [
            OptionFault(
                .conflict, at: Self.root.appending("worker").appending("maximumEventBytes"),
                "one event may not be larger than the whole budget",
                found: ByteSizeText.text(maximumEventBytes), allowed: "at most memory: \(ByteSizeText.text(memory))")
        ]
    }

    private func sourceConflicts() -> [OptionFault] {
        let path = Self.root.appending("sources")
        if sources.isEmpty {
            return [OptionFault(.missingKey, at: path, "no source", allowed: "at least one item, '- topic: NAME'")]
        }
        var faults: [OptionFault] = []
        var first: [String: Int] = [:]
        for (index, source) in sources.enumerated() where !source.topic.isEmpty {
            let place = path.appending(index).appending("topic")
            if let earlier = first[source.topic] {
                faults.append(
                    OptionFault(
                        .conflict, at: place, "the topic is a source already, sources[\(earlier)]",
                        found: OptionValue(source.topic).shown))
            } else {
                first[source.topic] = index
            }
            faults += letterConflicts(of: source, at: place)
        }
        return faults
    }

    /// A letter's topic must not be a source, or every letter would be read again: unless somebody says so.
    private func letterConflicts(of source: SourceConfiguration, at place: OptionPath) -> [OptionFault] {
        let letterTopic = deadLetter.topic(for: source.topic)
        var faults: [OptionFault] = []
        if !TopicName.isValid(letterTopic), TopicName.isValid(source.topic),
            TopicName.isValid(deadLetter.topic(for: "t"))
        {
            faults.append(
                OptionFault(
                    .conflict, at: place, "the name of its dead-letter topic would be too long",
                    found: OptionValue(letterTopic).shown, allowed: "at most 249 characters"))
        }
        let feeding = sources.filter { deadLetter.topic(for: $0.topic) == source.topic }
        if !source.isDeadLetterTopic, let from = feeding.first {
            faults.append(
                OptionFault(
                    .conflict, at: place, "this source is the dead-letter topic of the source '\(from.topic)'",
                    found: OptionValue(source.topic).shown,
                    allowed: "another topic, or deadLetterTopic: true where letters are to be read again"))
        }
        return faults
    }

    private func routeConflicts(_ processors: ProcessorRegistry) -> [OptionFault] {
        let path = Self.root.appending("routes")
        if routes.isEmpty {
            return [OptionFault(.missingKey, at: path, "no route", allowed: "at least one item, '- processor: NAME'")]
        }
        var faults: [OptionFault] = []
        if routes.count > Self.maximumRoutes {
            faults.append(
                OptionFault(
                    .outOfRange, at: path, "too many routes", found: "\(routes.count)",
                    allowed: "1 to \(Self.maximumRoutes)"))
        }
        for (index, route) in routes.enumerated() where !route.processor.isEmpty {
            faults += route.conflicts(processors, at: path.appending(index))
        }
        return faults
    }

    /// A set of routes is one word, of which a bit stands for what no route gets.
    package static let maximumRoutes = 63
}

extension OptionFault {
    /// At the same place or inside it; or what is said to be missing was there, and wrong.
    fileprivate func follows(from known: OptionFault) -> Bool {
        if known.path.isRoot { return false }
        return path.elements.starts(with: known.path.elements)
            || (code == .missingKey && known.path.elements.starts(with: path.elements))
    }
}

extension RouteConfiguration {
    fileprivate func conflicts(_ processors: ProcessorRegistry, at path: OptionPath) -> [OptionFault] {
        guard let factory = processors.factory(named: processor) else {
            let names = processors.factories.map(\.name).sorted()
            return [
                OptionFault(
                    .unknownProcessor, at: path.appending("processor"), "unknown processor",
                    found: OptionValue(processor).shown,
                    allowed: names.isEmpty ? "none: no processor was compiled in" : names.joined(separator: ", "),
                    suggestion: NearestName.of(processor, among: names))
            ]
        }
        var faults: [OptionFault] = []
        if let timeout, factory.execution.kind == .blocking {
            faults.append(
                OptionFault(
                    .conflict, at: path.appending("timeout"),
                    "'\(processor)' blocks a thread of its own, where no handler can be cancelled",
                    found: DurationText.text(timeout),
                    allowed: "no timeout; what such a processor waits for it has to limit itself"))
        }
        let types = types ?? factory.types
        if types.isEmpty {
            faults.append(
                OptionFault(
                    .missingKey, at: path.appending("types"), "no type",
                    allowed: "at least one; '\(processor)' has none of its own"))
        }
        if self.types == nil {
            // Its own, which nobody judged yet.
            faults += types.compactMap { type in
                type.fault.map {
                    OptionFault(.invalidValue, at: path.appending("processor"), "its type \(type): \($0)")
                }
            }
        }
        faults += factory.check(options).map { fault in
            var fault = fault
            fault.path = path.appending("options").appending(fault.path)
            return fault
        }
        return faults
    }
}
