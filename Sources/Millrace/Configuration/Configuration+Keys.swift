import CloudEvents

extension Configuration {
    /// The whole file's table.
    package static var keys: [OptionKey<Configuration>] {
        [
            .option(
                "kafka", \.kafka, .texts(isSecret: Configuration.isSecretProperty),
                "Properties of librdkafka, passed through under their own names. bootstrap.servers is required."),
            .section(
                "worker", \.self, keys: { workerKeys }, initial: { Configuration() }, "The worker itself."),
            .sections(
                "sources", \.sources, keys: { SourceConfiguration.keys }, initial: { SourceConfiguration(topic: "") },
                "The topics to consume, at least one."),
            .section(
                "deadLetter", \.deadLetter, keys: { DeadLetterConfiguration.keys },
                initial: { DeadLetterConfiguration() }, "Where a record goes that cannot be processed."),
            .choice(
                "unrouted", \.unrouted,
                "What becomes of an event that no route takes: deadLetter (as noRoute) or skip (counted)."),
            .sections(
                "routes", \.routes, keys: { RouteConfiguration.keys }, initial: { RouteConfiguration(processor: "") },
                "Which processor gets which types: at least one route, at most 63."),
        ]
    }

    private static var workerKeys: [OptionKey<Configuration>] {
        [
            .string("group", \.group, "The consumer group.").required(),
            .optional(
                "admin", \.admin, .address,
                "Where health and metrics answer. Without it, nowhere."),
            .bytes(
                "memory", \.memory, in: (16 << 20)...,
                "The budget over prefetch, queues, records in flight and retries together."),
            .duration(
                "drain", \.drain, in: .zero ... .seconds(3600),
                "How long a stop or a revocation waits for what is in flight."),
            .optional(
                "lanes", \.lanes, .integer(in: 1...256),
                "Threads that read and process. Without it, as many as the machine has processors."),
            .duration(
                "commitInterval", \.commitInterval, in: .milliseconds(10) ... .seconds(3600),
                "The longest time between two commits of a partition that moved."),
            .duration(
                "stuckAfter", \.stuckAfter, in: .seconds(1) ... .seconds(7 * 86_400),
                "After this time in one handler a record is reported as stuck; after three times as long liveness fails."
            ),
            .integer(
                "maximumCrashes", \.maximumCrashes, in: 0...100,
                "After so many starts that ended without a clean stop and without progress, a partition's records are tried "
                    + "one at a time; one that takes the process down so often by itself is dead-lettered as "
                    + "crashedProcess. 0: never."),
            .bytes(
                "maximumEventBytes", \.maximumEventBytes, in: 1024...(1 << 30),
                "The largest record value that is taken; a larger one is dead-lettered as tooLarge."),
            .duration(
                "connectTimeout", \.connectTimeout, in: .seconds(1) ... .seconds(86_400),
                "How long to wait for a broker at the start before giving up."),
        ]
    }
}

extension SourceConfiguration {
    package static var keys: [OptionKey<SourceConfiguration>] {
        [
            .option("topic", \.topic, .topic, "The topic's name.").required(),
            .option("profile", \.profile, .profile, "What is tolerated in its events."),
            .option(
                "typeAliases", \.typeAliases, .texts(isSecret: { _ in false }),
                "Other names of event types, and the canonical name of each, beside those of Qlik's events."),
            .choice("start", \.start, "Where to start when the group has no committed offset."),
            .choice(
                "onMissingOffset", \.onMissingOffset,
                "What to do when the committed offset is no longer in the log: fail stops and lets an operator decide."
            ),
            .optional(
                "contentMode", \.contentMode, .choice(),
                "Fixes how records are read. Without it, as each record's headers say."),
            .boolean(
                "deadLetterTopic", \.isDeadLetterTopic,
                "This topic is a dead-letter or redrive topic: its letters keep their origin."),
        ]
    }
}

extension DeadLetterConfiguration {
    package static var keys: [OptionKey<DeadLetterConfiguration>] {
        [
            .option("topic", \.topic, .topicTemplate, "The dead-letter topic; {topic} stands for the source's name."),
            .option(
                "redriveTopics", \.redriveTopics, .list(of: .topic),
                "Topics whose letters keep their origin when consumed, beside sources with deadLetterTopic: true."),
            .optionalSection(
                "guard", \.letterGuard, keys: { LetterGuardConfiguration.keys },
                initial: { LetterGuardConfiguration() },
                "Stops a partition when too many of its records become letters; off without it, {} turns it on. It goes on "
                    + "when the worker is started again."),
        ]
    }
}

extension RouteConfiguration {
    package static var keys: [OptionKey<RouteConfiguration>] {
        [
            .string("processor", \.processor, "The processor's name; the command 'processors' lists them.")
                .required(),
            .optional(
                "types", \.types, .list(of: .typePattern),
                "The event types it gets. Without it, the processor's own."),
            .choice("order", \.order, "Which records wait for one another: those of one key, of one partition, none."),
            .integer("concurrency", \.concurrency, in: 1...65_536, "Records in flight at most, in this worker."),
            .optional(
                "timeout", \.timeout, .duration(in: .milliseconds(1) ... .seconds(7 * 86_400)),
                "Cancels a handler after this time; the key stays blocked until the handler returned. Without it, never. "
                    + "Not for a processor that blocks: nothing can cancel it."
            ),
            .section(
                "retry", \.retry, keys: { RetryConfiguration.keys }, initial: { RetryConfiguration() },
                "How often and how fast an attempt is repeated."),
            .optionalSection(
                "deduplicate", \.deduplicate, keys: { DeduplicationConfiguration.keys },
                initial: { DeduplicationConfiguration() },
                "De-duplication, off without it; {} turns it on. An event is passed over (reason duplicate) where the route "
                    + "succeeded with the same source, id, type and data before, in the same partition and this process."
            ),
            .optionalSection(
                "circuitBreaker", \.circuitBreaker, keys: { CircuitBreakerConfiguration.keys },
                initial: { CircuitBreakerConfiguration() },
                "Circuit breaker, off without it; {} turns it on. While nearly all attempts fail, the route's partitions "
                    + "wait instead of filling the dead-letter topic, and one probe at a time is made."),
            .option("options", \.options, .untyped, "The processor's own options."),
        ]
    }
}

extension DeduplicationConfiguration {
    package static var keys: [OptionKey<DeduplicationConfiguration>] {
        [
            .duration(
                "window", \.window, in: .seconds(1) ... .seconds(7 * 86_400),
                "De-duplication: how long after its success an event is remembered. Off without the section."),
            .integer(
                "count", \.count, in: 1...1_000_000,
                "De-duplication: events of each partition that are remembered at most, up to 150 bytes each, beside worker.memory."
            ),
        ]
    }
}

extension RetryConfiguration {
    package static var keys: [OptionKey<RetryConfiguration>] {
        [
            .integer(
                "attempts", \.attempts, in: 1...65_535, "Attempts in all, the first one counted; then a letter."),
            .option(
                "backoff", \.backoff, .durations(in: .milliseconds(1) ... .seconds(7 * 86_400)),
                "The first delay's upper bound, which doubles, and the last one's. Each delay is drawn below its bound."
            ),
        ]
    }
}
