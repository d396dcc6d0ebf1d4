import MillraceKafka

/// A setting of a dead-letter topic by which letters are lost or changed. Said at the start, since nobody would look for
/// it there.
package enum LetterTopicDanger: Sendable, Equatable {
    /// Letters keep their records' timestamps: time retention deletes those of old records within minutes.
    case lettersExpire(milliseconds: String)
    /// The broker replaces their timestamps.
    case letterTimestampsChange
    /// The broker refuses letters without a key, and keeps one of each key.
    case lettersCompacted

    /// The dangers of a topic's settings, by Kafka's names.
    package static func all(in settings: [String: String]) -> [LetterTopicDanger] {
        var dangers: [LetterTopicDanger] = []
        let policies = KafkaAdmin.cleanupPolicies(in: settings["cleanup.policy"] ?? "delete")
        if policies.contains("delete"), let retention = settings["retention.ms"], retention != "-1" {
            dangers.append(.lettersExpire(milliseconds: retention))
        }
        if settings["message.timestamp.type"] == "LogAppendTime" { dangers.append(.letterTimestampsChange) }
        if policies.contains("compact") { dangers.append(.lettersCompacted) }
        return dangers
    }

    /// The name in logs.
    package var name: String {
        switch self {
        case .lettersExpire: "lettersExpire"
        case .letterTimestampsChange: "letterTimestampsChange"
        case .lettersCompacted: "lettersCompacted"
        }
    }

    /// What it means, and what to set.
    package func message(topic: String) -> String {
        switch self {
        case .lettersExpire(let milliseconds):
            "'\(topic)' has retention.ms=\(milliseconds): letters keep their records' timestamps, so that those of old "
                + "records are deleted within minutes; set retention.ms=-1"
        case .letterTimestampsChange:
            "'\(topic)' has message.timestamp.type=LogAppendTime: letters lose their records' timestamps (a header keeps "
                + "them); set CreateTime"
        case .lettersCompacted:
            "'\(topic)' is compacted: letters without a key are refused, which holds their partitions, and of one key "
                + "only the last letter stays; set cleanup.policy=delete and retention.ms=-1"
        }
    }
}
