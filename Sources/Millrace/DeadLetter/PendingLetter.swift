/// A letter that is not acknowledged yet.
struct PendingLetter {
    var record: Int32
    /// Tells this letter's report from one for an earlier letter of the same work.
    var generation: UInt32
    var text: LetterText
    /// Where the value stands that the producer reads until its report: the record itself may be copied out meanwhile.
    var memory: RecordBatch?
    var form = LetterForm()
    /// It is not with the producer: to be sent at the next occasion.
    var isUnsent = false

    func token(_ work: Int32) -> UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: work)) }
}
