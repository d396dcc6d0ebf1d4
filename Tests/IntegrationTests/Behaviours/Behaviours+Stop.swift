import Foundation
import MillraceTesting
import Testing

extension Behaviours {
    /// SIGTERM with 200 in flight: what can finish in the time finishes, all that is done is committed, the group is
    /// left at once, and a restart runs what was abandoned and nothing else.
    static func termination(on broker: TestBroker) async throws {
        let scene = try Scene("term", on: broker)
        try scene.send(
            try (0..<200).map { offset in
                try Scene.event("\(offset)", key: "\(offset)") {
                    if offset < 100 { $0.sleepMilliseconds = 1_500 } else { $0.holdUntil = "go" }
                    // Their letters are made while it drains.
                    if (90..<100).contains(offset) { $0.rejectCode = "late" }
                }
            })
        // Whoever does not leave is waited for, for as long as this.
        let session = broker.embedded == nil ? ["session.timeout.ms": "45000"] : [:]
        let first = try scene.process(drain: "4s", concurrency: 256, properties: session)
        try await eventually("200 are in flight") { scene.journal.entries(.started).count == 200 }
        let asked = ContinuousClock.now
        first.signal(SIGTERM)
        try await eventually("the signal was heard") { first.errors.contains("draining") }
        try scene.send([try Scene.event("later", key: "later")])
        let status = try await first.end(within: .seconds(30))
        let took = ContinuousClock.now - asked
        #expect(status == 0 || status == 75)
        #expect(took < .seconds(10), "the drain has a bound, and close does not hang")
        #expect(Set(scene.journal.entries(.succeeded).map(\.offset)) == Set(0..<90))
        #expect(try scene.committed() == 100, "the final commit was made")
        #expect(scene.journal.starts(200) == 0, "nothing new is taken after the signal")
        let origins = try scene.letters().compactMap { $0["millrace-origin-offset"].flatMap { Int64($0) } }
        #expect(origins == Array(90..<100), "letters that were under way are written")

        let restarted = ContinuousClock.now
        if let members = try broker.membersByTool(group: scene.group) { #expect(members.isEmpty, "the group was left") }
        let second = try scene.process(concurrency: 256)
        try await eventually("the restart has begun") { scene.journal.starts(100) == 2 }
        if broker.embedded == nil {
            #expect(ContinuousClock.now - restarted < .seconds(30), "the group was left: nobody waits for the session")
        }
        try scene.open("go")
        try await scene.waitForCommit(201)
        let again = scene.journal.entries(.started).filter { $0.process == second.identifier }.map(\.offset)
        #expect(again.sorted() == Array(100...200), "only what was abandoned runs again, and what came later")
        second.signal(SIGTERM)
        #expect(try await second.end() == 0)
    }

    /// A second SIGTERM does not wait for anything.
    static func secondTermination(on broker: TestBroker) async throws {
        let scene = try Scene("twice", on: broker)
        try scene.send([try Scene.event("0", key: "k") { $0.blockUntil = "never" }])
        let process = try scene.process(drain: "120s")
        try await eventually("the record is in flight") { scene.journal.starts(0) == 1 }
        process.signal(SIGTERM)
        try await eventually("the drain has begun") { process.errors.contains("draining") }
        #expect(process.isRunning)
        let asked = ContinuousClock.now
        process.signal(SIGTERM)
        let status = try await process.end(within: .seconds(20))
        #expect(ContinuousClock.now - asked < .seconds(3))
        #expect(status != 0)
        #expect(try scene.committed() ?? 0 == 0)
    }
}
