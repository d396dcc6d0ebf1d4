import Foundation
import MillraceKafka
import MillraceTesting

/// Real brokers of their own for one test, started by `Scripts/kafka`, so that one can be ended.
final class ReplicatedCluster {
    let broker: TestBroker
    private let runner: ChildProcess
    private let folder: String
    private let files: TemporaryFolder
    private var ended: [Int] = []

    private static var script: URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Scripts/kafka")
            .standardizedFileURL
    }

    /// Whether there is a Kafka to start.
    static var isPossible: Bool { (try? ChildProcess.run(script, ["check"])) != nil }

    /// Starts them. They end with this process, at the latest.
    init(brokers: Int = 3) async throws {
        let files = try TemporaryFolder("cluster")
        let wait = """
            echo "$KAFKA_BOOTSTRAP_SERVERS $KAFKA_FOLDER" > '\(files.path("ready.new"))'
            mv '\(files.path("ready.new"))' '\(files.path("ready"))'
            while kill -0 \(ProcessInfo.processInfo.processIdentifier) 2> /dev/null; do sleep 0.5; done
            """
        let runner = try ChildProcess(Self.script, ["run", "--brokers", "\(brokers)", "--", "bash", "-c", wait])
        let words = try await eventually("\(brokers) brokers answer; \(runner.errors)", within: .seconds(120)) {
            let words = files.text("ready").split(separator: " ").map {
                $0.trimmingCharacters(in: .whitespacesAndNewlines)
            }
            return words.count == 2 ? words : nil
        }
        self.runner = runner
        self.files = files
        broker = TestBroker(at: words[0])
        folder = words[1]
    }

    /// Makes a topic with its replicas on given brokers, one list a partition, the leader first.
    func makeTopic(_ name: String, replicas: [[Int]], configuration: [String: String] = [:]) throws {
        guard let tool = Programs.kafkaTool("kafka-topics.sh") else {
            throw ProgramFailed(description: "there is no kafka-topics.sh in KAFKA_HOME")
        }
        let assignment = replicas.map { $0.map(String.init).joined(separator: ":") }.joined(separator: ",")
        var arguments = ["--bootstrap-server", broker.bootstrapServers, "--create", "--topic", name]
        arguments += ["--replica-assignment", assignment]
        for (name, value) in configuration { arguments += ["--config", "\(name)=\(value)"] }
        _ = try ChildProcess.run(tool, arguments)
        let admin = try KafkaAdmin(broker.properties)
        defer { admin.destroy() }
        _ = try admin.readyTopic(name, timeoutMilliseconds: 30_000)
    }

    /// Ends one broker at once.
    func kill(_ identifier: Int) throws {
        _ = try ChildProcess.run(Self.script, ["kill", folder, "\(identifier)"])
        ended.append(identifier)
    }

    /// Starts the brokers again that were ended.
    func restart() throws {
        for identifier in ended { _ = try ChildProcess.run(Self.script, ["restart", folder, "\(identifier)"]) }
        ended = []
    }

    /// Ends all.
    func stop() async throws {
        runner.signal(SIGTERM)
        _ = try await runner.end()
    }
}
