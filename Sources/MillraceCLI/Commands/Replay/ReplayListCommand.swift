import Millrace
import MillraceKafka

/// `millrace replay list`.
struct ReplayListCommand: Command {
    static let name = "replay list"
    static let summary = "Lists the replays of the configuration's group."
    static let details = """
        Read from the replays' consumer groups alone, so it is the same on every machine. A
        cluster forgets the offsets of a group without members after its
        offsets.retention.minutes (7 days by default), and the replay with them.
        """
    static let json = Flag.toggle("json", "Print one JSON array.")
    static let flags: [any FlagDefinition] = ConfigurationFlags.all + [json]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let configuration = try invocation.configuration()
        let replays = try ReplayStatusCommand.replays(of: configuration)
        if invocation[json] {
            var writer = JSONWriter()
            writer.beginArray()
            for replay in replays { ReplayText.status(replay, to: &writer) }
            writer.endArray()
            try invocation.output.writeLine(String(decoding: writer.bytes, as: UTF8.self))
            return .success
        }
        if replays.isEmpty {
            invocation.report("no replay of the group '\(configuration.group)'")
            return .success
        }
        var table = TextTable(["name", "state", "settled", "offsets", ""])
        for replay in replays {
            table.add([
                replay.job.name, ReplayText.state(replay), Int(replay.progress.settled).grouped,
                Int(replay.progress.total).grouped, ReplayText.share(replay.progress),
            ])
        }
        for line in table.lines(indent: 0) { try invocation.output.writeLine(line) }
        return .success
    }
}
