/// A letter that is not acknowledged yet.
struct PendingLetter {
    var record: Int32
    /// Tells this letter's report from one for an earlier letter of the same work.
    var generation: UInt32
    var text: LetterText
    /// Where the value stands that the producer reads until its report: the record itself may be copied out meanwhile.
    var memory: RecordBatch?
    var form = LetterForm()
    /// What it waits for to be sent; nil while it is with the producer.
    var waiting: Wait?

    /// Why a letter is not with the producer.
    enum Wait {
        /// The producer had no room, or is in trouble: sent once a report made room.
        case room
        /// The broker refused it, and would again: sent a few times a second, until an operator has changed the topic.
        case refusal
    }

    var isUnsent: Bool { waiting != nil }

    func token(_ work: Int32) -> UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: work)) }
}
