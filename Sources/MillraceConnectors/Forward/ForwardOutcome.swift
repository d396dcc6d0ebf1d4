import Millrace
import MillraceKafka

/// What an error of the producer means for the event.
enum ForwardOutcome {
    /// Only what is the event's own fault dead-letters it at once. What passes, or an operator repairs, is *unavailable*;
    /// anything else is tried again until the attempts are spent.
    ///
    /// A broker refuses whole batches: what it says so of a record that was sent with others may be meant for another.
    static func error(for error: KafkaError, topic: String) -> ProcessingError {
        let cause = "'\(topic)': \(error)"
        if let code = rejection(for: error) { return .reject(code, cause) }
        switch error.name {
        case "_MSG_TIMED_OUT", "_QUEUE_FULL", "_PURGE_QUEUE", "_PURGE_INFLIGHT", "_UNKNOWN_TOPIC", "_UNKNOWN_PARTITION",
            "UNKNOWN_TOPIC_OR_PART":
            return .unavailable(cause)
        default: break
        }
        switch error.kind {
        case .unavailable, .authentication, .authorization, .certificate, .configuration: return .unavailable(cause)
        case .other: return error.isFatal ? .unavailable(cause) : .retry(cause)
        }
    }

    /// The code of a rejection where the broker minds the record, or one in its batch; nil for any other error.
    static func rejection(for error: KafkaError) -> String? {
        if error.isTooLarge { return "tooLarge" }
        if error.isTimestampRefused { return "timestampRefused" }
        return error.isRecordRefused || error.name == "INVALID_MSG" ? "recordRefused" : nil
    }
}
