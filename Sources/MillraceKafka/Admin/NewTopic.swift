/// A topic to be made.
package struct NewTopic: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// How many partitions it has; nil for the broker's default.
    package var partitions: Int?
    /// How many brokers keep it; nil for the broker's default.
    package var replication: Int?
    /// Its configuration, for example `retention.ms`.
    package var configuration: [String: String]

    /// A topic to be made.
    package init(
        _ name: String, partitions: Int? = nil, replication: Int? = nil, configuration: [String: String] = [:]
    ) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.configuration = configuration
    }
}

/// One entry of a topic's configuration.
package struct TopicSetting: Sendable, Hashable {
    /// The value in effect; nil where the broker keeps it to itself.
    package var value: String?
    /// Whether it was set for this topic, rather than for the broker or by default.
    package var isOwn: Bool
}
