@testable import MillraceEngine

/// A record of a partition's log, and what is to become of it.
struct ModelRecord {
    enum Fate {
        /// It goes to these routes, a bit each.
        case routes(UInt64)
        case skipped
        /// No route can get it.
        case unreadable
    }

    var offset: Int64
    var key: UInt32?
    var bytes: Int
    var fate: Fate

    /// Few events, so that many come again, and fewer ids.
    var digest: EventDigest { EventDigest(identity: UInt128(bytes % 7), content: UInt128(bytes % 21)) }
}

extension RandomSource {
    mutating func chance(_ percent: UInt64) -> Bool { next(through: 99) < percent }

    mutating func index(below count: Int) -> Int { Int(next(through: UInt64(count - 1))) }

    /// A log with gaps, few keys, some of which share a list of the order table, and some records for no route.
    mutating func log(count: Int, routes: Int) -> [ModelRecord] {
        let keys: [UInt32?] = [1, 0x0001_0000, 2, 0x0002_0000, 3, nil]
        var offset: Int64 = 0
        return (0..<count).map { _ in
            offset += chance(20) ? Int64(next(through: 4)) : 0
            defer { offset += 1 }
            let fate: ModelRecord.Fate =
                switch next(through: 19) {
                case 0: .skipped
                case 1: .unreadable
                default: .routes(1 + next(through: (1 << UInt64(routes)) - 2))
                }
            return ModelRecord(
                offset: offset, key: keys[index(below: keys.count)], bytes: 50 + index(below: 500), fate: fate)
        }
    }
}
