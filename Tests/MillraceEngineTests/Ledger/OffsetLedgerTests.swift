import Testing

@testable import MillraceEngine

@Suite("The offset ledger")
struct OffsetLedgerTests {
    @Test func theWatermarkIsTheFirstUnsettledOffset() throws {
        let ledger = LedgerHarness(start: 10)
        #expect(ledger.watermark == 10)
        let sequences = try (10..<15).map { try #require(ledger.receive($0)) }
        for sequence in sequences.dropFirst() { ledger.settle(sequence) }
        #expect(ledger.watermark == 10)
        ledger.settle(sequences[0])
        #expect(ledger.watermark == 15)
        #expect(ledger.counts.succeeded == 5)
        #expect(ledger.counts.balances)
    }

    @Test func gapsNeedNoCare() throws {
        let ledger = LedgerHarness(start: 0)
        let first = try #require(ledger.receive(3))
        let second = try #require(ledger.receive(100))
        #expect(ledger.watermark == 3)
        ledger.settle(first)
        #expect(ledger.watermark == 100)
        ledger.settle(second)
        #expect(ledger.watermark == 101)
    }

    @Test func theEndOfTheLogClosesTheLastGap() throws {
        let ledger = LedgerHarness(start: 0)
        let sequence = try #require(ledger.receive(3))
        ledger.reachedEnd(9)
        #expect(ledger.watermark == 3, "what is unsettled stays first")
        ledger.settle(sequence)
        #expect(ledger.watermark == 9)
        ledger.reachedEnd(5)
        #expect(ledger.watermark == 9)
        #expect(ledger.receive(8) == nil, "below the end that was reached")
        #expect(ledger.receive(9) != nil)
    }

    @Test func aRecordIsReceivedOnce() throws {
        let ledger = LedgerHarness(start: 5)
        #expect(ledger.receive(4) == nil)
        #expect(ledger.receive(5) != nil)
        #expect(ledger.receive(5) == nil)
        #expect(ledger.counts.received == 1)
    }

    @Test func whatIsReleasedIsNeitherSettledNorLost() throws {
        let ledger = LedgerHarness(start: 0)
        let sequences = try (0..<4).map { try #require(ledger.receive($0)) }
        ledger.settle(sequences[0], .deadLettered)
        ledger.settle(sequences[2], .skipped)
        ledger.releaseAll()
        #expect(ledger.watermark == 1)
        let counts = ledger.counts
        #expect(counts.deadLettered == 1 && counts.skipped == 1 && counts.released == 2 && counts.inFlight == 0)
        #expect(counts.balances)
    }

    @Test func theOldestIsTheFirstUnsettled() throws {
        let ledger = LedgerHarness(start: 0)
        #expect(ledger.oldest == nil)
        let first = try #require(ledger.receive(0, at: 100))
        let second = try #require(ledger.receive(1, at: 200))
        #expect(ledger.oldest == 100)
        ledger.settle(first)
        #expect(ledger.oldest == 200)
        ledger.settle(second)
        #expect(ledger.oldest == nil)
    }

    /// More at once than the ledger had room for, in any order, against a set.
    @Test(arguments: 0..<6)
    func anyOrderAgainstASet(_ seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let ledger = LedgerHarness(start: 0)
        var unsettled: [(offset: Int64, sequence: UInt64)] = []
        var next: Int64 = 0
        var received: UInt64 = 0
        for _ in 0..<2_500 {
            if random.next(through: 99) < (seed % 2 == 0 ? 90 : 49) {
                next += Int64(random.next(through: 3))
                let sequence = try #require(ledger.receive(next))
                unsettled.append((next, sequence))
                next += 1
                received += 1
            } else if !unsettled.isEmpty {
                let index = Int(random.next(through: UInt64(unsettled.count - 1)))
                ledger.settle(unsettled.remove(at: index).sequence)
            }
            let first = unsettled.map(\.offset).min() ?? next
            if ledger.watermark != first { Issue.record("\(ledger.watermark) instead of \(first)") }
        }
        let counts = ledger.counts
        #expect(counts.received == received)
        #expect(counts.inFlight == UInt64(unsettled.count))
        #expect(counts.balances)
    }
}

/// A ledger that a test can look at in expectations.
final class LedgerHarness {
    private var ledger: OffsetLedger

    init(start: Int64) { ledger = OffsetLedger(start: start) }

    var watermark: Int64 { ledger.watermark }
    var counts: PartitionCounts { ledger.counts }
    var oldest: UInt64? { ledger.oldestUnsettledSince }

    func receive(_ offset: Int64, at now: UInt64 = 0) -> UInt64? { ledger.received(offset, at: now) }
    func settle(_ sequence: UInt64, _ settlement: OffsetLedger.Settlement = .succeeded) {
        ledger.settled(sequence, as: settlement)
    }
    func reachedEnd(_ offset: Int64) { ledger.reachedEnd(offset) }
    func releaseAll() { ledger.releaseAll() }
}
