import Millrace

/// One record of the demo with what must become of it.
struct DemoRecord: Sendable {
    /// Where a record must end.
    enum Ending: Sendable, Hashable {
        /// Handled by the processor, as this canonical type.
        case processed(type: String)
        /// Dead-lettered with this reason.
        case letter(reason: String)
        /// Passed over with this reason.
        case skipped(reason: String)
    }

    var record: RecordLine
    var ending: Ending
    /// How it deviates although it is routed.
    var tolerated: [String] = []
}
