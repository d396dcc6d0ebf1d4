import Foundation
import Millrace
import MillraceEngine
import MillraceKafka
import MillraceTesting
import Testing

extension Behaviours {
    private static let types = ["created", "updated", "deleted"].map { "com.qlik.scheduling.task.\($0)" }
    private static let hour: Int64 = 3_600_000

    /// Thirty events in each of three partitions: ten of four hours ago, ten of three, ten of two, a second apart, of three
    /// types in turn, of one key in each partition. The sixteenth of each partition waits for the file `go`, and in partition 2 the twenty-first for
    /// `live`.
    private static func sceneOfHours(_ purpose: String, on broker: TestBroker) throws -> (Scene, now: Int64) {
        let scene = try Scene(purpose, on: broker, partitions: 3)
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        for partition: Int32 in 0...2 {
            try scene.send(
                try (0..<30).map { offset in
                    var event = try Scene.event(
                        "\(partition)-\(offset)", key: "\(partition)", partition: partition, type: types[offset % 3]
                    ) {
                        if offset == 16 { $0.holdUntil = "go" }
                        if offset == 21, partition == 2 { $0.holdUntil = "live" }
                    }
                    event.timestamp = now - (4 - Int64(offset / 10)) * hour + Int64(offset % 10) * 1000
                    return event
                })
        }
        return (scene, now)
    }

    private static func text(_ milliseconds: Int64) -> String { WallClock.text(milliseconds: milliseconds) }

    /// The updated events of one hour go to the chosen processor and nothing else does; a kill in the middle loses and adds
    /// nothing; the live worker, which is a member all the time, finds its offsets as it left them.
    static func replayIsolation(on broker: TestBroker) async throws {
        let (scene, now) = try sceneOfHours("replay", on: broker)
        let live = try scene.worker { $0.lanes = 2 }
        try scene.open("go")
        for partition: Int32 in 0...2 { try await scene.waitForCommit(partition == 2 ? 21 : 30, partition: partition) }
        let before = try scene.liveCommits()
        #expect(before.map(\.offset) == [30, 30, 21])
        #expect(before.allSatisfy { $0.metadata?.isEmpty == false }, "there are bytes that could change")

        let folder = try TemporaryFolder("replay")
        let range = ["--from", text(now - 3 * hour), "--to", text(now - 2 * hour), "--type", types[1]]
        let expected = (0...2).flatMap { partition in
            [10, 13, 16, 19].map { RecordPlace(partition: partition, offset: $0) }
        }
        let journal = Journal(path: folder.path("journal"))
        let first = try scene.replay("hours", folder: folder, range)
        try await eventually("the replay waits in each partition; \(first.errors)") {
            journal.places(.started).filter { $0.offset == 16 }.count == 3
        }
        try await eventually("what was before is committed") {
            try scene.replayStatus("hours")?.parts.map(\.committed) == [16, 16, 16]
        }
        first.signal(SIGKILL)
        #expect(try await first.end() == -SIGKILL)

        try folder.write([], to: "go")
        // Without its range, which was resolved once.
        let second = try scene.replay("hours", folder: folder, ["--type", types[1]])
        #expect(try await second.end() == 0, "\(second.errors)")
        #expect(Set(journal.places(.succeeded)) == Set(expected), "only matching events, and all of them")
        #expect(journal.places(.succeeded).count == expected.count, "what was committed is not done again")
        let status = try #require(try scene.replayStatus("hours"))
        #expect(status.parts.map(\.mark.start) == [10, 10, 10])
        #expect(status.parts.map(\.committed) == [20, 20, 20], "it stops at its end")
        #expect(status.progress.isComplete)
        if let seen = try broker.committedByTool(group: scene.group + ".replay.hours", scene.topic) {
            #expect(seen == [0: 20, 1: 20, 2: 20], "any Kafka tool sees it")
        }

        try await nothingToDo(scene, folder, now: now)
        #expect(journal.places(.started).count == expected.count + 3, "nothing else was begun")

        #expect(try scene.liveCommits() == before, "the live group's offsets and metadata are the same bytes")
        #expect(live.assigned.count == 3, "live work went on all the time")
        #expect(live.facts.all { if case .revoked = $0 { true } else { nil } }.isEmpty)
        try scene.open("live")
        try await scene.waitForCommit(30, partition: 2)
        #expect(scene.journal.entries(.succeeded).count == 90, "each event once to the live worker")
        try await live.stop()
    }

