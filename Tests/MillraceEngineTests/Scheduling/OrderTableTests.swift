import Testing

@testable import MillraceEngine

@Suite("The order table")
struct OrderTableTests {
    private static func work(_ key: UInt32) -> Work {
        Work(
            record: 0, route: 0, state: .waiting, attempt: 0, isUnavailable: false, isOrdered: true, generation: 1,
            key: key, next: -1, firstFailedAt: 0, startedAt: 0)
    }

    /// Few keys in fewer lists, in any order, against a queue for each key.
    @Test(arguments: 0..<8)
    func eachKeyIsAQueueOfItsOwn(_ seed: UInt64) {
        var random = RandomSource(seed: seed)
        var table = OrderTable()
        var works = Slab<Work>(capacity: 8)
        // Pairs of keys that share a list.
        let keys: [UInt32] = [1, 0x0001_0000, 2, 0x0002_0000, 0x4003, 0x8003]
        var lists: Set<Int32> = []
        for key in keys { lists.insert(table.list(for: key)) }
        #expect(lists.count < keys.count)
        var queues: [UInt32: [Int32]] = [:]
        for step in 0..<2_000 {
            let key = keys[Int(random.next(through: UInt64(keys.count - 1)))]
            switch random.next(through: 99) {
            case 0..<(step < 1_500 ? 55 : 30):
                let index = works.insert(Self.work(key))
                let mayRun = table.append(index, in: &works)
                #expect(mayRun == queues[key, default: []].isEmpty)
                queues[key, default: []].append(index)
            case ..<99:
                guard let first = queues[key]?.first else { continue }
                let next = table.removeFirst(first, in: &works)
                works.remove(first)
                queues[key]?.removeFirst()
                #expect(next == queues[key]?.first)
            default:
                removeSome(key, &random, &table, &works, &queues)
            }
        }
        for (key, var queue) in queues {
            while let first = queue.first {
                let next = table.removeFirst(first, in: &works)
                works.remove(first)
                queue.removeFirst()
                #expect(next == queue.first)
            }
            queues[key] = []
            let list = table.list(for: key)
            var isShared = false
            for (other, queue) in queues where !queue.isEmpty { isShared = isShared || table.list(for: other) == list }
            let isEmpty = table.isEmpty(list)
            #expect(isEmpty != isShared)
        }
    }

    /// As many keys as make the table grow twice, three of each.
    @Test func growingKeepsEachKeysOrder() {
        var table = OrderTable()
        var works = Slab<Work>(capacity: 8)
        let keys = (0..<6_000).map { UInt32($0) &* 0x9E37_79B9 }
        var queues: [UInt32: [Int32]] = [:]
        for round in 0..<3 {
            for key in keys {
                let index = works.insert(Self.work(key))
                #expect(table.append(index, in: &works) == (round == 0))
                queues[key, default: []].append(index)
            }
        }
        for key in keys {
            let queue = queues[key] ?? []
            for (place, index) in queue.enumerated() {
                let next = table.removeFirst(index, in: &works)
                works.remove(index)
                #expect(next == (place + 1 < queue.count ? queue[place + 1] : nil))
            }
        }
        for key in keys {
            let isEmpty = table.isEmpty(table.list(for: key))
            #expect(isEmpty)
        }
    }

    private func removeSome(
        _ key: UInt32, _ random: inout RandomSource, _ table: inout OrderTable, _ works: inout Slab<Work>,
        _ queues: inout [UInt32: [Int32]]
    ) {
        let list = table.list(for: key)
        let divisor = Int32(random.next(through: 2)) + 2
        var ofList: [UInt32] = []
        for other in queues.keys where table.list(for: other) == list { ofList.append(other) }
        let doomed = ofList.flatMap { queues[$0] ?? [] }.filter { $0 % divisor == 0 }
        for index in doomed { works[index].generation = 0 }
        var first: [Int32] = []
        table.removeAll(of: list, in: &works) {
            $0.generation == 0
        } mayRun: {
            first.append($0)
        }
        for key in ofList { queues[key]?.removeAll { $0 % divisor == 0 } }
        for index in doomed { works.remove(index) }
        #expect(Set(first) == Set(ofList.compactMap { queues[$0]?.first }))
    }

    @Test func anEmptyListGivesNothing() {
        var table = OrderTable()
        var works = Slab<Work>()
        table.removeAll(of: 7, in: &works) { _ in
            true
        } mayRun: { _ in
            Issue.record("there is nothing")
        }
        let isEmpty = table.isEmpty(7)
        #expect(isEmpty)
    }
}
