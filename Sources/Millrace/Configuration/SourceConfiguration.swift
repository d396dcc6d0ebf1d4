public import CloudEvents

/// One topic to consume.
public struct SourceConfiguration: Sendable {
    /// The topic's name.
    public var topic: String
    /// What is tolerated in its events.
    public var profile: Profile = .qlik
    /// Other names under which event types occur in it, and the canonical name of each, beside those of Qlik's events.
    public var typeAliases: [String: String] = [:]
    /// Where to start when the group has no committed offset.
    public var start: StartPolicy = .earliest
    /// What to do when the committed offset is no longer in the log.
    public var onMissingOffset: MissingOffsetPolicy = .fail
    /// Fixes how records are read; nil: as each record's headers say.
    public var contentMode: ContentMode?
    /// The topic is a dead-letter or redrive topic of Millrace: its letters keep their origin. Must be said
    /// explicitly where a source is also a dead-letter topic.
    public var isDeadLetterTopic = false

    /// A source with the defaults.
    public init(topic: String) { self.topic = topic }
}

/// Where a partition starts that has no committed offset.
public enum StartPolicy: String, Sendable, CaseIterable {
    /// At the first record of the log.
    case earliest
    /// At the end of the log as of the assignment.
    case latest
}

/// What to do when a committed offset is no longer in the log.
public enum MissingOffsetPolicy: String, Sendable, CaseIterable {
    /// Stop: an operator decides.
    case fail
    /// Go on at the first record of the log; the skipped range is logged and counted.
    case earliest
    /// Go on at the end of the log; the skipped range is logged and counted.
    case latest
}
