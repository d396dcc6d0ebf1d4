import Foundation
import Millrace
import MillraceKafka
import MillraceSQLite
import MillraceTesting
import QlikTasks
import Testing

@testable import MillraceCLI

@Suite(.timeLimit(.minutes(2))) struct TasksCommandTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("tasks.db") }

    init() throws { folder = try TemporaryFolder("tasks") }

    /// An event as a line of what `produce` reads.
    private func line(
        _ kind: String, id: String, task: KeyValuePairs<String, String?>, hour: Int, attributes: String = ""
    ) -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"/s","type":"com.qlik.scheduling.task.\#(kind)","#
            + #""time":"2026-01-01T0\#(hour):00:00Z"\#(attributes),"data":\#(InputRecord.task(task))}"#
    }

    /// A worker has read these events into the database.
    private func fill() async throws {
        let broker = try EmbeddedBroker()
        defer { broker.stop() }
        try broker.createTopic("tasks", partitions: 1)
        try broker.createTopic("tasks.dead-letter", partitions: 1)
        let user = #","userid":"editor","tenantid":"ten""#
        let events = [
            line("created", id: "1", task: ["id": #""a""#, "name": #""Näme""#], hour: 1, attributes: user),
            line("created", id: "2", task: ["id": #""b""#, "name": #""Bell\u0007""#, "enabled": "true"], hour: 1),
            line("created", id: "3", task: ["id": #""c""#, "spaceId": #""s1""#, "enabled": "true"], hour: 1),
            line(
                "updated", id: "4",
                task: [
                    "id": #""a""#, "name": #""Näme""#, "ownerId": #""o2""#, "enabled": "false",
                    "disabledCode": #""CONSECUTIVE-FAILURES""#, "actionParams": #"["x"]"#,
                    "_updates":
                        #"[{"path":"$.enabled","newValue":false,"oldValue":"true"},{"path":"ownerId","newValue":"o2"}]"#,
                ], hour: 2),
            line(
                "deleted", id: "5", task: ["id": #""c""#, "spaceId": #""s1""#, "enabled": "true"], hour: 3,
                attributes: user),
        ]
        try folder.write(
            Array(
                """
                kafka: {bootstrap.servers: "\(broker.bootstrapServers)"}
                worker: {group: g}
                sources: [{topic: tasks}]
                routes:
                  - {processor: task-inventory, options: {path: "\(path)"}}
                  - {processor: task-audit, options: {path: "\(path)"}}

                """.utf8), to: "millrace.yaml")
        let config = folder.path("millrace.yaml")
        let produced = try await CommandRun.of(
            ["produce", "--config", config, "--topic", "tasks"], input: Array(events.joined(separator: "\n").utf8))
        try #require(produced.code == .success, "\(produced.messages)")
        let run = try await CommandRun.of(["run", "--config", config, "--until-end"])
        try #require(run.code == .success, "\(run.messages)")
    }

    private func tasks(_ words: String...) async throws -> CommandRun {
        try await CommandRun.of(["tasks"] + words + ["--database", path])
    }

    @Test func theInventoryAndTheHistoryAreShown() async throws {
        try await fill()
        let table = try await tasks()
        #expect(table.code == .success)
        #expect(
            table.text == """
                id  name        owner  space  enabled                   resource  last event  time
                b   Bell\\u0007  o      -      yes                       r         created     2026-01-01T01:00:00Z
                a   Näme        o2     -      no: CONSECUTIVE-FAILURES  r         updated     2026-01-01T02:00:00Z

                """)
        #expect(table.messages == "2 tasks\n")

        // From the configuration too.
        let configured = try await CommandRun.of(["tasks", "--config", folder.path("millrace.yaml")])
        #expect(configured.text == table.text)

        let filters: [([String], [String])] = [
            (["--deleted"], ["b", "a", "c"]), (["--owner", "o"], ["b"]), (["--owner", "O"], []),
            (["--space", "s1"], []), (["--space", "s1", "--deleted"], ["c"]), (["--enabled", "yes"], ["b"]),
            (["--enabled", "no"], ["a"]), (["--resource", "r", "--owner", "o2"], ["a"]), (["--resource", "x"], []),
            (["--disabled-code", "CONSECUTIVE-FAILURES"], ["a"]), (["--disabled-code", "MANUALLY"], []),
        ]
        for (words, ids) in filters {
            let run = try await CommandRun.of(["tasks", "--json", "--database", path] + words)
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(run.output)) as? [[String: Any]])
            #expect(rows.map { $0["id"] as? String } == ids, "\(words)")
        }

        let json = try await tasks("--json", "--owner", "o2")
        let row = try #require((try JSONSerialization.jsonObject(with: Data(json.output)) as? [[String: Any]])?.first)
        #expect(row["enabled"] as? Bool == false)
        #expect(row["actionParams"] as? [String] == ["x"])
        #expect(row["lastEvent"] as? String == "updated")
        #expect(row["spaceId"] is NSNull && row["tenantId"] is NSNull)
        #expect(row["time"] as? String == "2026-01-01T02:00:00Z")
        #expect(row["topic"] as? String == "tasks" && row["partition"] as? Int == 0 && row["offset"] as? Int == 3)
        #expect(row.count == 31)

        let history = try await CommandRun.of(["tasks", "history", "a", "--database", path])
        #expect(history.code == .success)
        #expect(
            history.text == """
                time                  action                          path      from    to     by
                2026-01-01T01:00:00Z  created                         -         -       -      editor
                2026-01-01T02:00:00Z  disabled: CONSECUTIVE-FAILURES  /enabled  "true"  false  -
                2026-01-01T02:00:00Z  changed                         /ownerId  -       "o2"   -

                """)
        #expect(history.messages == "'Näme' is there, disabled, owned by o2; last event 2026-01-01T02:00:00Z\n")
        let deleted = try await CommandRun.of(["tasks", "history", "--json", "c", "--database", path])
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(deleted.output)) as? [[String: Any]])
        #expect(rows.map { $0["action"] as? String } == ["created", "deleted"])
        #expect(rows.map { $0["userId"] as? String } == [nil, "editor"])

        let unknown = try await CommandRun.of(["tasks", "history", "zz", "--database", path])
        #expect(unknown.code == .badData)
        #expect(unknown.messages == "millrace tasks history: '\(path)' knows nothing of a task 'zz'\n")
    }

    @Test func anEmptyInventoryIsAnAnswer() async throws {
        do { _ = try SQLiteSchema.tasks.openForWriting(path) }
        let table = try await tasks()
        #expect(table.code == .success)
        #expect(table.text == "" && table.messages == "0 tasks\n")
        #expect(try await tasks("--json").text == "[]\n")
    }

    @Test func whatCannotBeReadIsSaid() async throws {
        let missing = try await tasks()
        #expect(missing.code == .inputOutput)
        #expect(missing.messages.contains("tasks.db' cannot be opened: No such file or directory"))
        #expect(folder.names() == [])

        try folder.write(Array(String(repeating: "no database\n", count: 100).utf8), to: "tasks.db")
        let text = try await tasks()
        #expect(text.code == .badData)
        #expect(text.messages.contains("tasks.db' is no SQLite database"))

        try FileManager.default.removeItem(atPath: path)
        do {
            let connection = try SQLiteSchema.tasks.openForWriting(path)
            try connection.execute("PRAGMA user_version = 9")
        }
        let newer = try await CommandRun.of(["tasks", "history", "a", "--database", path])
        #expect(newer.code == .badData)
        #expect(newer.messages.contains("has version 9 of the schema, this program knows up to version 1"))

        let holder = try SQLiteConnection(path: path, access: .write)
        try holder.execute("PRAGMA user_version = 1; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
        let read = try await tasks()
        // Writers do not keep readers out, unless they ask for that.
        #expect(read.code == .unavailable)
        #expect(read.messages.contains("is locked by another process that does not let go of it"))
    }

    @Test func whichDatabaseMustBeSaid() async throws {
        let none = try await CommandRun.of(["tasks"])
        #expect(none.code == .usage)
        #expect(
            none.messages.contains("no database: say --database FILE, or --config FILE with a route to task-inventory"))

        let yaml = """
            kafka: {bootstrap.servers: "127.0.0.1:9"}
            worker: {group: g}
            sources: [{topic: tasks}]
            routes: [{processor: jsonl, options: {path: a}}]

            """
        try folder.write(Array(yaml.utf8), to: "other.yaml")
        let other = try await CommandRun.of(["tasks", "history", "a", "--config", folder.path("other.yaml")])
        #expect(other.code == .configuration)
        #expect(other.messages.contains("the configuration has no route to task-audit"))

        let two = yaml.replacing(
            "[{processor: jsonl, options: {path: a}}]",
            with: "[{processor: task-inventory, options: {path: a}}, {processor: task-inventory, options: {path: b}}]")
        try folder.write(Array(two.utf8), to: "two.yaml")
        let several = try await CommandRun.of(["tasks", "--config", folder.path("two.yaml")])
        #expect(several.code == .usage)
        #expect(several.messages.contains("names 2 databases for task-inventory: say --database FILE; a, b"))

        let broken = try await CommandRun.of(["tasks", "--config", folder.path("none.yaml")])
        #expect(broken.code == .configuration)
        #expect(broken.messages.contains("cannot read the file"))
    }
}
