package import MillraceKafka

/// What a broker minds about a letter, or about one that it came with.
package enum LetterRefusal: Sendable {
    /// It is larger than the topic allows.
    case tooLarge
    /// Its timestamp lies too far from the broker's own time.
    case timestamp
    /// It is no record for this topic, in whatever form.
    case record

    /// Nil for an error that is not about what the letter is.
    package init?(_ error: KafkaError) {
        if error.isTooLarge {
            self = .tooLarge
        } else if error.isTimestampRefused {
            self = .timestamp
        } else if error.isRecordRefused {
            self = .record
        } else {
            return nil
        }
    }
}

/// The form in which a letter is sent: exactly the record, until the topic refuses just that.
package struct LetterForm: Sendable, Equatable {
    /// It is sent with nothing beside it, so that a refusal is meant for this letter and no other.
    package private(set) var isAlone = false
    /// It says where the record is instead of being it.
    package private(set) var isPointer = false
    /// It carries the time of writing.
    package private(set) var isTimestampRewritten = false

    /// The record itself, with others.
    package init() {}

    /// The broker refused the letter in this form. Answers whether there is another one left; nothing is smaller than a
    /// pointer, or later than the time of writing.
    package mutating func refused(for reason: LetterRefusal) -> Bool {
        guard isAlone else {
            isAlone = true
            return true
        }
        switch reason {
        case .tooLarge:
            if isPointer { return false }
            isPointer = true
        case .timestamp:
            if isTimestampRewritten { return false }
            isTimestampRewritten = true
        case .record: return false
        }
        return true
    }

    /// The client refused it for its size, before any batch.
    package mutating func exceedsClient() { isPointer = true }
}
