import Millrace
import MillraceKafka

/// `millrace broker`.
struct BrokerCommand: Command {
    static let name = "broker"
    static let summary = "Runs the embedded broker until it is stopped, and prints its address."
    static let details = """
        The first line on stdout is the address, for --kafka of the other commands or
        for bootstrap.servers. With it, produce and run need no Kafka:

          millrace broker --topic tasks:4            # prints 127.0.0.1:PORT
          millrace produce --kafka 127.0.0.1:PORT --topic tasks events.jsonl

        It keeps everything in memory, about 5 MiB a partition, the oldest records
        going first, and forgets it when it stops (SIGINT or SIGTERM). A topic that
        nobody made appears with 4 partitions when somebody asks for it. It has no
        transactions, no look-up by time, no TLS and no passwords. Clients join faster
        with session.timeout.ms=3500, heartbeat.interval.ms=300, fetch.wait.max.ms=20.
        """

    static let topics = Flag.repeated(
        "topic", letter: "t", "NAME[:PARTITIONS]", TopicSpecification.type,
        "Makes a topic first; 4 partitions unless said.")
    static let json = Flag.toggle("json", "Print one JSON object instead of the address.")
    static let flags: [any FlagDefinition] = [topics, json]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        // Before the address is out: whoever reads it may stop us at once.
        let signals = StopSignals()
        let broker: EmbeddedBroker
        do {
            broker = try EmbeddedBroker()
            for topic in invocation[topics] { try broker.createTopic(topic.name, partitions: topic.partitions) }
        } catch {
            throw CommandError(error, "the embedded broker does not start")
        }
        defer { broker.stop() }
        if invocation[json] {
            try invocation.output.write(description(of: broker, topics: invocation[topics]))
        } else {
            try invocation.output.writeLine(broker.bootstrapServers)
        }
        try invocation.output.flush()
        if invocation.messages.isTerminal { invocation.report("The broker runs until Ctrl-C.") }
        _ = await signals.next()
        return .success
    }

    private static func description(of broker: EmbeddedBroker, topics: [TopicSpecification]) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("bootstrapServers", broker.bootstrapServers)
        json.name("topics")
        json.beginArray()
        for topic in topics {
            json.beginObject()
            json.member("name", topic.name)
            json.member("partitions", Int64(topic.partitions))
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.lineFeed()
        return String(decoding: json.take(), as: UTF8.self)
    }
}
