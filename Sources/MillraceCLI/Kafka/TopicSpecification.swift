import Millrace

/// A topic to be made: `NAME` or `NAME:PARTITIONS`.
struct TopicSpecification: Sendable, Hashable {
    static let defaultPartitions = 4

    var name: String
    var partitions = defaultPartitions

    /// As a flag takes it.
    static var type: OptionType<TopicSpecification> {
        OptionType(
            "a topic's name, and after a colon its partitions from 1 to 1000, such as orders:8", parse: { Self($0) },
            text: { "\($0.name):\($0.partitions)" })
    }

    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, TopicName.isValid(String(first)) else { return nil }
        name = String(first)
        guard parts.count == 2 else { return }
        guard let count = Int(parts[1]), (1...1_000).contains(count) else { return nil }
        partitions = count
    }
}
