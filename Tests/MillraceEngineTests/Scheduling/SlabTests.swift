import Testing

@testable import MillraceEngine

@Suite("The slab and the queue of indices")
struct SlabTests {
    @Test(arguments: 0..<4)
    func anIndexKeepsItsElementUntilItIsGivenBack(_ seed: UInt64) {
        var random = RandomSource(seed: seed)
        var slab = Slab<UInt64>(capacity: 4)
        var kept: [Int32: UInt64] = [:]
        for _ in 0..<1_500 {
            if kept.isEmpty || random.next(through: 9) < 6 {
                let value = random.next()
                let index = slab.insert(value)
                #expect(kept[index] == nil, "an index in use was given out")
                kept[index] = value
            } else if let index = kept.keys.sorted().randomElement(using: &random) {
                slab.remove(index)
                kept[index] = nil
                let isThere = slab.contains(index)
                #expect(!isThere)
            }
            let count = slab.count
            #expect(count == kept.count)
        }
        for (index, value) in kept {
            let found = slab[index]
            #expect(found == value)
        }
        let found = (0..<slab.end).filter { slab.contains($0) }
        #expect(Set(found) == Set(kept.keys))
    }

    @Test func elementsChangeInPlace() {
        var slab = Slab<Int>(capacity: 1)
        let first = slab.insert(1)
        let second = slab.insert(2)
        slab[first] += 10
        let values = (slab[first], slab[second])
        #expect(values == (11, 2))
        let outside = slab.contains(-1) || slab.contains(2)
        #expect(!outside)
    }

    @Test(arguments: 0..<4)
    func theQueueIsFirstInFirstOut(_ seed: UInt64) {
        var random = RandomSource(seed: seed)
        var queue = IndexQueue(capacity: 2)
        var model: [Int32] = []
        for number in Int32(0)..<4_000 {
            switch random.next(through: 9) {
            case 0...5:
                queue.append(number)
                model.append(number)
            case 6...8:
                let taken = queue.popFirst()
                #expect(taken == (model.isEmpty ? nil : model.removeFirst()))
            default:
                let divisor = Int32(random.next(through: 5)) + 2
                queue.removeAll { $0 % divisor == 0 }
                model.removeAll { $0 % divisor == 0 }
            }
            let (count, isEmpty) = (queue.count, queue.isEmpty)
            #expect(count == model.count && isEmpty == model.isEmpty)
        }
        while let taken = queue.popFirst() { #expect(taken == model.removeFirst()) }
        #expect(model.isEmpty)
    }
}
