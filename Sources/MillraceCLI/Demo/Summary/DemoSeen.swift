import Millrace
import MillraceEngine

/// A letter as it was found in the dead-letter topic.
struct DemoLetter: Sendable {
    /// Where its record stood, as its headers say.
    var origin: DemoPlace
    var reason: String
    /// The letter itself, Millrace's headers included.
    var record: RecordLine
}

/// What one worker did.
struct DemoWorkerSeen: Sendable {
    var name: String
    /// How often each event was handled to the end, with the type as which it was handled.
    var processed: [DemoPlace: (type: String, times: Int)] = [:]
    /// What was passed over, and why.
    var skipped: [DemoPlace: String] = [:]
    /// The identity's terms of each assignment.
    var reports: [PartitionReport] = []
    /// Events that deviated and were routed all the same, by code.
    var tolerated: [String: Int] = [:]
    /// Attempts that were repeated.
    var retries = 0
}

/// Everything that happened in a run of the demo.
struct DemoSeen: Sendable {
    var topic: String
    var workers: [DemoWorkerSeen]
    var letters: [DemoLetter]
}
