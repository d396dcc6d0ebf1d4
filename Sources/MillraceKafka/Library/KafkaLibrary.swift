import MillraceCRdkafka

/// The librdkafka that runs, which may be newer than the one whose headers were compiled.
package enum KafkaLibrary {
    /// The version as text, for example `2.0.2`.
    package static var version: String { String(cString: rd_kafka_version_str()) }

    /// The version as `0xMMmmrrxx`: major, minor, revision, and `ff` for a release.
    package static var versionNumber: UInt32 { UInt32(bitPattern: rd_kafka_version()) }

    /// Whether `fetch.queue.backoff.ms` exists (2.2). Below it a full prefetch queue makes the fetching thread sleep for
    /// up to a second unless something wakes it.
    package static var hasFetchQueueBackoff: Bool { versionNumber >= 0x0202_0000 }

    /// Whether cooperative assignment keeps its assignments (2.10). Below it they can be lost, so an eager one is used.
    package static var isCooperativeSafe: Bool { versionNumber >= 0x020A_0000 }
}
