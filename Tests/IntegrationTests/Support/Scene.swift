import Foundation
import Millrace
import MillraceEngine
import MillraceKafka
import MillraceTesting

/// A topic with its dead-letter topic, a group, and a folder: what one test works with.
final class Scene: Sendable {
    let broker: TestBroker
    let topic: String
    let letterTopic: String
    let group: String
    let folder: TemporaryFolder

    /// Makes the topics.
    convenience init(
        _ purpose: String, on broker: TestBroker, partitions: Int = 1, topicConfiguration: [String: String] = [:],
        letterConfiguration: [String: String] = [:]
    ) throws {
        let topic = try broker.makeTopic(purpose, partitions: partitions, configuration: topicConfiguration)
        try broker.makeTopic(
            named: topic + ".dead-letter", partitions: partitions, configuration: letterConfiguration)
        try self.init(of: topic, on: broker)
    }

    /// Takes topics that are there.
    init(of topic: String, on broker: TestBroker) throws {
        self.broker = broker
        self.topic = topic
        letterTopic = topic + ".dead-letter"
        group = topic + ".group"
        folder = try TemporaryFolder("scene")
    }

    // MARK: - Events

    /// An event in structured mode whose data tells the processor what to do.
    static func event(
        _ id: String, source: String = "/tests", key: String? = nil, partition: Int32 = 0,
        type: String = "com.qlik.scheduling.task.created",
        _ change: (inout Directive) -> Void = { _ in }
    ) throws -> RecordLine {
        let data = String(decoding: try JSONEncoder().encode(Directive(change)), as: UTF8.self)
        let json =
            #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"\#(type)","data":\#(data)}"#
        return RecordLine(
            partition: partition, key: key.map { Array($0.utf8) },
            headers: [RecordLine.Header("content-type", "application/cloudevents+json")], value: Array(json.utf8))
    }

    @discardableResult
    func send(_ records: [RecordLine]) throws -> [RecordLine] { try broker.send(records, to: topic) }

    // MARK: - Workers

    /// The librdkafka properties of a worker: what the broker needs, and short waits.
    var properties: [String: String] {
        var all = ["session.timeout.ms": "6000", "heartbeat.interval.ms": "300"]
        for (name, value) in broker.properties.pairs { all[name] = value }
        return all
    }

    /// A worker with one route to the directed processor.
    func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
        var configuration = Configuration()
        configuration.kafka = properties
        configuration.group = group
        configuration.drain = .seconds(5)
        configuration.commitInterval = .milliseconds(100)
        configuration.lanes = 1
        configuration.sources = [SourceConfiguration(topic: topic)]
        configuration.routes = [route()]
        change(&configuration)
        return configuration
    }

    /// A route to a directed processor with a folder of its own, by default the scene's.
    func route(to processor: String = DirectedProcessor.name, folder: TemporaryFolder? = nil) -> RouteConfiguration {
        var route = RouteConfiguration(processor: processor)
        route.options = ["folder": OptionValue((folder ?? self.folder).url.path)]
        route.retry.minimumBackoff = .milliseconds(20)
        route.retry.maximumBackoff = .milliseconds(200)
        return route
    }

    /// A worker in this process.
    func worker(_ change: (inout Configuration) -> Void = { _ in }) throws -> RunningWorker {
        try RunningWorker(configuration(change))
    }

    /// A worker as a process of its own, which can be killed; `extra` are properties over those that the broker needs.
    func process(
        folder: TemporaryFolder? = nil, drain: String = "5s", concurrency: Int = 64, worker: String = "",
        attempts: Int = 5, properties extra: [String: String] = [:], arguments: [String] = []
    ) throws -> ChildProcess {
        let folder = folder ?? self.folder
        let yaml = yaml(
            folder: folder, drain: drain, concurrency: concurrency, worker: worker, attempts: attempts,
            properties: extra)
        try folder.write(Array(yaml.utf8), to: "millrace.yaml")
        return try ChildProcess(
            try Programs.built("MillraceDirectedWorker"),
            ["run", "--config", folder.path("millrace.yaml")] + arguments)
    }

    /// The configuration file of a process with one route to the directed processor; `worker` are more of its keys.
    func yaml(
        folder: TemporaryFolder, drain: String = "5s", concurrency: Int, worker: String = "",
        attempts: Int = 5, properties extra: [String: String] = [:]
    ) -> String {
        let kafka = properties.merging(extra) { $1 }.sorted { $0.key < $1.key }.map { "  \($0.key): \"\($0.value)\"\n" }
            .joined()
        return """
            kafka:
            \(kafka)worker: {group: \(group), drain: \(drain), commitInterval: 100ms\(worker)}
            sources:
              - {topic: \(topic)}
            routes:
              - processor: \(DirectedProcessor.name)
                concurrency: \(concurrency)
                retry: {attempts: \(attempts), backoff: 20ms..200ms}
                options: {folder: "\(folder.url.path)"}
            """
    }

    // MARK: - What can be seen

    /// The name of a partition of the source.
    func name(_ partition: Int32 = 0) -> PartitionName { PartitionName(topic: topic, partition: partition) }

    /// What the directed processors did.
    var journal: Journal { Journal(path: folder.path("journal")) }

    /// Lets events go on that wait for a file of this name.
    func open(_ file: String) throws { try folder.write([], to: file) }

    /// What the group has committed, as a client that is no member sees it.
    func committed(_ partition: Int32 = 0) throws -> Int64? {
        try broker.committed(group: group, topic, partition)
    }

    /// What the group has beside its committed offset.
    func metadata(_ partition: Int32 = 0) throws -> String? {
        try broker.committedMetadata(group: group, topic, partition)
    }

    /// Waits until the group has committed an offset.
    func waitForCommit(_ offset: Int64, partition: Int32 = 0) async throws {
        try await eventually("\(topic)[\(partition)] is committed up to \(offset)") {
            try committed(partition) == offset
        }
    }

    /// The letters, as kcat reads them, in the order of what they are letters of.
    func letters() throws -> [KcatRecord] {
        func origin(_ letter: KcatRecord) -> (Int64, Int64) {
            func number(_ name: String) -> Int64 { letter[name].flatMap { Int64($0) } ?? -1 }
            return (number("millrace-origin-partition"), number("millrace-origin-offset"))
        }
        return try broker.kcat(letterTopic).sorted { origin($0) < origin($1) }
    }

    /// The records of the source, as kcat reads them.
    func records() throws -> [KcatRecord] { try broker.kcat(topic) }
}
