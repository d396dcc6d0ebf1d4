import Foundation
import Millrace
import MillraceKafka
import MillraceTesting
import Testing

extension Behaviours {
    /// A record fails whenever it is tried, and the worker is killed after each attempt: it has no more attempts than the
    /// route allows, and then its letter. Attempts are counted once they are committed.
    static func attemptsSurviveRestarts(on broker: TestBroker) async throws {
        let scene = try Scene("attempts", on: broker)
        try scene.send([
            try Scene.event("0", key: "k") {
                $0.failures = 100
                $0.retryAfterSeconds = 3_600
            },
            try Scene.event("1", key: "k"),
        ])
        for attempt in 1...2 {
            let process = try scene.process(attempts: 3)
            try await eventually("attempt \(attempt) is committed; \(process.errors.suffix(500))") {
                try scene.metadata()?.hasSuffix(":\(attempt)") == true
            }
            process.signal(SIGKILL)
            #expect(try await process.end() == -SIGKILL)
            #expect(try scene.letters().isEmpty)
        }
        let last = try scene.process(attempts: 3)
        try await scene.waitForCommit(2)
        last.signal(SIGTERM)
        #expect(try await last.end() == 0)
        #expect(scene.journal.entries(.started).filter { $0.offset == 0 }.map(\.attempt) == [1, 2, 3])
        let letters = try scene.letters()
        #expect(letters.map { $0["millrace-reason"] } == ["retriesExhausted"])
        #expect(letters.first?["millrace-attempts"] == "3")
        #expect(scene.journal.starts(1) == 1, "the next of its key waited for the letter")
    }

    /// A record takes down whoever handles it, while it moves between two workers that are started again each time: it is
    /// found and dead-lettered, and no other record is.
    static func crashingRecord(on broker: TestBroker) async throws {
        let scene = try Scene("crash", on: broker, partitions: 2)
        let (count, culprit) = (40, Int64(17))
        for partition: Int32 in 0...1 {
            try scene.send(
                try (0..<count).map { number in
                    try Scene.event("\(partition)-\(number)", key: "\(number % 11)", partition: partition) {
                        if partition == 0, number == Int(culprit) { $0.endsProcess = true }
                    }
                })
        }
        var workers = [try scene.process(), try scene.process()]
        var identifiers = workers.map { Set([$0.identifier]) }
        func isDone() throws -> Bool {
            try (0...1).allSatisfy { try scene.committed($0) == Int64(count) }
        }
        var rounds = 0
        while try await eventually(
            "both workers have ended, or all is done", within: .seconds(120),
            { try isDone() ? false : workers.allSatisfy { !$0.isRunning } ? true : nil })
        {
            rounds += 1
            try #require(rounds < 20, "the culprit is found")
            for worker in workers { #expect(try await worker.end() == -SIGKILL) }
            // Both took their turn with the record before they are started again.
            workers = [try scene.process(), try scene.process()]
            for side in 0...1 { identifiers[side].insert(workers[side].identifier) }
        }
        for worker in workers where worker.isRunning {
            worker.signal(SIGTERM)
            #expect(try await worker.end() == 0)
        }

        let letters = try scene.letters()
        #expect(letters.map { $0["millrace-reason"] } == ["crashedProcess"])
        #expect(letters.map { $0["millrace-origin-offset"] } == ["\(culprit)"])
        #expect(letters.map { $0["millrace-origin-partition"] } == ["0"])
        #expect(letters.first?["millrace-detail"]?.contains("ended 3 times") == true)
        #expect(
            letters.first?.value == (try scene.records().first { $0.partition == 0 && $0.offset == culprit }?.value))
        let starts = scene.journal.entries(.started).filter { $0.partition == 0 && $0.offset == culprit }
        #expect(Set(starts.map(\.process)).count == starts.count, "each attempt was a process's last")
        #expect(starts.count >= 6, "three starts without progress, and three crashes of its own")
        for side in identifiers {
            #expect(starts.contains { side.contains($0.process) }, "it moved from one to the other")
        }
        for partition: Int32 in 0...1 {
            let done = Set(scene.journal.entries(.succeeded).filter { $0.partition == partition }.map(\.offset))
            let expected = Set(0..<Int64(count)).subtracting(partition == 0 ? [culprit] : [])
            #expect(done == expected, "partition \(partition): nothing else is missing")
            #expect(try scene.metadata(partition)?.contains("probe=") == false, "nothing is suspected any more")
        }
    }

    /// A worker is killed from outside twenty times, each time before it has got on at all: no record is blamed.
    static func killsFromOutside(on broker: TestBroker) async throws {
        let scene = try Scene("kills", on: broker, partitions: 2)
        for partition: Int32 in 0...1 {
            try scene.send(
                try (0..<10).map { number in
                    try Scene.event("\(partition)-\(number)", key: "\(number)", partition: partition) {
                        if number == 0 { $0.holdUntil = "go" }
                    }
                })
        }
        // Started again under its own name it has its partitions at once, and nobody waits for a session to end.
        let properties = ["group.instance.id": "one", "client.id": "one"]
        var withheld = 0
        for round in 0..<20 {
            let process = try scene.process(properties: properties)
            let isWithheld = try await eventually("round \(round): it has begun; \(process.errors.suffix(500))") {
                if scene.journal.entries(.started).contains(where: {
                    $0.process == process.identifier && $0.offset == 0
                }) {
                    return false
                }
                return process.errors.contains("is withheld") ? true : nil
            }
            if isWithheld { withheld += 1 }
            process.signal(SIGKILL)
            #expect(try await process.end() == -SIGKILL)
        }
        #expect(withheld > 0, "a suspect was there, and the process ended without it too")
        try scene.open("go")
        let last = try scene.process(properties: properties)
        for partition: Int32 in 0...1 { try await scene.waitForCommit(10, partition: partition) }
        last.signal(SIGTERM)
        #expect(try await last.end() == 0)
        #expect(try scene.letters().isEmpty)
        for partition: Int32 in 0...1 {
            let done = Set(scene.journal.entries(.succeeded).filter { $0.partition == partition }.map(\.offset))
            #expect(done == Set(0..<10))
        }
    }
}
