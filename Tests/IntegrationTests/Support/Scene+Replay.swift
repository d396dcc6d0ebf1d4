import Foundation
import Millrace
import MillraceEngine
import MillraceKafka
import MillraceTesting

extension Scene {
    /// `millrace replay` as a process of its own, to the directed processor with a folder of its own.
    func replay(
        _ name: String, folder: TemporaryFolder, concurrency: Int = 64, _ arguments: [String]
    ) throws -> ChildProcess {
        let yaml = yaml(folder: folder, concurrency: concurrency)
        try folder.write(Array(yaml.utf8), to: "replay.yaml")
        return try ChildProcess(
            try Programs.built("MillraceDirectedWorker"),
            [
                "replay", "--config", folder.path("replay.yaml"), "--topic", topic, "--processors",
                DirectedProcessor.name, "--name", name, "--json",
            ] + arguments)
    }

    /// How far a replay is, by its group alone; nil where there is no such group.
    func replayStatus(_ name: String) throws -> ReplayStatus? {
        let admin = try KafkaAdmin(broker.properties)
        defer { admin.destroy() }
        return try ReplayStore(admin, timeoutMilliseconds: 30_000).find(ReplayJob(of: group, name: name), among: [])
    }

    /// Everything that the live group has committed, metadata included.
    func liveCommits() throws -> [CommittedOffset] {
        let admin = try KafkaAdmin(broker.properties)
        defer { admin.destroy() }
        return try admin.committed(group: group, timeoutMilliseconds: 30_000)
            .sorted { $0.topicPartition < $1.topicPartition }
    }
}

extension Journal {
    /// The records that a step happened to, each as often as it did.
    func places(_ step: Step) -> [RecordPlace] {
        entries(step).map { RecordPlace(partition: $0.partition, offset: $0.offset) }
    }
}

/// A record of a topic.
struct RecordPlace: Hashable, Comparable, Sendable {
    var partition: Int32
    var offset: Int64

    static func < (left: RecordPlace, right: RecordPlace) -> Bool {
        (left.partition, left.offset) < (right.partition, right.offset)
    }
}
