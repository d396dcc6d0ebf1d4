package import CloudEvents

/// What a worker knows of one source.
package final class SourceContext: Sendable {
    package let configuration: SourceConfiguration
    /// Reads its records under its profile.
    package let reader: EventReader
    /// Where its letters go.
    package let letterTopic: String
    /// Whether its records may be letters whose origin is kept.
    package let keepsOrigin: Bool

    package var topic: String { configuration.topic }

    package init(_ source: SourceConfiguration, in configuration: Configuration) {
        self.configuration = source
        reader = EventReader(
            profile: source.profile, limits: Limits(maximumBytes: configuration.maximumEventBytes),
            aliases: .qlik.adding(source.typeAliases),
            contentMode: source.contentMode)
        letterTopic = configuration.deadLetter.topic(for: source.topic)
        keepsOrigin = source.isDeadLetterTopic || configuration.deadLetter.redriveTopics.contains(source.topic)
    }
}