    /// An empty range, and a time past the last record but before now, are nothing to do; so is the same name again.
    private static func nothingToDo(_ scene: Scene, _ folder: TemporaryFolder, now: Int64) async throws {
        let moment = text(now - 3 * hour)
        for (name, range) in [
            ("empty", ["--from", moment, "--to", moment]), ("late", ["--from", text(now - hour)]),
            ("future", ["--from", text(now + hour)]), ("between", ["--from", "-210m", "--to", "-205m"]),
        ] {
            let process = try scene.replay(name, folder: folder, range)
            #expect(try await process.end() == 0, "\(process.errors)")
            #expect(process.errors.contains("nothing to do"), "\(process.errors)")
            #expect(try scene.replayStatus(name) == nil, "no group is made for \(name)")
        }
        let again = try scene.replay("hours", folder: folder, ["--type", types[1]])
        #expect(try await again.end() == 0)
        #expect(again.errors.contains("complete already"))
    }

    /// Events come in, and the live worker handles them, while a replay of everything up to its beginning runs: neither
    /// sees the other's. A stop in the middle says how to go on.
    static func replayBesideTraffic(on broker: TestBroker) async throws {
        let scene = try Scene("traffic", on: broker, partitions: 2)
        func send(_ numbers: Range<Int>) throws {
            try scene.send(
                try numbers.map {
                    try Scene.event("\($0)", key: "\($0)", partition: Int32($0 % 2), type: types[$0 % 3])
                })
        }
        try send(0..<200)
        let live = try scene.worker()
        for partition: Int32 in 0...1 { try await scene.waitForCommit(100, partition: partition) }
        let folder = try TemporaryFolder("traffic")
        let journal = Journal(path: folder.path("journal"))
        let first = try scene.replay("all", folder: folder, ["--from", "earliest", "--rate", "40/s"])
        try await eventually("the replay has begun; \(first.errors)") { journal.places(.succeeded).count >= 20 }
        try send(200..<400)
        try await eventually("the live worker has handled what came in") {
            scene.journal.entries(.succeeded).count == 400
        }
        first.signal(SIGINT)
        #expect(try await first.end() == 75, "\(first.errors)")
        #expect(first.errors.contains("--name all"), "it says the command that goes on")
        let stopped = try #require(try scene.replayStatus("all"))
        #expect(!stopped.progress.isComplete && stopped.progress.settled >= 20)
        #expect(try listed(scene, folder) == ["all": "stopped"])
        let second = try scene.replay("all", folder: folder, [])
        #expect(try await second.end() == 0, "\(second.errors)")
        #expect(try listed(scene, folder) == ["all": "complete"])
        #expect(journal.places(.succeeded).count == 200, "each once, across an orderly stop")
        #expect(journal.places(.succeeded).allSatisfy { $0.offset < 100 }, "nothing that came in since")
        for partition: Int32 in 0...1 { try await scene.waitForCommit(200, partition: partition) }
        #expect(scene.journal.entries(.succeeded).count == 400, "each once to the live worker")
        try await live.stop()
    }

