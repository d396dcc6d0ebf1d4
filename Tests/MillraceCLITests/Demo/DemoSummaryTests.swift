import Foundation
import Millrace
import MillraceEngine
import Testing

@testable import MillraceCLI

@Suite struct DemoSummaryTests {
    private let topic = "demo"

    /// 300 records over three partitions.
    private var expected: [DemoPlace: DemoRecord] {
        var events = DemoEvents()
        return Dictionary(
            uniqueKeysWithValues: (0..<300).map {
                (DemoPlace(partition: Int32($0 % 3), offset: Int64($0 / 3)), events.next())
            })
    }

    /// What a run in which nothing went wrong leaves behind: partition 0 in one worker, 1 and 2 in the other.
    private func perfect(_ expected: [DemoPlace: DemoRecord]) -> DemoSeen {
        var workers = [DemoWorkerSeen(name: "worker 1"), DemoWorkerSeen(name: "worker 2")]
        var letters: [DemoLetter] = []
        var counts = [PartitionCounts](repeating: PartitionCounts(), count: 3)
        for (place, record) in expected {
            let worker = place.partition == 0 ? 0 : 1
            let partition = Int(place.partition)
            counts[partition].received += 1
            for code in record.tolerated { workers[worker].tolerated[code, default: 0] += 1 }
            switch record.ending {
            case .processed(let type):
                workers[worker].processed[place] = (type, 1)
                counts[partition].succeeded += 1
            case .letter(let reason):
                var letter = record.record
                letter.headers.append(.init("millrace-reason", reason))
                letters.append(DemoLetter(origin: place, reason: reason, record: letter))
                counts[partition].deadLettered += 1
            case .skipped(let reason):
                workers[worker].skipped[place] = reason
                counts[partition].skipped += 1
            }
        }
        for (partition, counts) in counts.enumerated() {
            workers[partition == 0 ? 0 : 1].reports.append(
                PartitionReport(
                    name: PartitionName(topic: topic, partition: Int32(partition)), epoch: 1, counts: counts,
                    watermark: 100, oldestUnsettledSince: nil, held: nil))
        }
        return DemoSeen(topic: topic, workers: workers, letters: letters)
    }

    /// The places of records that end in a way, in order.
    private func places(
        _ expected: [DemoPlace: DemoRecord], where ends: (DemoRecord.Ending) -> Bool
    ) -> [DemoPlace] {
        expected.filter { ends($0.value.ending) }.keys.sorted()
    }

    private func isProcessed(_ ending: DemoRecord.Ending) -> Bool {
        if case .processed = ending { true } else { false }
    }

    private func isLetter(_ ending: DemoRecord.Ending) -> Bool {
        if case .letter = ending { true } else { false }
    }

    @Test func aRunInWhichNothingWentWrongHasNoDifferences() throws {
        let expected = expected
        let summary = DemoSummary(expected: expected, seen: perfect(expected))
        #expect(summary.differences == [])
        #expect(summary.records == 300)
        #expect(summary.repeated == 0)
        #expect(summary.letters.reduce(0) { $0 + $1.seen } == 30)
        #expect(Set(summary.letters.map(\.name)) == Set(DemoFault.allCases.map(\.reason)))
        #expect(summary.letters.allSatisfy { $0.expected == $0.seen })
        #expect(summary.skipped == [DemoSummary.Count(name: "tombstone", expected: 3, seen: 3)])
        #expect(summary.types.map { $0.workers.reduce(0, +) } == summary.types.map(\.expected))
        #expect(
            summary.text.contains("All 300 records are accounted for: 267 handled, 30 dead-lettered, 3 passed over"))
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(summary.json)) as? [String: Any])
        #expect(json["ok"] as? Bool == true)
        #expect(json["records"] as? Int == 300)
        #expect((json["identity"] as? [Any])?.count == 3)
    }

    @Test func whatIsMissingIsNamed() throws {
        let expected = expected
        var seen = perfect(expected)
        let lost = try #require(places(expected, where: isProcessed).first)
        for index in seen.workers.indices { seen.workers[index].processed[lost] = nil }
        let letter = seen.letters.removeFirst()
        seen.workers[0].skipped = [:]
        let differences = DemoSummary(expected: expected, seen: seen).differences
        #expect(differences.count == 3)
        #expect(
            differences[0]
                == "1 record never processed, the first at demo/\(lost.partition) offset \(lost.offset)")
        #expect(
            differences[1].contains("without the dead letter")
                && differences[1].contains("demo/\(letter.origin.partition) offset \(letter.origin.offset)"))
        #expect(differences[2].contains("not passed over"))
    }

    @Test func whatEndedInTheWrongPlaceIsNamed() throws {
        let expected = expected
        var seen = perfect(expected)
        let processed = places(expected, where: isProcessed)
        let lettered = places(expected, where: isLetter)
        seen.workers[0].processed[lettered[0]] = (DemoEvents.created, 1)
        seen.workers[0].skipped[processed[1]] = "noRoute"
        seen.letters.append(
            DemoLetter(origin: processed[2], reason: "noRoute", record: RecordLine(value: nil)))
        let differences = DemoSummary(expected: expected, seen: seen).differences
        #expect(differences.count == 3)
        #expect(differences.allSatisfy { $0.contains("although they had to end elsewhere") })
    }

    @Test func aChangedLetterAnotherReasonAndAnotherTypeAreNamed() throws {
        let expected = expected
        var seen = perfect(expected)
        seen.letters[0].record.value?.append(0x20)
        seen.letters[1].reason = "other"
        let place = try #require(places(expected, where: isProcessed).first)
        for index in seen.workers.indices where seen.workers[index].processed[place] != nil {
            seen.workers[index].processed[place]?.type = "other"
        }
        seen.workers[0].reports[0].counts.received += 1
        seen.workers[0].tolerated["typeByEventType", default: 0] += 1
        let differences = DemoSummary(expected: expected, seen: seen).differences
        #expect(differences.count == 4)
        #expect(differences[0].contains("processed as another type"))
        #expect(differences[1].contains("for another reason"))
        #expect(differences[2].contains("changed in their dead letter"))
        #expect(differences[3] == "the identity does not hold for demo/0 in worker 1")
    }

    @Test func aHeaderMoreInFrontOfTheOthersIsAChange() {
        let expected = expected
        var seen = perfect(expected)
        seen.letters[0].record.headers.insert(.init("x", "y"), at: 0)
        #expect(DemoSummary(expected: expected, seen: seen).differences.count == 1)
    }

    @Test func aToleranceThatWasNotCountedIsNamed() {
        let expected = expected
        var seen = perfect(expected)
        let count = seen.workers.reduce(0) { $0 + ($1.tolerated["liftedExtensions"] ?? 0) }
        for index in seen.workers.indices { seen.workers[index].tolerated["liftedExtensions"] = nil }
        seen.workers[0].tolerated["bom"] = 1
        #expect(
            DemoSummary(expected: expected, seen: seen).differences == [
                "bom was tolerated 1 times instead of 0",
                "liftedExtensions was tolerated 0 times instead of \(count)",
            ])
    }

    @Test func whatWasHandledTwiceIsCountedAndAllowed() throws {
        let expected = expected
        var seen = perfect(expected)
        let place = try #require(places(expected, where: isProcessed).first)
        guard case .processed(let type) = expected[place]?.ending else { return }
        seen.workers[0].processed[place] = (type, 1)
        seen.workers[1].processed[place] = (type, 2)
        let summary = DemoSummary(expected: expected, seen: seen)
        #expect(summary.differences == [])
        #expect(summary.repeated == 2)
    }
}
