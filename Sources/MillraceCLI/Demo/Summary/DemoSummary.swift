import Millrace
import MillraceEngine

/// What a run of the demo came to, beside what it had to come to.
struct DemoSummary: Sendable {
    /// Expected and seen of one kind.
    struct Count: Sendable, Equatable {
        var name: String
        var expected: Int
        var seen: Int
    }

    /// How many events of a type each worker handled.
    struct TypeRow: Sendable, Equatable {
        var type: String
        var workers: [Int]
        var expected: Int
    }

    /// The identity's terms of a partition in one worker, over all of its assignments there.
    struct IdentityRow: Sendable, Equatable {
        var partition: Int32
        var worker: String
        var counts: PartitionCounts
    }

    var topic: String
    var workers: [String]
    var types: [TypeRow]
    var letters: [Count]
    var skipped: [Count]
    var identity: [IdentityRow]
    var tolerated: [Count]
    var retries: Int
    /// Events that were handled again after a partition changed hands.
    var repeated: Int
    /// One letter to be shown.
    var example: DemoLetter?
    /// What is not as it had to be, in words; empty: everything is accounted for.
    var differences: [String]

    var records: Int {
        types.reduce(0) { $0 + $1.expected } + (letters + skipped).reduce(0) { $0 + $1.expected }
    }
}

extension DemoSummary {
    /// Compares what had to happen with what happened.
    init(expected: [DemoPlace: DemoRecord], seen: DemoSeen) {
        let comparison = DemoComparison(expected: expected, seen: seen)
        topic = seen.topic
        workers = seen.workers.map(\.name)
        types = DemoEvents.types.map { type in
            TypeRow(
                type: type,
                workers: seen.workers.map { $0.processed.values.count { $0.type == type } },
                expected: expected.values.count { $0.ending == .processed(type: type) })
        }
        letters = Self.counts(
            expected: expected.values.compactMap { if case .letter(let reason) = $0.ending { reason } else { nil } },
            seen: Set(seen.letters.map { Settled(place: $0.origin, reason: $0.reason) }).map(\.reason))
        skipped = Self.counts(
            expected: expected.values.compactMap { if case .skipped(let reason) = $0.ending { reason } else { nil } },
            seen: Set(seen.workers.flatMap { $0.skipped.map { Settled(place: $0.key, reason: $0.value) } })
                .map(\.reason))
        identity = Self.identity(seen)
        tolerated = Self.tolerated(expected: expected.values.flatMap(\.tolerated), seen.workers)
        retries = seen.workers.reduce(0) { $0 + $1.retries }
        repeated = comparison.repeated
        example = seen.letters.filter { $0.reason == DemoFault.wrongDataType.reason }.min { $0.origin < $1.origin }
        differences = comparison.differences
    }

    /// A record that two workers may both have settled counts once.
    private struct Settled: Hashable {
        var place: DemoPlace
        var reason: String
    }

    private static func counts(expected: [String], seen: [String]) -> [Count] {
        let expected = Dictionary(expected.map { ($0, 1) }, uniquingKeysWith: +)
        let seen = Dictionary(seen.map { ($0, 1) }, uniquingKeysWith: +)
        return Set(expected.keys).union(seen.keys).sorted().map {
            Count(name: $0, expected: expected[$0] ?? 0, seen: seen[$0] ?? 0)
        }
    }

    private static func tolerated(expected: [String], _ workers: [DemoWorkerSeen]) -> [Count] {
        let expected = Dictionary(expected.map { ($0, 1) }, uniquingKeysWith: +)
        let seen = workers.reduce(into: [:]) { $0.merge($1.tolerated, uniquingKeysWith: +) }
        return Set(expected.keys).union(seen.keys).sorted().map {
            Count(name: $0, expected: expected[$0] ?? 0, seen: seen[$0] ?? 0)
        }
    }

    private static func identity(_ seen: DemoSeen) -> [IdentityRow] {
        var rows: [IdentityRow] = []
        for worker in seen.workers {
            for report in worker.reports where report.name.topic == seen.topic {
                let index = rows.firstIndex { $0.partition == report.name.partition && $0.worker == worker.name }
                if let index {
                    rows[index].counts.add(report.counts)
                } else {
                    rows.append(
                        IdentityRow(partition: report.name.partition, worker: worker.name, counts: report.counts))
                }
            }
        }
        return rows.sorted { ($0.partition, $0.worker) < ($1.partition, $1.worker) }
    }
}
