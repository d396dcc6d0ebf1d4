/// The headers that a letter carries after the record's own, in the order in which they are written.
package enum LetterHeader: String, CaseIterable, Sendable {
    /// The version of this header format. First: a reader believes only what stands from the last one on.
    case version = "millrace-version"
    /// Why, as a code.
    case reason = "millrace-reason"
    /// Why, in words.
    case detail = "millrace-detail"
    /// The processor that failed, where one did.
    case processor = "millrace-processor"
    /// The event's canonical type, where it is known.
    case type = "millrace-type"
    /// Attempts that were started; 0 where no processor was called.
    case attempts = "millrace-attempts"
    /// When the first attempt failed, RFC 3339 in UTC with milliseconds.
    case firstFailedAt = "millrace-first-failed-at"
    /// When the record was given up.
    case failedAt = "millrace-failed-at"
    /// Where the record stood.
    case originTopic = "millrace-origin-topic"
    case originPartition = "millrace-origin-partition"
    case originOffset = "millrace-origin-offset"
    /// The record's timestamp in milliseconds since 1970, and what it is a time of.
    case originTimestamp = "millrace-origin-timestamp"
    case originTimestampType = "millrace-origin-timestamp-type"
    /// The consumer group that gave it up.
    case group = "millrace-group"
    /// The headers above that were cut to keep the whole below its bound.
    case cut = "millrace-cut"

    /// The value of ``version`` that is written.
    package static let currentVersion = "1"
    /// The bound of all letter headers together, names and values, in bytes.
    package static let maximumBytes = 4096
    /// Every letter header's name begins so.
    package static let prefix = "millrace-"

    /// Cut first to last when the bound is passed: what is longest and matters least first.
    static let cutOrder: [LetterHeader] = [.detail, .type, .processor, .reason, .group, .originTopic]
}
