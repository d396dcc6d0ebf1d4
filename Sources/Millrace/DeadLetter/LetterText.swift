/// Why a record is given up, in the words of its letter.
package struct LetterText: Sendable {
    /// The code, as in the list of reasons.
    package var reason: String
    /// The cause in words, without payload.
    package var detail: String
    /// The processor that failed, where one did.
    package var processor: String?
    /// The event's canonical type, where it is known.
    package var type: String?
    /// Attempts that were started.
    package var attempts: Int
    /// Milliseconds since 1970.
    package var firstFailedAt: Int64
    /// Milliseconds since 1970.
    package var failedAt: Int64

    package init(
        reason: String, detail: String, processor: String? = nil, type: String? = nil, attempts: Int = 0,
        firstFailedAt: Int64, failedAt: Int64
    ) {
        self.reason = reason
        self.detail = detail
        self.processor = processor
        self.type = type
        self.attempts = attempts
        self.firstFailedAt = firstFailedAt
        self.failedAt = failedAt
    }
}

/// Where a record stood when it was read.
package struct LetterOrigin: Sendable, Hashable {
    package var topic: String
    package var partition: Int32
    package var offset: Int64
    package var timestamp: RecordTimestamp
    package var group: String

    package init(topic: String, partition: Int32, offset: Int64, timestamp: RecordTimestamp, group: String) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.group = group
    }
}
