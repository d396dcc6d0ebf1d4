import Millrace
import MillraceEngine
import MillraceKafka

/// `millrace replay status`.
struct ReplayStatusCommand: Command {
    static let name = "replay status"
    static let summary = "Shows how far a replay is, partition by partition."
    static let json = Flag.toggle("json", "Print one JSON object.")
    static let flags: [any FlagDefinition] = ConfigurationFlags.all + [json]
    static let arguments: [Argument] = [.required("NAME", "The replay's name.")]

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        let configuration = try invocation.configuration()
        let name = invocation.arguments[0]
        let replays = try replays(of: configuration)
        guard let replay = replays.first(where: { $0.job.name == name }) else {
            let known = replays.map(\.job.name)
            let meant = NearestName.of(name, among: known).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandError(
                .badData, "there is no replay '\(name)' of the group '\(configuration.group)'\(meant)",
                hint: "'replay list' shows them all.")
        }
        if invocation[json] {
            var writer = JSONWriter()
            ReplayText.status(replay, to: &writer)
            try invocation.output.writeLine(String(decoding: writer.bytes, as: UTF8.self))
            return .success
        }
        try invocation.output.writeLine(
            "\(replay.job.name): \(ReplayText.state(replay)), \(Int(replay.progress.settled).grouped) of "
                + "\(Int(replay.progress.total).grouped) offsets (\(ReplayText.share(replay.progress)))")
        try invocation.output.writeLine("group \(replay.job.group), begun as \(replay.request)")
        var table = TextTable(["partition", "from", "to", "committed", "left"])
        for part in replay.parts {
            table.add([
                "\(part.name.topic)[\(part.name.partition)]", "\(part.mark.start)", "\(part.mark.end)",
                "\(part.committed)", Int(part.total - part.settled).grouped,
            ])
        }
        for line in table.lines() { try invocation.output.writeLine(line) }
        return .success
    }

    /// All replays of the configuration's group.
    static func replays(of configuration: Configuration) throws(CommandError) -> [ReplayStatus] {
        let timeout = Int32(clamping: configuration.connectTimeout.components.seconds * 1_000)
        do {
            let admin = try KafkaAdmin(configuration.adminProperties)
            defer { admin.destroy() }
            guard try admin.hasController(timeoutMilliseconds: timeout) else {
                throw CommandError(.unavailable, "this broker lists no groups", hint: "The embedded one cannot.")
            }
            return try ReplayStore(admin, timeoutMilliseconds: timeout).list(of: configuration.group)
        } catch let error as CommandError {
            throw error
        } catch let error as KafkaError {
            throw CommandError(error, "the groups cannot be listed")
        } catch {
            throw CommandError(.internal, "\(error)")
        }
    }
}
