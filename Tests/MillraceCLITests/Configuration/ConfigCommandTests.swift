import Foundation
import Testing

@testable import Millrace
@testable import MillraceCLI

@Suite struct ConfigCommandTests {
    private let file = """
        kafka: {bootstrap.servers: "127.0.0.1:9092", sasl.password: hunter2}
        worker: {group: g}
        sources: [{topic: t}]
        routes: [{processor: sink, options: {path: p, token: hunter2}}]
        """

    private func run(
        _ words: String..., input: String = "", environment: [String: String] = [:]
    ) async throws -> CommandRun {
        try await CommandRun.of(words, input: Array(input.utf8), processors: .forTests, environment: environment)
    }

    @Test func whatInitWritesIsRight() async throws {
        let start = try await run("config", "init")
        #expect(start.code == .success)
        // Only what is a placeholder has to be replaced.
        let check = try await run("config", "check", "--config", "-", input: start.text)
        #expect(check.text == "no fault: 1 source, 2 routes\n")
        #expect(check.code == .success)
    }

    @Test func initNamesEveryKey() async throws {
        let text = try await run("config", "init").text
        func names(_ descriptions: [OptionDescription]) -> [String] {
            descriptions.flatMap { [$0.name] + names($0.nested) }
        }
        for name in names(OptionTable.describe(Configuration.keys, Configuration())) + ["path", "limit", "token"] {
            #expect(text.contains("\(name):"), "\(name)")
        }
    }

