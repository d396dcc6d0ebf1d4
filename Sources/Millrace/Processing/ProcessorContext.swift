/// What a processor is given when it is made.
public struct ProcessorContext: Sendable {
    /// The consumer group of the worker.
    public let group: String
    /// Where to log. Keys beside those of the worker are the processor's own.
    public let log: Log
    /// The librdkafka properties of the worker, for processors that open clients of their own.
    package let kafka: [String: String]

    package init(group: String, log: Log, kafka: [String: String]) {
        self.group = group
        self.log = log
        self.kafka = kafka
    }
}
