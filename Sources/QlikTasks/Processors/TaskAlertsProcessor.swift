public import CloudEvents
public import Millrace
import MillraceConnectors

/// `task-alerts`: turns what people want to hear of into CloudEvents: to a topic of the same cluster, or to a file.
///
/// - `millrace.task.disabledByFailures`: Qlik Cloud disabled a task after consecutive failures.
/// - `millrace.task.ownerTakenOver`: the owner was changed by the new owner. A PATCH through Qlik Cloud's REST interface
///   does so silently. Where the event does not say who did it, as documented updates do not, it is told too.
/// - `millrace.task.deletedWhileEnabled`: a task was deleted that was enabled.
///
/// An event counts as done when what it gives rise to is acknowledged by the brokers, or on the disk. It may be told twice
/// after a crash, with the same id. While that cannot be done, the processor is unavailable.
public final class TaskAlertsProcessor: BatchProcessor {
    /// The options of a route with this processor.
    public struct Options: ProcessorOptions {
        /// The topic that alerts are produced to; nil: to a file.
        public var topic: String?
        /// The file that alerts are appended to; nil: to a topic.
        public var path: String?
        /// The source of the alerts, a URI-reference.
        public var source = "/millrace/task-alerts"
        /// How long an acknowledgement may take before the processor counts as unavailable.
        public var timeout = Duration.seconds(10)

        /// Neither topic nor file yet.
        public init() {}

        /// `topic`, `path`, `source` and `timeout`.
        public static let keys: [OptionKey<Self>] = [
            .optional("topic", \.topic, .topic, "The topic that alerts are produced to, in the same cluster."),
            .optional("path", \.path, .path, "The file that alerts are appended to, one a line, instead of a topic."),
            .option(
                "source", \.source,
                OptionType(
                    "a URI-reference such as /millrace/task-alerts",
                    parse: { (try? CloudEvent(id: "1", source: $0, type: "a")) == nil ? nil : $0 }, text: { $0 }),
                "The source of the alerts."),
            .duration(
                "timeout", \.timeout, in: .milliseconds(100) ... .seconds(300),
                "How long the brokers' acknowledgement may take before the processor counts as unavailable."),
        ]
    }

    /// `task-alerts`
    public static let name = "task-alerts"
    /// What it does.
    public static let summary =
        "Tells of Qlik Cloud tasks disabled by failures, taken over, or deleted while enabled, as CloudEvents."
    /// Updates and deletions.
    public static let types: [TypePattern] = [TaskEventKind.updated, .deleted].map { TypePattern($0.type) }
    /// On a thread of its own: it waits for the disk.
    public static let execution = Execution.blocking
    /// A replay would tell everything again.
    public static let replay = ReplayPolicy.refused

    private let output: EventOutput
    private let topic: String?
    private let source: String

    /// Opens the file, or makes the producer. Throws `WorkerError` where neither or both are named, for a topic that there
    /// is not, and for a file that cannot be opened.
    public init(_ options: Options, _ context: ProcessorContext) async throws {
        topic = options.topic
        source = options.source
        switch (options.topic, options.path) {
        case (let topic?, nil):
            output = .topic(try TopicOutput(topic, context, timeout: options.timeout, processor: Self.name))
        case (nil, let path?): output = .file(try FileOutput(path, processor: Self.name))
        default:
            throw WorkerError(
                .configuration, "processor \(Self.name): one of the options topic and path is needed, and not both")
        }
    }

    /// Tells what the batch gives rise to.
    public func process(_ batch: inout DeliveryBatch) async throws {
        var alerts: [(key: String, event: CloudEvent)] = []
        for index in batch.indices {
            do { alerts += try self.alerts(batch[index]) } catch { batch.fail(at: index, error) }
        }
        if !alerts.isEmpty { try await output.write(alerts) }
    }

    private func alerts(_ delivery: Delivery) throws -> [(key: String, event: CloudEvent)] {
        if delivery.topic == topic {
            throw ProcessingError.reject("sameTopic", "alerts about '\(delivery.topic)' go to another topic")
        }
        let entry = try TaskEntry(delivery)
        return try TaskAlert.alerts(entry.kind, entry.state, user: entry.event["userid"]).map {
            (entry.state.id, try $0.event(about: entry, source: source))
        }
    }

    /// Ends the producer.
    public func close() async { output.close() }

    /// The task that the event is about.
    public static func explain(_ event: CloudEvent) -> Explanation? { TaskExplanation.explain(event) }
}
