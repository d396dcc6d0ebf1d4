/// The dead-letter topic, with what producers sent and have no answer to.
struct DeadLetterTopic {
    enum Mode { case accepting, refusing, silent }

    /// A letter on its way.
    struct Request {
        var letter: Int
        var member: Int
        var lane: Int
        var assignment: Int
        var record: RecordName
        var route: UInt8
        var isWritten = false
    }

    var mode = Mode.accepting
    var requests: [Request] = []
}

/// A record by its coordinates.
struct RecordName: Hashable, CustomStringConvertible {
    var partition: Int
    var offset: Int64

    var description: String { "\(partition)/\(offset)" }
}
