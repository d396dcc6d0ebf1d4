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

    /// The members of a group, as Kafka's own tool sees them: how many partitions each has, by its id. nil as above.
    package func membersByTool(group: String) throws -> [String: Int]? {
        guard embedded == nil, let tool = Programs.kafkaTool("kafka-consumer-groups.sh") else { return nil }
        let output = try ChildProcess.run(
            tool, ["--bootstrap-server", bootstrapServers, "--describe", "--members", "--group", group])
        var members: [String: Int] = [:]
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            // GROUP, CONSUMER-ID, HOST, CLIENT-ID, #PARTITIONS.
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count > 4, words[0] == group, let count = Int(words[4]) else { continue }
            members[String(words[1])] = count
        }
        return members
    }

    /// Takes a right from the user `millrace`, by Kafka's own tool.
    /// - Parameter resource: for example `--topic` and its name.
    package func deny(_ operation: String, _ resource: String...) throws {
        try addRule(["--deny-principal", "User:millrace", "--operation", operation] + resource)
    }

    /// Gives a user rights, and nobody any other on the same resources.
    package func allow(_ operations: String..., to resources: [String], user: String = "millrace") throws {
        try addRule(["--allow-principal", "User:\(user)"] + operations.flatMap { ["--operation", $0] } + resources)
    }

    private func addRule(_ words: [String]) throws {
        guard let tool = Programs.kafkaTool("kafka-acls.sh") else {
            throw ProgramFailed(description: "there is no kafka-acls.sh in KAFKA_HOME")
        }
        _ = try ChildProcess.run(tool, ["--bootstrap-server", bootstrapServers, "--add", "--force"] + words)
    }

    /// Every offset that a group committed, in order, by partition: what the broker itself keeps of it. Real brokers only.
    package func commits(of group: String, _ topic: String) throws -> [Int32: [Int64]] {
        var commits: [Int32: [Int64]] = [:]
        for record in try kcatWithoutHeaders("__consumer_offsets") {
            guard let key = record.key, let value = record.value else { continue }
            // Kafka's OffsetCommitKey of version 0 or 1, and OffsetCommitValue: its offset comes first in each version.
            var name = BigEndianReader(key[...])
            guard let version: Int16 = name.integer(), version < 2, name.text() == group, name.text() == topic,
                let partition: Int32 = name.integer()
            else { continue }
            var fields = BigEndianReader(value[...])
            guard let _: Int16 = fields.integer(), let offset: Int64 = fields.integer() else { continue }
            commits[partition, default: []].append(offset)
        }
        return commits
    }
}

/// Reads the Kafka protocol's integers and texts.
private struct BigEndianReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func integer<Number: FixedWidthInteger>() -> Number? {
        let size = MemoryLayout<Number>.size
        guard rest.count >= size else { return nil }
        defer { rest = rest.dropFirst(size) }
        return rest.prefix(size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func text() -> String? {
        guard let length: Int16 = integer(), length >= 0, rest.count >= Int(length) else { return nil }
        defer { rest = rest.dropFirst(Int(length)) }
        return String(decoding: rest.prefix(Int(length)), as: UTF8.self)
    }
}
