import CloudEvents
import MillraceEngine
package import MillraceKafka
import Synchronization

extension WorkerControl {
    /// Connects, looks everything up that must be known before the first record, starts the lanes, and joins.
    func start() throws(WorkerError) {
        var properties = KafkaProperties(configuration.kafka)
        properties["group.id"] = configuration.group
        properties.requestLog = configuration.requestLog
        let partitions = try lookUpTopics(properties)
        try startLanes(properties)
        // Prefetch counts a partition queue and is fixed when the client is made: hence the look-up before.
        let budget = KafkaProperties.prefetch(budgetBytes: prefetchBytes, partitions: partitions)
        let consumer: KafkaConsumer
        do throws(KafkaError) {
            consumer = try KafkaConsumer(budget.overridden(by: properties), delegate: self)
            self.consumer = consumer
            ends = replayEnds
            if ends == nil, limit.kind == .end {
                ends = try EndWatch(sources: Array(sources.keys), consumer: consumer)
            }
            try consumer.subscribe(Array(sources.keys))
        } catch {
            throw WorkerError(error, "the group '\(configuration.group)' could not be joined")
        }
        lag = try LagWatch(consumer: consumer, observer: observer, ends: ends)
        if KafkaConsumer.needsKeepFetching { fetching = try WorkerThread(name: "mr-fetch") { consumer.keepFetching() } }
    }

    /// Three eighths of the budget are for what the client fetches ahead, the rest for what is at work.
    private var prefetchBytes: Int { configuration.memory / 8 * 3 }

    /// What records at work may take.
    var recordBytes: Int { configuration.memory - prefetchBytes }

    /// Waits for a broker, checks that the sources and their dead-letter topics are there, and counts partitions.
    private func lookUpTopics(_ properties: KafkaProperties) throws(WorkerError) -> Int {
        let admin: KafkaAdmin
        do throws(KafkaError) {
            admin = try KafkaAdmin(properties.withoutGroup)
        } catch {
            throw WorkerError(error, "no client could be made")
        }
        defer { admin.destroy() }
        let deadline = clock.now() &+ configuration.connectTimeout.nanoseconds
        var partitions = 0
        for source in sources.values.sorted(by: { $0.topic < $1.topic }) {
            partitions += try partitionCount(of: source.topic, admin, deadline)
        }
        for topic in Set(sources.values.map(\.letterTopic)).sorted() { try checkLetterTopic(topic, admin, deadline) }
        return partitions
    }

    private func partitionCount(
        of topic: String, _ admin: KafkaAdmin, _ deadline: UInt64
    ) throws(WorkerError) -> Int {
        var isReported = false
        while true {
            if isStopRequested { throw WorkerError(.unavailable, "stopped before a broker answered") }
            var trouble: WorkerError
            do throws(KafkaError) {
                if let count = try admin.readyTopic(topic, timeoutMilliseconds: 2_000)?.leaders.count { return count }
                trouble = WorkerError(
                    .unavailable,
                    "the topic '\(topic)' does not exist; create it: kafka-topics.sh --bootstrap-server "
                        + "\(configuration.kafka["bootstrap.servers"] ?? "") --create --topic \(topic) --partitions 8")
            } catch {
                let told = admin.takeErrors()
                // What the client met there says more than that it could not be asked.
                let met = error.kind == .unavailable ? told.last { $0.isOfConnection } : nil
                trouble = WorkerError(
                    met ?? error, "no broker answers at \(configuration.kafka["bootstrap.servers"] ?? "")")
                if trouble.code == .notPermitted || trouble.code == .configuration { throw trouble }
                let cause = error.explained(by: told)
                if cause.kind == .certificate {
                    throw WorkerError(
                        cause, "no trust in the broker at \(configuration.kafka["bootstrap.servers"] ?? "")")
                }
                if cause != error { throw WorkerError(cause, "the broker refused the client") }
            }
            if clock.now() >= deadline { throw trouble }
            if !isReported {
                isReported = true
                observer?.observe(
                    .broker(level: .warning, name: "waitingForBroker", message: "\(trouble.message); trying again"))
            }
            changes.wait(nanoseconds: 200_000_000)
        }
    }

    private func checkLetterTopic(_ topic: String, _ admin: KafkaAdmin, _ deadline: UInt64) throws(WorkerError) {
        let found: TopicMetadata?
        do throws(KafkaError) {
            found = try admin.topic(topic, timeoutMilliseconds: 5_000)
        } catch {
            throw WorkerError(error, "the dead-letter topic '\(topic)' could not be looked up")
        }
        if found == nil { try makeLetterTopic(topic, admin) }
        warnOfDangers(topic, admin)
    }

