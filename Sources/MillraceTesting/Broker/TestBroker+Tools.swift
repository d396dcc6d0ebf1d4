import Foundation

extension TestBroker {
    /// What Kafka's own tool says a group has committed, by partition; nil where no Kafka is there to ask with, or the
    /// broker is the embedded one.
    package func committedByTool(group: String, _ topic: String) throws -> [Int32: Int64]? {
        guard embedded == nil, let tool = Programs.kafkaTool("kafka-consumer-groups.sh") else { return nil }
        let output = try ChildProcess.run(
            tool, ["--bootstrap-server", bootstrapServers, "--describe", "--group", group])
        var offsets: [Int32: Int64] = [:]
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count > 3, words[1] == topic, let partition = Int32(words[2]) else { continue }
            offsets[partition] = Int64(words[3])
        }
        return offsets
    }
}
