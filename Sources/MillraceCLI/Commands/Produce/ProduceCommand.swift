import CloudEvents
import Millrace
import MillraceKafka

/// `millrace produce`.
struct ProduceCommand: Command {
    static let name = "produce"
    static let summary = "Sends record lines or bare events to a topic."
    static let details = """
        Reads one JSON document a line. An object without specversion and with value
        or value_base64 is a record line: its key, headers, timestamp and value are
        sent as they stand. Its topic, partition and offset say where it came from and
        are not used; --keep-partition sends it to the partition of the same number.
        Every other line is a bare event: sent as its bytes are, in structured mode,
        or with --mode binary with its attributes as headers. Empty lines are passed
        over.

        What a worker could not read as a CloudEvent under --profile is refused, with
        its line and the reason, and the exit is 65. Files are read to the end first:
        if any line is refused, nothing is sent. From stdin and pipes lines are sent
        as they come, and the first one refused ends it. --raw sends everything, and what is
        no record line as the bytes that it is.

        A record counts when the broker acknowledged it. Keys go to the partitions
        that Kafka's own Java client would choose.
        """

    static let topic = Flag.required("topic", letter: "t", "TOPIC", .topic, "Where to send.")
    static let mode = Flag.value(
        "mode", "structured|binary", .choice(ContentMode.self), default: ContentMode.structured,
        "How bare events are sent.")
    static let key = Flag.optional(
        "key", "POINTER", KeyPointer.type,
        "The key of bare events, by JSON pointer: /data/id. Without it, or where there is nothing: null.")
    static let profile = Flag.value("profile", "strict|qlik", .profile, default: Profile.qlik, "What is not refused.")
    static let raw = Flag.toggle("raw", "Refuse nothing.")
    static let keepPartition = Flag.toggle("keep-partition", "Send record lines to the partition that they name.")
    static let rate = Flag.optional("rate", "N", .integer(in: 1...), "At most so many records a second.")
    static let timeout = Flag.value(
        "timeout", "TIME", .duration(in: .seconds(1) ... .seconds(3_600)), default: .seconds(30),
        "How long a broker may be away before it ends with 69.")
    static let progress = Flag.toggle("progress", "Show progress on stderr without a terminal too.")
    static let json = Flag.toggle("json", "Print what was sent as one JSON object on stdout.")
    static let flags: [any FlagDefinition] = [
        topic, ConfigurationFlags.kafka, ConfigurationFlags.file, ConfigurationFlags.set, mode, key, profile, raw,
        keepPartition, rate, timeout, progress, json,
    ]
    static let arguments: [Argument] = [.repeated("FILE", "What to send; without any, or for '-': stdin.")]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let reader = ProduceReader(
            profile: invocation[profile], mode: invocation[mode], key: invocation[key], isRaw: invocation[raw])
        if !invocation[raw] { try check(invocation, reader) }
        let producer = try RecordProducer(
            topic: invocation[topic], properties: try invocation.kafkaProperties(), timeout: invocation[timeout])
        defer { producer.close() }
        var sending = ProduceRun(invocation, reader: reader, producer: producer)
        return try await sending.run()
    }

    /// Reads files to the end before anything is sent. Stdin and pipes can only be read once.
    private static func check(_ invocation: Invocation, _ reader: ProduceReader) throws(CommandError) {
        guard InputLines.canBeReadTwice(invocation.arguments) else { return }
        var lines = InputLines(invocation)
        var line: [UInt8] = []
        var refused = RefusedLines()
        while true {
            let outcome = try lines.next(into: &line)
            if outcome == .end { break }
            do { _ = try reader.record(of: line, outcome) } catch { refused.note(error, at: lines.place) }
        }
        if let error = refused.error { throw error }
    }
}
