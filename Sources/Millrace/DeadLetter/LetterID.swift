/// Which letter: where it stands in its dead-letter topic. As text `TOPIC/PARTITION/OFFSET`, to be copied and pasted; no
/// topic's name has a solidus.
package struct LetterID: Sendable, Hashable, CustomStringConvertible {
    /// The dead-letter topic.
    package var topic: String
    /// The partition, from 0.
    package var partition: Int32
    /// The letter's offset, from 0.
    package var offset: Int64

    package init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    /// Reads back what ``description`` writes; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let partition = Int32(parts[1]), partition >= 0,
            let offset = Int64(parts[2]), offset >= 0
        else { return nil }
        self.init(topic: String(parts[0]), partition: partition, offset: offset)
    }

    package var description: String { "\(topic)/\(partition)/\(offset)" }
}
