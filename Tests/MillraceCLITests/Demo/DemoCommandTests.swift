import CloudEvents
import Foundation
import Millrace
import MillraceKafka
import MillraceTesting
import Testing

@testable import MillraceCLI

@Suite struct DemoCommandTests {
    @Test func everyRecordOfARunIsAccountedFor() async throws {
        let run = try await CommandRun.of(["demo", "--events", "300", "--json"])
        #expect(run.code == .success, "\(run.text)\(run.messages)")
        let summary = try #require(try run.objects.first)
        #expect(summary["ok"] as? Bool == true)
        #expect(summary["records"] as? Int == 300)
        #expect((summary["differences"] as? [String]) == [])
        let types = try #require(summary["types"] as? [[String: Any]])
        for type in types {
            let workers = try #require(type["workers"] as? [String: Int])
            #expect(workers.values.reduce(0, +) == type["expected"] as? Int)
            #expect(workers.values.allSatisfy { $0 > 0 })
        }
        let letters = try #require(summary["deadLetters"] as? [[String: Any]])
        #expect(letters.count == DemoFault.allCases.count)
        #expect(letters.allSatisfy { $0["expected"] as? Int == $0["seen"] as? Int })
        let identity = try #require(summary["identity"] as? [[String: Any]])
        #expect(identity.count == DemoCluster.partitions)
        let terms = ["succeeded", "deadLettered", "skipped", "released", "inFlight"]
        for row in identity {
            #expect(terms.reduce(0) { $0 + (row[$1] as? Int ?? -1) } == row["received"] as? Int)
        }
    }

    /// After the summary: three things that a user does next, each with its command, and nothing left behind.
    @Test func theRunEndsWithInventoryLettersAndReplay() async throws {
        let folder = try TemporaryFolder("demo")
        let run = try await CommandRun.of(["demo", "--events", "300"], environment: ["TMPDIR": folder.url.path])
        #expect(run.code == .success, "\(run.text)\(run.messages)")
        let lines = run.text.split(separator: "\n").map(String.init)
        let summary = try #require(lines.firstIndex { $0.hasPrefix("All 300 records are accounted for") })
        let tasks = try #require(lines.firstIndex { $0.hasPrefix("  $ millrace tasks --config \(folder.url.path)/") })
        let groups = try #require(lines.firstIndex { $0.hasPrefix("  $ millrace deadletter groups --config ") })
        let replay = try #require(lines.firstIndex { $0.hasPrefix("  $ millrace replay --topic ") })
        let history = try #require(lines.firstIndex { $0.hasPrefix("  $ millrace tasks history ") })
        #expect([summary, tasks, groups, replay, history] == [summary, tasks, groups, replay, history].sorted())

        let expected = Self.expectedOfTour(300)
        #expect(lines[tasks..<groups].contains("  \(expected.tasks) tasks"))
        #expect(lines[tasks + 1].hasPrefix("  id "))
        let counts = lines[(groups + 2)..<replay].prefix { $0.hasPrefix("  ") }.compactMap { line in
            line.split(separator: " ").first.flatMap { Int($0) }
        }
        #expect(counts.reduce(0, +) == expected.letters)
        let outcome = try #require(lines[replay..<history].first { $0.hasPrefix("  replay audit: complete; ") })
        #expect(outcome.contains("succeeded \(expected.audited), dead-lettered \(expected.refused), "))
        #expect(lines[(history + 2)...].contains { $0.contains("  changed  /") })
        #expect(folder.names().isEmpty)
    }

    /// What the inventory, the letters and the replay of the updates must come to, told from the records alone.
    private static func expectedOfTour(_ count: Int) -> (tasks: Int, letters: Int, audited: Int, refused: Int) {
        var events = DemoEvents()
        var isThere: [[UInt8]: Bool] = [:]
        var result = (tasks: 0, letters: 0, audited: 0, refused: 0)
        // Those that fail in the demo's processor only, and those that nobody can read the task of.
        let readable = [DemoFault.refused, .alwaysFails].map(\.reason)
        let unreadable = [DemoFault.noData, .wrongDataType].map(\.reason)
        for record in (0..<count).map({ _ in events.next() }) {
            let key = record.record.key ?? []
            switch record.ending {
            case .processed(let type):
                isThere[key] = type != DemoEvents.deleted
                if type == DemoEvents.updated { result.audited += 1 }
            case .letter(let reason):
                result.letters += unreadable.contains(reason) ? 2 : 1
                if unreadable.contains(reason) { result.refused += 1 }
                guard readable.contains(reason) else { continue }
                isThere[key] = true
                result.audited += 1
            case .skipped: break
            }
        }
        result.tasks = isThere.values.count { $0 }
        return result
    }

    /// Where the demo has no folder to work in it says so, before it starts.
    @Test func aMissingTemporaryFolderIsSaid() async throws {
        let run = try await CommandRun.of(["demo"], environment: ["TMPDIR": "/nowhere"])
        #expect(run.code == .inputOutput)
        #expect(run.messages.contains("no temporary folder can be made in /nowhere: No such file or directory"))
    }

    /// A secret of the cluster is in no file: the file names a variable.
    @Test func theConfigurationHoldsNoSecret() {
        let properties: KafkaProperties = ["bootstrap.servers": "a${b}:9092", "sasl.password": "hush"]
        let written = DemoConfiguration(properties, group: "g", topic: "t", database: "/tmp/a \"b\"/tasks.db")
        #expect(!written.text.contains("hush"))
        var loader = ConfigurationLoader(environment: written.environment, processors: .builtIn)
        loader.readFile(Array(written.text.utf8), name: "millrace.yaml")
        let read = loader.load()
        #expect(read.faults.isEmpty)
        #expect(read.configuration.kafka == ["bootstrap.servers": "a${b}:9092", "sasl.password": "hush"])
        #expect(read.configuration.routes.map(\.processor) == ["task-inventory", "task-audit"])
        let paths = read.configuration.routes.map { route in
            if case .text(let path) = route.options["path"]?.content { path } else { "" }
        }
        #expect(paths == [String](repeating: "/tmp/a \"b\"/tasks.db", count: 2))
    }

    /// What the demo's table of faults says of the envelope and of the data is what the reader says.
    @Test func theFaultsAreWhatTheyAreSaidToBe() async throws {
        var events = DemoEvents()
        let records = (0..<600).map { _ in events.next() }
        let run = try await CommandRun.of(["explain"], input: records.flatMap { $0.record.line })
        // These are a processor's own.
        let decided = ["rejected:unknownResource", "retriesExhausted"]
        for (record, answer) in zip(records, try run.objects) {
            switch record.ending {
            case .letter(let reason) where !decided.contains(reason): #expect(answer["reason"] as? String == reason)
            case .letter:
                #expect(answer["outcome"] as? String == "route")
                #expect(Set(try #require(answer["tolerated"] as? [String])) == Set(record.tolerated))
            case .processed(let type):
                #expect(answer["outcome"] as? String == "route")
                #expect(answer["type"] as? String == type)
                #expect(Set(try #require(answer["tolerated"] as? [String])) == Set(record.tolerated))
            case .skipped(let reason): #expect(answer["reason"] as? String == reason)
            }
        }
    }
}
