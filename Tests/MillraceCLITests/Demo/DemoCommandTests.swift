import CloudEvents
import Foundation
import Millrace
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
            case .letter(let reason):
                #expect(answer["outcome"] as? String == "route")
                // The resource that the processor refuses is one that the documentation does not list.
                let unknown = reason == "rejected:unknownResource" ? ["unknownEnum:/data/resourceType"] : []
                #expect(Set(try #require(answer["tolerated"] as? [String])) == Set(record.tolerated + unknown))
            case .processed(let type):
                #expect(answer["outcome"] as? String == "route")
                #expect(answer["type"] as? String == type)
                #expect(Set(try #require(answer["tolerated"] as? [String])) == Set(record.tolerated))
            case .skipped(let reason): #expect(answer["reason"] as? String == reason)
            }
        }
    }
}
