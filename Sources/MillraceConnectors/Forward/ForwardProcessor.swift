public import Millrace
import MillraceKafka

/// `forward`: produces each event to another topic of the same cluster.
///
/// Done when all in-sync replicas have it. Key, timestamp and headers are kept, but for `millrace-*` headers of dead
/// letters; keys are partitioned as Java clients do it. While brokers are away, or the topic is missing or refuses this
/// client, the processor is unavailable; what is too large for the topic is dead-lettered as `rejected:tooLarge`. After
/// a crash or a broker's silence an event may be there twice.
public struct ForwardProcessor: Processor {
    /// The options of a route with this processor.
    public struct Options: ProcessorOptions {
        /// The topic to produce to.
        public var topic = ""
        /// How events are written.
        public var mode = ForwardMode.asReceived
        /// How long an acknowledgement may take before the processor counts as unavailable.
        public var timeout = Duration.seconds(10)

        /// No topic yet.
        public init() {}

        /// `topic`, `mode` and `timeout`.
        public static let keys: [OptionKey<Self>] = [
            .option("topic", \.topic, .topic, "The topic that events are produced to, in the same cluster.").required(),
            .choice("mode", \.mode, "How events are written."),
            .duration(
                "timeout", \.timeout, in: .milliseconds(100) ... .seconds(300),
                "How long the brokers' acknowledgement may take before the processor counts as unavailable."),
        ]
    }

    /// `forward`
    public static let name = "forward"
    /// What it does.
    public static let summary = "Produces each event to another topic, acknowledged by the brokers."
    /// Every type.
    public static let types: [TypePattern] = ["*"]
    /// A replay would produce everything again.
    public static let replay = ReplayPolicy.refused

    private let topic: String
    private let mode: ForwardMode
    private let producers: ForwardProducers

    /// Makes the producer and looks the topic up. Throws `WorkerError` for a topic that there is not, a client that is
    /// refused, or properties that librdkafka refuses; brokers that do not answer are waited for later.
    public init(_ options: Options, _ context: ProcessorContext) async throws {
        topic = options.topic
        mode = options.mode
        producers = try ForwardProducers(context.kafka, timeout: options.timeout, processor: Self.name)
        do {
            try producers.lookUp(topic, log: context.log.with([.processor: .text(Self.name)]))
        } catch {
            producers.close()
            throw error
        }
    }

    /// Produces the event and waits for the acknowledgement; the lane goes on with other keys meanwhile.
    public func process(_ delivery: Delivery) async throws {
        if delivery.topic == topic {
            throw ProcessingError.reject("sameTopic", "forwarding '\(topic)' to itself would never end")
        }
        do {
            try await producers.send(OutgoingRecord(delivery, mode: mode), to: topic)
        } catch let error as KafkaError {
            throw ForwardOutcome.error(for: error, topic: topic)
        }
    }

    /// Ends the producers.
    public func close() async { producers.close() }
}
