package import MillraceEngine
package import MillraceKafka

/// Keeps replays in their own groups' committed offsets, where every process and every Kafka tool finds them. Blocks.
package struct ReplayStore {
    private let admin: KafkaAdmin
    private let timeout: Int32

    /// `timeout`: how long a broker may take, in milliseconds.
    package init(_ admin: KafkaAdmin, timeoutMilliseconds timeout: Int32) {
        self.admin = admin
        self.timeout = timeout
    }

    /// What the job's group says; nil where there is no such job. `partitions`: where to look on a broker that does not
    /// tell what a group has committed (the embedded one).
    package func find(_ job: ReplayJob, among partitions: [TopicPartition]) throws(KafkaError) -> ReplayStatus? {
        var found: [CommittedOffset]
        if try admin.hasController(timeoutMilliseconds: timeout) {
            found = try admin.committed(group: job.group, timeoutMilliseconds: timeout)
        } else {
            found = try admin.committed(group: job.group, partitions, timeoutMilliseconds: timeout)
        }
        found = found.filter { $0.offset != nil }.sorted { $0.topicPartition < $1.topicPartition }
        if found.isEmpty { return nil }
        var status = ReplayStatus(job: job, parts: [])
        for entry in found {
            let name = PartitionName(entry.topicPartition)
            if let mark = CommitMetadata.replay(in: entry.metadata) {
                status.parts.append(ReplayStatus.Part(name: name, mark: mark, committed: entry.offset ?? mark.start))
            } else {
                status.foreign.append(name)
            }
        }
        return status
    }

    /// Makes the job: commits each partition's start with its range. Nobody may be a member of the group yet; where
    /// another process was faster, what it made counts.
    /// - Returns: what the group says afterwards.
    package func create(_ job: ReplayJob, _ marks: [PartitionName: ReplayMark]) throws(KafkaError) -> ReplayStatus? {
        let offsets = marks.map { name, mark in
            OffsetCommit(
                topicPartition: TopicPartition(name), offset: mark.start,
                metadata: CommitMetadata.text(of: mark))
        }
        let partitions = offsets.map(\.topicPartition)
        // Looked at again at the last moment: another process may have made it since.
        if let found = try find(job, among: partitions) { return found }
        do throws(KafkaError) {
            try admin.commit(group: job.group, offsets, timeoutMilliseconds: timeout)
        } catch {
            // Refused where the group has members: then the job is there.
            guard let found = try find(job, among: partitions) else { throw error }
            return found
        }
        return try find(job, among: partitions)
    }

    /// All replays of a live group, with how far they are.
    package func list(of liveGroup: String) throws(KafkaError) -> [ReplayStatus] {
        var all: [ReplayStatus] = []
        for group in try admin.groups(timeoutMilliseconds: timeout) {
            guard let job = ReplayJob(group: group.name, of: liveGroup), var status = try find(job, among: []) else {
                continue
            }
            status.isRunning = group.hasMembers
            all.append(status)
        }
        return all.sorted { $0.job.name < $1.job.name }
    }

    /// The parts of a range in some partitions of a topic.
    package func resolve(
        from: ReplayBound, to: ReplayBound, in partitions: [TopicPartition]
    ) throws(KafkaError) -> [(name: PartitionName, range: ReplayRange)] {
        // The ends first: what comes in meanwhile is not asked for.
        var logs: [TopicPartition: ReplayRange.Log] = [:]
        for partition in partitions {
            let ends = try admin.watermarks(partition, timeoutMilliseconds: timeout)
            logs[partition] = ReplayRange.Log(low: ends.low, high: ends.high)
        }
        for (partition, offset) in try lookUp(from, partitions) { logs[partition]?.start = offset }
        for (partition, offset) in try lookUp(to, partitions) { logs[partition]?.end = offset }
        return partitions.sorted().map { partition in
            let log = logs[partition] ?? ReplayRange.Log(low: 0, high: 0)
            return (PartitionName(partition), ReplayRange(from: from, to: to, in: log))
        }
    }

    private func lookUp(
        _ bound: ReplayBound, _ partitions: [TopicPartition]
    ) throws(KafkaError) -> [(TopicPartition, Int64?)] {
        guard let time = bound.milliseconds else { return [] }
        return try admin.offsets(atMilliseconds: partitions.map { ($0, time) }, timeoutMilliseconds: timeout)
    }
}