    @Test func whatInitCommentsOutMayBeUncommented() async throws {
        let text = try await run("config", "init").text
        let uncommented = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let mark = line.firstRange(of: "# "), line[..<mark.lowerBound].allSatisfy({ $0 == " " }),
                line[mark.upperBound...].firstMatch(of: /^[A-Za-z]+: ?[^ A-Z]*$/) != nil
            else { return String(line) }
            return line.replacingCharacters(in: mark, with: "")
        }.joined(separator: "\n")
        #expect(uncommented != text)
        let check = try await run("config", "check", "--config", "-", input: uncommented)
        #expect(check.text.hasPrefix("no fault"), "\(check.text)\n\(uncommented)")
    }

    @Test func checkNamesATimeoutForWhatBlocks() async throws {
        let check = try await run(
            "config", "check", "--config", "-",
            input: """
                kafka: {bootstrap.servers: "127.0.0.1:9092"}
                worker: {group: g}
                sources: [{topic: t}]
                routes:
                  - processor: every
                    types: ["*"]
                    timeout: 5s
                """)
        #expect(check.code == .configuration)
        #expect((check.text + check.messages).contains("7:14: routes[0].timeout: 'every' blocks a thread"))
    }

    @Test func initWritesAFileOnce() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(component: "millrace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(component: "m.yaml").path()
        #expect(try await run("config", "init", path).code == .success)
        let again = try await run("config", "init", path)
        #expect(again.code == .inputOutput)
        #expect(again.messages.contains("'--force' overwrites it"))
        #expect(try await run("config", "init", path, "--force").code == .success)
        #expect(try await run("config", "check", "-c", path).code == .success)
        #expect(try await run("config", "check", path).code == .success)
        #expect(try await run("config", "check", path, "-c", path).code == .usage)
    }

    @Test func checkPrintsEveryFaultAndEndsWith78() async throws {
        let check = try await run(
            "config", "check", "--config", "-", input: "worker: {memory: 1}\nsources: []\nroute: []\n")
        #expect(check.code == .configuration)
        let lines = check.text.split(separator: "\n")
        #expect(lines.count == 6)
        #expect(lines.allSatisfy { $0.hasPrefix("stdin:") })
        #expect(lines.contains { $0.hasPrefix("stdin:3:1: route: unknown key; did you mean 'routes'?") })
        #expect(check.messages == "6 faults\n")
    }

    @Test func checkAnswersInJSON() async throws {
        let check = try await run("config", "check", "--config", "-", "--json", input: "worker: {memory: 1}\n")
        let faults = try #require(
            try JSONSerialization.jsonObject(with: Data(check.output)) as? [[String: Any]])
        let fault = try #require(faults.first { $0["key"] as? String == "worker.memory" })
        #expect(fault["code"] as? String == "outOfRange")
        #expect(fault["line"] as? Int == 1)
        #expect(fault["column"] as? Int == 18)
        #expect(fault["found"] as? String == "'1'")
        #expect(check.code == .configuration)
    }

    @Test func printIsAFileThatMeansTheSame() async throws {
        let printed = try await run("config", "print", "--config", "-", input: file)
        #expect(printed.code == .success)
        #expect(!printed.text.contains("hunter2"))
        #expect(printed.text.contains("  group: g "))
        #expect(printed.text.contains("# stdin:2\n"))
        let again = try await run("config", "print", "--config", "-", input: printed.text)
        #expect(again.code == .success)
        func values(_ run: CommandRun) -> [String] {
            run.text.split(separator: "\n").map { $0.split(separator: " #")[0].trimmingCharacters(in: .whitespaces) }
        }
        #expect(values(again) == values(printed))
    }

    @Test func printAnswersInJSON() async throws {
        let printed = try await run(
            "config", "print", "--config", "-", "--json", "--group", "h", input: file,
            environment: ["MILLRACE_WORKER_LANES": "2"])
        let settings = try #require(
            try JSONSerialization.jsonObject(with: Data(printed.output)) as? [[String: Any]])
        func setting(_ key: String) -> [String: Any] { settings.first { $0["key"] as? String == key } ?? [:] }
        #expect(setting("worker.group")["value"] as? String == "h")
        #expect(setting("worker.group")["origin"] as? String == "--group")
        #expect(setting("worker.lanes")["origin"] as? String == "MILLRACE_WORKER_LANES")
        #expect(setting("kafka.sasl.password")["value"] as? String == "***")
        #expect(setting("kafka.sasl.password")["secret"] as? Bool == true)
        #expect(setting("routes[0].options.token")["value"] as? String == "***")
        #expect(setting("routes[0].types")["value"] is NSNull)
    }

    @Test func printSaysWhatIsWrongToo() async throws {
        let printed = try await run("config", "print", "--config", "-", input: "worker: {group: g}\n")
        #expect(printed.code == .configuration)
        #expect(printed.text.contains("group: g"))
        #expect(printed.messages.contains("3 faults in the configuration"))
    }

    @Test func aFileThatIsNotThere() async throws {
        let check = try await run("config", "check", "--config", "/nowhere/m.yaml")
        #expect(check.code == .configuration)
        #expect(check.text == "/nowhere/m.yaml: cannot read the file: No such file or directory\n")
        let fromEnvironment = try await run("config", "check", environment: ["MILLRACE_CONFIG": "/nowhere/n.yaml"])
        #expect(fromEnvironment.text.hasPrefix("/nowhere/n.yaml: cannot read the file"))
        let folder = try await run("config", "check", "--config", "/")
        #expect(folder.text.contains("cannot read the file"))
    }

    @Test func keysAreListed() async throws {
        let listed = try await run("config", "keys", "--json")
        let keys = try #require(
            try JSONSerialization.jsonObject(with: Data(listed.output)) as? [[String: Any]])
        func key(_ name: String) -> [String: Any] { keys.first { $0["key"] as? String == name } ?? [:] }
        #expect(key("worker.commitInterval")["variable"] as? String == "MILLRACE_WORKER_COMMIT_INTERVAL")
        #expect(key("worker.commitInterval")["default"] as? String == "1s")
        #expect(key("worker.group")["required"] as? Bool == true)
        #expect(key("sources[…].topic")["variable"] is NSNull)
        #expect(key("routes[…].retry.attempts")["default"] as? String == "5")
        let text = try await run("config", "keys").text
        #expect(text.contains("\nunrouted\n"))
        #expect(text.contains("default deadLetter; MILLRACE_UNROUTED)\n"))
    }

    @Test func processorsAreListed() async throws {
        let listed = try await run("processors")
        #expect(listed.code == .success)
        #expect(listed.text.contains("sink: Keeps events in a file.\n  types    com.example.order.*\n"))
        #expect(listed.text.contains("path   Where lines go. (a path; required)"))
        #expect(listed.text.contains("limit  Lines at once. (a whole number, 1 to 100; default 10)"))
        #expect(listed.text.contains("token  What lets one in. (a text; secret)"))
        #expect(listed.text.contains("every\n  types    none of its own"))
        let unknown = try await run("processors", "snik")
        #expect(unknown.code == .usage)
        #expect(unknown.messages.hasPrefix("millrace processors: unknown processor 'snik'; did you mean 'sink'?"))
    }

    @Test func processorsSayWhichTypesTheyGet() async throws {
        let listed = try await run("processors", "--config", "-", "--json", input: file)
        let processors = try #require(
            try JSONSerialization.jsonObject(with: Data(listed.output)) as? [[String: Any]])
        #expect(processors.map { $0["name"] as? String } == ["sink", "every"])
        let routes = processors.map { $0["routes"] as? [[String: Any]] ?? [] }
        #expect(routes[0].first?["types"] as? [String] == ["com.example.order.*"])
        #expect(routes[1].isEmpty)
        #expect(processors[1]["replay"] as? String == "refused")
    }
}
