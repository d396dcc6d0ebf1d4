package import MillraceEngine

/// A replay by its name, and the consumer group in which its progress stands.
package struct ReplayJob: Sendable, Hashable {
    /// The group of the live workers.
    package let liveGroup: String
    /// The job's own name.
    package let name: String

    package init(of liveGroup: String, name: String) {
        self.liveGroup = liveGroup
        self.name = name
    }

    /// The job's consumer group.
    package var group: String { Self.prefix(of: liveGroup) + name }

    /// What the groups of all replays of a live group begin with.
    package static func prefix(of liveGroup: String) -> String { liveGroup + ".replay." }

    /// The job of a group that a cluster names; nil where the group is none of this live group's replays.
    package init?(group: String, of liveGroup: String) {
        let prefix = Self.prefix(of: liveGroup)
        guard group.hasPrefix(prefix), Self.isValid(name: String(group.dropFirst(prefix.count))) else { return nil }
        self.init(of: liveGroup, name: String(group.dropFirst(prefix.count)))
    }

    /// Letters, digits, `.`, `_` and `-`, at most 100.
    package static func isValid(name: String) -> Bool { TopicName.isValid(name) && name.utf8.count <= 100 }
}

/// How far a replay is, as its group says.
package struct ReplayStatus: Sendable {
    /// One partition's part.
    package struct Part: Sendable, Hashable {
        package var name: PartitionName
        package var mark: ReplayMark
        /// The first offset that is not settled.
        package var committed: Int64

        package init(name: PartitionName, mark: ReplayMark, committed: Int64) {
            self.name = name
            self.mark = mark
            self.committed = committed
        }

        /// Offsets that are settled, of those from start to end.
        package var settled: Int64 { mark.settled(at: committed) }
        package var total: Int64 { mark.count }
    }

    package var job: ReplayJob
    /// By topic and number.
    package var parts: [Part]
    /// Partitions whose offsets stand without a range: another program changed them.
    package var foreign: [PartitionName] = []
    /// Whether processes work on it; nil where the broker does not tell.
    package var isRunning: Bool?

    package init(job: ReplayJob, parts: [Part], foreign: [PartitionName] = []) {
        self.job = job
        self.parts = parts
        self.foreign = foreign
    }

    package var progress: ReplayProgress {
        var progress = ReplayProgress()
        for part in parts {
            progress.settled += part.settled
            progress.total += part.total
        }
        return progress
    }

    /// What it was asked for; the same in every part.
    package var request: String { parts.first?.mark.request ?? "" }
}

extension [ReplayStatus.Part] {
    /// What is replayed of each partition.
    package var marks: [PartitionName: ReplayMark] {
        Dictionary(map { ($0.name, $0.mark) }, uniquingKeysWith: { first, _ in first })
    }
}
