import Millrace
import MillraceKafka
import QlikTasks

/// The brokers that the demo runs on, and its topics there.
struct DemoCluster: Sendable {
    let properties: KafkaProperties
    /// Where the demo's records go.
    let topic: String
    /// The group of the demo's workers.
    let group: String
    /// Nil: somebody else's cluster.
    private let embedded: EmbeddedBroker?

    static let partitions = 6

    var deadLetterTopic: String { "\(topic).dead-letter" }

    /// What it is, for people.
    var description: String {
        embedded == nil ? properties["bootstrap.servers"] ?? "" : "the embedded broker"
    }

    /// Starts the embedded broker.
    static func embedded() throws(CommandError) -> DemoCluster {
        do {
            let broker = try EmbeddedBroker()
            let cluster = DemoCluster(
                properties: broker.properties, topic: "qlik.tasks", group: "millrace-demo", embedded: broker)
            try broker.createTopic(cluster.topic, partitions: partitions)
            try broker.createTopic(cluster.deadLetterTopic, partitions: partitions)
            return cluster
        } catch {
            throw CommandError(error, "the embedded broker does not start")
        }
    }

    /// Makes topics of names of their own in a cluster, which stay there.
    static func external(_ properties: KafkaProperties, timeout: Duration) throws(CommandError) -> DemoCluster {
        let name = "millrace-demo-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
        let cluster = DemoCluster(properties: properties, topic: name, group: name, embedded: nil)
        do {
            let admin = try KafkaAdmin(properties)
            defer { admin.destroy() }
            try cluster.connect(admin, timeout)
            // Letters keep the time of their records: a topic that forgets by time would forget them early.
            try admin.createTopics([
                NewTopic(cluster.topic, partitions: partitions),
                NewTopic(cluster.deadLetterTopic, partitions: partitions, configuration: ["retention.ms": "-1"]),
            ])
        } catch let error as KafkaError {
            throw CommandError(error, "the demo's topics cannot be made")
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError(.internal, "\(error)")
        }
        return cluster
    }

    /// Waits for an answer, so that brokers that are away are told apart from topics that cannot be made.
    private func connect(_ admin: KafkaAdmin, _ timeout: Duration) throws(CommandError) {
        let milliseconds = Int32(clamping: timeout.components.seconds * 1_000)
        do { _ = try admin.topic(topic, timeoutMilliseconds: milliseconds) } catch {
            throw CommandError(
                error.explained(by: admin.takeErrors()),
                "no answer from \(properties["bootstrap.servers"] ?? "any broker")")
        }
    }

    /// How a worker of the demo is configured that keeps the inventory of tasks in this database.
    func configuration(database: String) -> Configuration {
        var configuration = Configuration()
        configuration.kafka = Dictionary(properties.pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        configuration.group = group
        configuration.memory = 64 << 20
        configuration.sources = [SourceConfiguration(topic: topic)]
        var route = RouteConfiguration(processor: DemoProcessor.name)
        route.retry.attempts = 3
        route.retry.minimumBackoff = .milliseconds(20)
        route.retry.maximumBackoff = .milliseconds(200)
        var inventory = RouteConfiguration(processor: TaskInventoryProcessor.name)
        inventory.options = ["path": OptionValue(database)]
        configuration.routes = [route, inventory]
        return configuration
    }

    /// Ends the embedded broker.
    func stop() { embedded?.stop() }
}
