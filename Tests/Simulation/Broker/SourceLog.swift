import MillraceEngine

/// A record of a partition's log, what is to become of it, and how processors take it.
struct SourceRecord {
    enum Fate: Equatable {
        /// It goes to these routes, a bit each.
        case routes(UInt64)
        /// A policy passes it over.
        case skipped
        /// No route can get it: a letter.
        case unreadable
    }

    enum Temper {
        case fine
        /// Fails by chance while there are faults.
        case flaky
        /// Fails whenever it is tried.
        case poison
        /// Is rejected.
        case hopeless
        /// Takes the process down.
        case killer
    }

    var offset: Int64
    var key: UInt32?
    var bytes: Int
    var fate: Fate
    var temper: Temper
    /// What it claims to be and what it says: some are sent again, and some names are used again for something else.
    var digest: EventDigest

    /// No handler ever gets it.
    var isOfNoRoute: Bool { if case .routes = fate { false } else { true } }

    /// What has to be done with it, a bit for each route; the reading's own bit for a letter of what is unreadable.
    var due: UInt64 {
        switch fate {
        case .routes(let mask): mask
        case .skipped: 0
        case .unreadable: 1 << UInt64(LaneEngine.readingRoute)
        }
    }
}

/// A partition's log. Compaction and transactions leave gaps, also at its end.
struct SourceLog {
    private(set) var records: [SourceRecord] = []
    /// The offset behind the last one.
    private(set) var end: Int64 = 0

    mutating func append(_ count: Int, routes: Int, killers: inout Int, random: inout RandomSource) {
        // Two pairs share a list of the order table.
        let keys: [UInt32?] = [1, 0x0001_0000, 2, 0x0002_0000, 3, nil]
        for _ in 0..<count {
            let fate: SourceRecord.Fate =
                switch random.next(through: 19) {
                case 0: .skipped
                case 1: .unreadable
                default: .routes(1 + random.next(through: (1 << UInt64(routes)) - 2))
                }
            let temper: SourceRecord.Temper =
                switch random.next(through: 19) {
                case 0: .poison
                case 1: .hopeless
                case 2..<6: .flaky
                default: .fine
                }
            let isKiller = killers > 0 && random.chance(4)
            if isKiller { killers -= 1 }
            if random.chance(15) { end += 1 + Int64(random.next(through: random.chance(20) ? 80 : 3)) }
            var record = SourceRecord(
                offset: end, key: keys[random.index(below: keys.count)], bytes: 50 + random.index(below: 500),
                fate: fate, temper: isKiller ? .killer : temper,
                digest: EventDigest(identity: UInt128(end), content: UInt128(end)))
            if random.chance(15), let earlier = records.suffix(10).randomElement(using: &random) {
                record.digest.identity = earlier.digest.identity
                if random.chance(70) { record.digest = earlier.digest }
                record.key = earlier.key
            }
            records.append(record)
            end += 1
        }
        if random.chance(25) { end += 1 + Int64(random.next(through: 2)) }
    }

    /// Where the first record at or behind an offset is.
    func index(from offset: Int64) -> Int {
        var (low, high) = (0, records.count)
        while low < high {
            let middle = (low + high) / 2
            if records[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// One assignment's reading of a partition. Stopped by control at once, however late its lane hears of that.
final class SourceReader {
    let partition: Int
    private var position: Int64
    private var toldEnd: Int64?
    private(set) var isStopped = false

    enum Item {
        case record(SourceRecord)
        /// Everything below was read or does not exist.
        case end(Int64)
    }

    init(partition: Int, start: Int64) {
        self.partition = partition
        position = start
    }

    func stop() { isStopped = true }

    func read(_ log: SourceLog, max: Int) -> [Item] {
        if isStopped { return [] }
        var items: [Item] = []
        var index = log.index(from: position)
        while items.count < max, index < log.records.count {
            items.append(.record(log.records[index]))
            position = log.records[index].offset + 1
            index += 1
        }
        if index == log.records.count, toldEnd != log.end {
            toldEnd = log.end
            items.append(.end(log.end))
        }
        return items
    }
}

extension RandomSource {
    mutating func chance(_ percent: UInt64) -> Bool { next(through: 99) < percent }

    mutating func index(below count: Int) -> Int { Int(next(through: UInt64(count - 1))) }
}