    /// What `replay list` says, by name; `replay status` says the same.
    private static func listed(_ scene: Scene, _ folder: TemporaryFolder) throws -> [String: String] {
        func ask(_ words: String...) throws -> Any {
            let output = try ChildProcess.run(
                try Programs.built("MillraceDirectedWorker"),
                ["replay"] + words + ["--config", folder.path("replay.yaml"), "--json"])
            return try JSONSerialization.jsonObject(with: Data(output))
        }
        var states: [String: String] = [:]
        for replay in try #require(try ask("list") as? [[String: Any]]) {
            let name = try #require(replay["replay"] as? String)
            let status = try #require(try ask("status", name) as? [String: Any])
            #expect(NSDictionary(dictionary: status) == NSDictionary(dictionary: replay))
            #expect(replay["total"] as? Int == 200)
            #expect(replay["request"] as? String == "processors=directed")
            #expect((replay["partitions"] as? [[String: Any]])?.compactMap { $0["to"] as? Int } == [100, 100])
            states[name] = replay["state"] as? String
        }
        return states
    }

    /// Compaction took records away, also the one before an end: the replay ends all the same, and hands over what is left.
    static func replayOfCompactedTopic(on broker: TestBroker) async throws {
        let (scene, end) = try await compacted(on: broker)
        let present = try scene.records().map(\.offset)
        #expect(present.count < Int(end))
        // Offsets that are gone: a range that ends behind one of them.
        let gap = try #require((1..<60).last { !present.contains($0) && !present.contains($0 - 1) })
        for (name, range, to) in [
            ("whole", ["--from", "earliest"], end), ("part", ["--from", "offset:0", "--to", "offset:\(gap)"], gap),
        ] {
            let folder = try TemporaryFolder("compacted")
            let process = try scene.replay(name, folder: folder, range)
            #expect(try await process.end() == 0, "\(process.errors)")
            let seen = Journal(path: folder.path("journal")).places(.succeeded).map(\.offset)
            // The cleaner may go on: nothing that is there now was missed.
            let left = try scene.records().map(\.offset).filter { $0 < to }
            #expect(Set(seen).isSuperset(of: left))
            #expect(seen.allSatisfy { $0 < to })
            let status = try #require(try scene.replayStatus(name))
            #expect(status.parts.map(\.committed) == [to])
        }
    }

    /// Control records and aborted batches take the offsets before an end: the replay ends, and hands over nothing aborted.
    static func replayOfTransactionalTopic(on broker: TestBroker) async throws {
        let (scene, records, end) = try await transactional(on: broker)
        // The first transaction has ten records; its control record is at 10, and an aborted one follows.
        for (name, range, to) in [
            ("whole", ["--from", "earliest"], end), ("control", ["--from", "earliest", "--to", "offset:11"], 11),
            ("aborted", ["--from", "offset:5", "--to", "offset:15"], 15),
        ] {
            let folder = try TemporaryFolder("transactional")
            let process = try scene.replay(name, folder: folder, range)
            #expect(try await process.end() == 0, "\(process.errors)")
            let seen = Journal(path: folder.path("journal")).places(.succeeded).map(\.offset).sorted()
            let from: Int64 = name == "aborted" ? 5 : 0
            #expect(seen == records.map(\.offset).filter { $0 >= from && $0 < to }.sorted(), "\(name)")
            let status = try #require(try scene.replayStatus(name))
            #expect(status.parts.map(\.committed) == [to])
        }
    }

    /// Three processes begin one replay at once and share its partitions; one is killed, the two others do its part.
    static func sharedReplay(on broker: TestBroker) async throws {
        let scene = try Scene("shared", on: broker, partitions: 6)
        try scene.send(
            try (0..<600).map { number in
                try Scene.event(
                    "\(number)", key: "\(number)", partition: Int32(number % 6), type: types[number / 6 % 2]
                ) {
                    // In each partition the work stops until told.
                    if number / 6 == 50 { $0.holdUntil = "go" }
                }
            })
        let folder = try TemporaryFolder("shared")
        let journal = Journal(path: folder.path("journal"))
        let processes = try (0..<3).map { _ in
            try scene.replay("shared", folder: folder, concurrency: 4, ["--from", "earliest", "--type", types[0]])
        }
        let held = try await eventually("each of the three waits in its partitions") {
            let waiting = Dictionary(grouping: journal.entries(.started).filter { $0.offset == 50 }, by: \.process)
            return waiting.count == 3 ? waiting.mapValues { Set($0.map(\.partition)) } : nil
        }
        #expect(Set(held.keys) == Set(processes.map(\.identifier)))
        let victim = processes[1]
        victim.signal(SIGKILL)
        #expect(try await victim.end() == -SIGKILL)
        try folder.write([], to: "go")
        for process in [processes[0], processes[2]] { #expect(try await process.end() == 0, "\(process.errors)") }
        var expected: Set<RecordPlace> = []
        for partition: Int32 in 0..<6 {
            for offset: Int64 in 0..<100 where offset % 2 == 0 {
                expected.insert(RecordPlace(partition: partition, offset: offset))
            }
        }
        #expect(Set(journal.places(.succeeded)) == expected, "nothing lost, and nothing that was not asked for")
        let status = try #require(try scene.replayStatus("shared"))
        #expect(status.progress.isComplete)
        #expect(status.parts.map(\.committed) == Array(repeating: 100, count: 6))
        #expect(try scene.liveCommits().isEmpty, "the live group has heard of nothing")
        // What was committed before the kill was not done again: at most what was in flight and since the last commit.
        let repeated = journal.places(.succeeded).count - expected.count
        #expect(repeated < expected.count / 2, "\(repeated) of \(expected.count) twice")
    }
}