    private func makeLetterTopic(_ topic: String, _ admin: KafkaAdmin) throws(WorkerError) {
        let source = sources.values.first { $0.letterTopic == topic }
        let count = source.flatMap { try? admin.topic($0.topic, timeoutMilliseconds: 5_000)?.leaders.count } ?? 1
        guard createsTopics else {
            throw WorkerError(
                .configuration,
                "the dead-letter topic '\(topic)' does not exist; create it: kafka-topics.sh --bootstrap-server "
                    + "\(configuration.kafka["bootstrap.servers"] ?? "") --create --topic \(topic) --partitions \(count) "
                    + "--config retention.ms=-1, or run with --create-topics")
        }
        do throws(KafkaError) {
            try admin.createTopics([NewTopic(topic, partitions: count, configuration: ["retention.ms": "-1"])])
            _ = try admin.readyTopic(topic, timeoutMilliseconds: 10_000)
        } catch {
            throw WorkerError(error, "the dead-letter topic '\(topic)' could not be created")
        }
    }

    private func warnOfDangers(_ topic: String, _ admin: KafkaAdmin) {
        // A broker that does not tell (the embedded one) is no reason not to start.
        guard (try? admin.hasController(timeoutMilliseconds: 5_000)) == true,
            let settings = try? admin.topicConfiguration(topic, timeoutMilliseconds: 5_000)
        else { return }
        for danger in LetterTopicDanger.all(in: settings.compactMapValues(\.value)) {
            observer?.observe(.broker(level: .warning, name: danger.name, message: danger.message(topic: topic)))
        }
    }

    private func startLanes(_ properties: KafkaProperties) throws(WorkerError) {
        let count = configuration.lanes ?? ProcessorCount.available
        placement = LanePlacement(laneCount: count)
        let letterTopics = Set(sources.values.map(\.letterTopic))
        for route in routes where route.execution.kind == .blocking {
            let thread = try BlockingRoute(route: route)
            try thread.start()
            blocking[route.index] = thread
        }
        let producerProperties = properties.withoutGroup
        let shared = Lane.Shared(
            routes: routes, router: Router(routes.map(\.patterns)), unrouted: configuration.unrouted,
            group: configuration.group, clock: clock, board: board, observer: observer,
            budget: MemoryBudget(total: recordBytes, lanes: count),
            letters: { wake in
                let writer = try LetterWriter { (extra: KafkaProperties) throws(KafkaError) in
                    try KafkaProducer(
                        producerProperties.overridden(by: extra), for: .letterProducer,
                        wake: WakeTarget(descriptor: wake.writeDescriptor))
                }
                do {
                    for topic in letterTopics { _ = try writer.lookUp(topic, timeoutMilliseconds: 10_000) }
                } catch {
                    writer.close()
                    throw error
                }
                return writer
            }, blocking: blocking, stuckAfter: configuration.stuckAfter.nanoseconds, selection: replay?.selection,
            rate: replay?.rate.map { RateGate(perSecond: $0) },
            letterGuard: configuration.deadLetter.letterGuard?.rules,
            crashes: { [weak self] message in self?.crashMessages.withLock { $0.append(message) } })
        for number in 0..<count {
            let lane = try Lane(number: number, lanes: count, shared: shared)
            lanes.append(lane)
            laneThreads.append(try WorkerThread(name: "mr-lane-\(number)") { lane.run() })
        }
    }
}

extension KafkaProperties {
    /// What clients that are no members of the group take: properties of consumers only are dropped.
    package var withoutGroup: KafkaProperties {
        KafkaProperties(pairs.filter { !KafkaProperties.isForConsumersOnly($0.name) })
    }

    private static func isForConsumersOnly(_ name: String) -> Bool {
        let names = [
            "group.id", "group.instance.id", "group.protocol", "partition.assignment.strategy", "session.timeout.ms",
            "heartbeat.interval.ms", "max.poll.interval.ms", "isolation.level", "check.crcs",
            "coordinator.query.interval.ms", "group.remote.assignor",
        ]
        return names.contains(name) || name.hasPrefix("fetch.") || name.hasPrefix("queued.")
            || name == "max.partition.fetch.bytes"
    }
}
