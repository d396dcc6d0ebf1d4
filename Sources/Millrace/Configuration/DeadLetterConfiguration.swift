/// Where letters go.
public struct DeadLetterConfiguration: Sendable {
    /// The dead-letter topic's name; `{topic}` stands for the source's.
    public var topic = "{topic}.dead-letter"
    /// Topics whose letters keep their origin when consumed, beside those of sources marked so.
    public var redriveTopics: [String] = []
    /// Stops a partition when too many of its records become letters; nil: never.
    public var letterGuard: LetterGuardConfiguration?

    /// The defaults.
    public init() {}

    /// The dead-letter topic of a source.
    package func topic(for source: String) -> String {
        topic.replacing("{topic}", with: source)
    }
}
