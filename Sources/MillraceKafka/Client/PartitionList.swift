import MillraceCRdkafka

/// Owns a `rd_kafka_topic_partition_list_t`.
struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(capacity: Int) {
        pointer = rd_kafka_topic_partition_list_new(Int32(capacity))
    }

    /// Takes over a list that librdkafka made.
    init(owning pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
        self.pointer = pointer
    }

    init(_ partitions: some Collection<TopicPartition>) {
        self.init(capacity: partitions.count)
        for partition in partitions { append(partition) }
    }

    init(_ commits: [OffsetCommit]) {
        self.init(capacity: commits.count)
        for commit in commits {
            append(commit.topicPartition, offset: commit.offset, metadata: commit.metadata)
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    func append(_ partition: TopicPartition, offset: Int64 = KafkaOffset.invalid, metadata: String? = nil) {
        guard let element = rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition) else {
            return
        }
        element.pointee.offset = offset
        if let metadata, !metadata.isEmpty {
            millrace_set_metadata(element, metadata, metadata.utf8.count)
        }
    }

    var elements: UnsafeBufferPointer<rd_kafka_topic_partition_t> { Self.elements(of: pointer) }

    var partitions: [TopicPartition] { elements.map { $0.name } }

    static func elements(
        of list: UnsafePointer<rd_kafka_topic_partition_list_t>
    ) -> UnsafeBufferPointer<rd_kafka_topic_partition_t> {
        UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
    }
}

extension rd_kafka_topic_partition_t {
    var name: TopicPartition { TopicPartition(topic: String(cString: topic), partition: partition) }

    var metadataText: String? {
        guard let metadata, metadata_size > 0 else { return nil }
        return String(decoding: UnsafeRawBufferPointer(start: metadata, count: metadata_size), as: UTF8.self)
    }
}
