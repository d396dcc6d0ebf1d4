import Foundation
import MillraceTesting
import Testing

/// How a worker's process ends when its configuration or its brokers are not what they should be.
@Suite("A process that cannot work", .serialized, .timeLimit(.minutes(2)))
struct ProcessTests {
    /// An address where nobody listens, and nobody will: a port below those that are given out.
    private static let nobody = "127.0.0.1:9"

    private func run(_ arguments: [String], kafka: String, input: String = "") async throws -> (Int32, String) {
        let folder = try TemporaryFolder("cannot")
        let yaml = """
            kafka: {\(kafka)}
            worker: {group: g}
            sources: [{topic: t}]
            routes: [{processor: jsonl, types: ["*"], options: {path: "\(folder.path("events.jsonl"))"}}]
            """
        try folder.write(Array(yaml.utf8), to: "millrace.yaml")
        let process = try ChildProcess(
            try Programs.built("millrace"), arguments + ["--config", folder.path("millrace.yaml")],
            input: Array(input.utf8))
        try process.closeInput()
        let status = try await process.end()
        // `config check` has its faults as data, on stdout.
        return (status, process.output + process.errors)
    }

    @Test("No broker at the address is 69 after --connect-timeout, with the address")
    func noBroker() async throws {
        let start = ContinuousClock.now
        let (status, errors) = try await run(
            ["run", "--connect-timeout", "2s"], kafka: "bootstrap.servers: \(Self.nobody)")
        #expect(status == 69)
        #expect(errors.contains("no broker answers at \(Self.nobody)"), "\(errors)")
        #expect(ContinuousClock.now - start >= .seconds(2))
    }

    @Test(
        "A misspelt property of librdkafka is 78, in its own words",
        arguments: [["run"], ["produce", "--topic", "t"], ["config", "check"]])
    func misspeltProperty(_ command: [String]) async throws {
        let (status, errors) = try await run(
            command, kafka: "bootstrap.servers: \"\(Self.nobody)\", socket.nagle.disabel: true", input: "{}\n")
        #expect(status == 78)
        #expect(errors.contains(#"No such configuration property: "socket.nagle.disabel""#), "\(errors)")
        #expect(errors.contains("did you mean 'socket.nagle.disable'?"), "\(errors)")
        #expect(errors.contains("millrace.yaml:1:"), "\(errors)")
    }

    @Test(
        "A value that librdkafka refuses is 78, in its own words", arguments: [["run"], ["produce", "--topic", "t"]])
    func refusedValue(_ command: [String]) async throws {
        let (status, errors) = try await run(
            command, kafka: "bootstrap.servers: \"\(Self.nobody)\", socket.timeout.ms: soon", input: "{}\n")
        #expect(status == 78)
        #expect(errors.contains(#"Invalid value for configuration property "socket.timeout.ms""#), "\(errors)")
    }
}
