import Millrace
import MillraceEngine

/// Finds what a run lost, invented or changed.
struct DemoComparison {
    /// In words, for people.
    private(set) var differences: [String] = []
    /// Events handled more than once: allowed after a partition changed hands.
    private(set) var repeated = 0
    private let topic: String

    init(expected: [DemoPlace: DemoRecord], seen: DemoSeen) {
        topic = seen.topic
        compareProcessed(expected, seen.workers)
        compareLetters(expected, seen.letters)
        compareSkipped(expected, seen.workers)
        checkIdentity(seen.workers)
        compareTolerated(expected, seen.workers)
    }

    private mutating func compareProcessed(_ expected: [DemoPlace: DemoRecord], _ workers: [DemoWorkerSeen]) {
        var seen: [DemoPlace: (types: Set<String>, times: Int)] = [:]
        for worker in workers {
            for (place, handled) in worker.processed {
                seen[place, default: ([], 0)].types.insert(handled.type)
                seen[place, default: ([], 0)].times += handled.times
            }
        }
        repeated = seen.values.reduce(0) { $0 + $1.times - 1 }
        var missing: [DemoPlace] = []
        var wrong: [DemoPlace] = []
        for (place, record) in expected {
            guard case .processed(let type) = record.ending else { continue }
            guard let handled = seen[place] else {
                missing.append(place)
                continue
            }
            if handled.types != [type] { wrong.append(place) }
        }
        let invented = seen.keys.filter { place in
            if case .processed = expected[place]?.ending { return false }
            return true
        }
        report(missing, "never processed")
        report(wrong, "processed as another type")
        report(invented, "processed although they had to end elsewhere")
    }

    private mutating func compareLetters(_ expected: [DemoPlace: DemoRecord], _ letters: [DemoLetter]) {
        var byOrigin: [DemoPlace: [DemoLetter]] = [:]
        for letter in letters { byOrigin[letter.origin, default: []].append(letter) }
        var missing: [DemoPlace] = []
        var otherReason: [DemoPlace] = []
        var changed: [DemoPlace] = []
        for (place, record) in expected {
            guard case .letter(let reason) = record.ending else { continue }
            guard let found = byOrigin[place] else {
                missing.append(place)
                continue
            }
            if !found.allSatisfy({ $0.reason == reason }) { otherReason.append(place) }
            if !found.allSatisfy({ Self.isExact($0.record, record.record) }) { changed.append(place) }
        }
        let invented = byOrigin.keys.filter { place in
            if case .letter = expected[place]?.ending { return false }
            return true
        }
        report(missing, "without the dead letter that they had to get")
        report(otherReason, "dead-lettered for another reason")
        report(changed, "changed in their dead letter")
        report(invented, "dead-lettered although they had to end elsewhere")
    }

    /// Whether the letter has the record's key, value, and headers in their order, and nothing but Millrace's own after them.
    private static func isExact(_ letter: RecordLine, _ record: RecordLine) -> Bool {
        letter.key == record.key && letter.value == record.value
            && letter.headers.prefix { !$0.name.starts(with: "millrace-".utf8) } == record.headers[...]
    }

    private mutating func compareSkipped(_ expected: [DemoPlace: DemoRecord], _ workers: [DemoWorkerSeen]) {
        var skipped: [DemoPlace: String] = [:]
        for worker in workers { skipped.merge(worker.skipped) { $1 } }
        var missing: [DemoPlace] = []
        for (place, record) in expected {
            guard case .skipped(let reason) = record.ending else { continue }
            if skipped[place] != reason { missing.append(place) }
        }
        let invented = skipped.keys.filter { place in
            if case .skipped = expected[place]?.ending { return false }
            return true
        }
        report(missing, "not passed over although they had to be")
        report(invented, "passed over although they had to end elsewhere")
    }

    private mutating func checkIdentity(_ workers: [DemoWorkerSeen]) {
        for worker in workers {
            for report in worker.reports where report.name.topic == topic && !report.counts.balances {
                differences.append(
                    "the identity does not hold for \(topic)/\(report.name.partition) in \(worker.name)")
            }
        }
    }

    /// What is counted by code must add up; a record that is read again is counted again.
    private mutating func compareTolerated(_ expected: [DemoPlace: DemoRecord], _ workers: [DemoWorkerSeen]) {
        var counts: [String: Int] = [:]
        for code in expected.values.flatMap(\.tolerated) { counts[code, default: 0] += 1 }
        let received = workers.flatMap(\.reports).reduce(0) { $0 + Int(clamping: $1.counts.received) }
        let isExact = received == expected.count
        let seen = workers.reduce(into: [:]) { $0.merge($1.tolerated, uniquingKeysWith: +) }
        for code in Set(counts.keys).union(seen.keys).sorted() {
            let (wanted, found) = (counts[code] ?? 0, seen[code] ?? 0)
            if found < wanted || (isExact && found > wanted) {
                differences.append("\(code) was tolerated \(found) times instead of \(wanted)")
            }
        }
    }

    private mutating func report(_ places: [DemoPlace], _ what: String) {
        guard let first = places.min() else { return }
        let records = places.count == 1 ? "1 record" : "\(places.count) records"
        differences.append("\(records) \(what), the first at \(topic)/\(first.partition) offset \(first.offset)")
    }
}
