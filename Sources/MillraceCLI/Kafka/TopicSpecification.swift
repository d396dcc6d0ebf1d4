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

/// What Kafka permits as a topic's name.
enum TopicName {
    /// As a flag takes it.
    static var type: OptionType<String> {
        OptionType(
            "a topic's name: 1 to 249 of the letters a-z, A-Z, digits, '.', '_' and '-'",
            parse: { isValid($0) ? $0 : nil }, text: { $0 })
    }

    static func isValid(_ name: String) -> Bool {
        (1...249).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
