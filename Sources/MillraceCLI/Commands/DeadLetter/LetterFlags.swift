import Millrace
import MillraceKafka

/// The flags that the commands of `deadletter` share: where letters are, and which are wanted.
enum LetterFlags {
    static let topic = Flag.repeated(
        "topic", letter: "t", "TOPIC", .topic,
        "A dead-letter topic. Without it: those of the configuration.")
    static let id = Flag.repeated(
        "id", "ID",
        OptionType("TOPIC/PARTITION/OFFSET as 'deadletter list' prints it", parse: LetterID.init, text: \.description),
        "Only this letter.")
    static let reason = Flag.repeated(
        "reason", "CODE", .string, "Only this reason: a code, with or without what follows its colon.")
    static let type = Flag.repeated(
        "type", "TYPE", .typePattern, "Only events of this type, or of types that begin so: com.example.*.")
    static let source = Flag.repeated(
        "source", "SOURCE", .string, "Only events of this source, or of sources that begin so: /tenants/a*.")
    static let processor = Flag.repeated("processor", "NAME", .string, "Only what this processor gave up.")
    static let key = Flag.repeated("key", "KEY", .string, "Only records with this key.")
    static let origin = Flag.repeated(
        "origin", "PLACE", LetterSelection.Origin.type,
        "Only records that stood there: TOPIC, TOPIC/PARTITION, or with an offset or a range of them.")
    static let since = Flag.optional("since", "TIME", time, "Only what was given up then or later.")
    static let until = Flag.optional("until", "TIME", time, "Only what was given up before.")
    static let timeout = Flag.value(
        "timeout", "TIME", .duration(in: .seconds(1) ... .seconds(3_600)), default: .seconds(30),
        "How long a broker may be away before it ends with 69.")
    static let progress = Flag.toggle("progress", "Show progress on stderr without a terminal too.")

    /// Milliseconds since 1970, written as a replay's bounds are.
    private static let time = OptionType<Int64>(
        ReplayBoundText.times,
        parse: { text in
            guard case .time(let time) = ReplayBoundText.parse(text, now: WallClock.milliseconds()) else { return nil }
            return time
        }, text: { WallClock.text(milliseconds: $0) })

    /// Where letters are.
    static let place: [any FlagDefinition] = [
        topic, ConfigurationFlags.file, ConfigurationFlags.kafka, ConfigurationFlags.set,
    ]
    /// Which are wanted.
    static let selection: [any FlagDefinition] = [id, reason, type, source, processor, key, origin, since, until]
    static let reading: [any FlagDefinition] = [timeout, progress]

    /// What every help says.
    static let details = """
        Reads whole dead-letter topics as they are at the moment, without joining a
        group and without committing: nothing is consumed, and no memory is needed but
        for what is shown. Conditions of one kind are alternatives; those of different
        kinds must all be met. Letters of Spring for Apache Kafka, Kafka Connect, Kafka
        Streams and SmallRye are read as well.
        """
}

extension Invocation {
    /// The conditions that were given.
    var letterSelection: LetterSelection {
        var selection = LetterSelection()
        selection.ids = Set(self[LetterFlags.id])
        selection.reasons = Set(self[LetterFlags.reason])
        selection.types = self[LetterFlags.type]
        selection.sources = self[LetterFlags.source]
        selection.processors = Set(self[LetterFlags.processor])
        selection.keys = self[LetterFlags.key].map { Array($0.utf8) }
        selection.origins = self[LetterFlags.origin]
        selection.since = self[LetterFlags.since]
        selection.until = self[LetterFlags.until]
        return selection
    }
}
