import Testing

@testable import MillraceEngine

@Suite("A lane's engine: who waits for whom")
struct LaneIsolationTests {
    /// Thousands of keys share some lists: those of a partition that waits must not keep others waiting.
    @Test(arguments: [RouteRules.Order.key, .partition, .unordered])
    func aPartitionThatWaitsKeepsNoOtherWaiting(_ order: RouteRules.Order) throws {
        let rules = RouteRules.plain.with {
            $0.order = order
            $0.concurrency = 100_000
        }
        let lane = LaneHarness([rules])
        var random = RandomSource(seed: 5)
        for partition in Int32(0)..<64 { lane.assign(partition) }
        for offset in 0..<Int64(2_000) {
            lane.dispatch(offset, slot: 0, key: UInt32(truncatingIfNeeded: random.next()))
        }
        for (work, _) in lane.takeAll() { lane.fail(work, .unavailable) }
        #expect(lane.report(0)?.held == .unavailable)
        for partition in Int32(1)..<64 {
            for offset in 0..<Int64(100) {
                lane.dispatch(offset, slot: partition, key: UInt32(truncatingIfNeeded: random.next()))
            }
        }
        var settled = 0
        while case let taken = lane.takeAll(), !taken.isEmpty {
            for (work, _) in taken {
                lane.succeed(work)
                settled += 1
            }
        }
        #expect(settled == 63 * 100)
    }

    @Test func anotherKeyOfOneListDoesNotWait() throws {
        let lane = LaneHarness()
        lane.assign()
        // The low bits choose the list.
        let (one, other) = (UInt32(0x0001_0001), UInt32(0x0002_0002))
        let table = OrderTable()
        let areOfOneList = table.list(for: one) == table.list(for: other)
        #expect(areOfOneList)
        lane.dispatch(0, key: one)
        lane.dispatch(1, key: other)
        lane.dispatch(2, key: one)
        lane.dispatch(3, key: other)
        let first = lane.takeAll()
        #expect(first.map(\.offset) == [0, 1])
        lane.succeed(first[1].work)
        #expect(lane.takeAll().map(\.offset) == [3])
        lane.succeed(first[0].work)
        #expect(lane.takeAll().map(\.offset) == [2])
    }
}
