/// What a processor says of an event that it did not finish.
public struct ProcessingError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        case retry(after: Duration?)
        case reject(code: String?)
        case unavailable
    }
    package let kind: Kind
    /// The cause, in words for an operator. Must hold no payload and no secret.
    public let reason: String

    package init(kind: Kind, reason: String) {
        self.kind = kind
        self.reason = reason
    }

    /// Try again, after the given time or after the route's own backoff. Spends an attempt.
    public static func retry(after delay: Duration? = nil, _ reason: String = "") -> ProcessingError {
        ProcessingError(kind: .retry(after: delay), reason: reason)
    }

    /// This event can never succeed: it is dead-lettered as `rejected:CODE` after this one attempt.
    public static func reject(_ code: String? = nil, _ reason: String = "") -> ProcessingError {
        ProcessingError(kind: .reject(code: code), reason: reason)
    }

    /// Nothing is wrong with the event; something that the processor needs is away. Spends no attempt; the partition
    /// waits and the worker says that it is not ready.
    public static func unavailable(_ reason: String) -> ProcessingError {
        ProcessingError(kind: .unavailable, reason: reason)
    }

    /// The kind and the reason.
    public var description: String {
        let what =
            switch kind {
            case .retry: "retry"
            case .reject(let code): code.map { "rejected:\($0)" } ?? "rejected"
            case .unavailable: "unavailable"
            }
        return reason.isEmpty ? what : "\(what): \(reason)"
    }
}
