import Millrace
import Testing

@testable import MillraceCLI

@Suite struct DemoEventsTests {
    private func records(_ count: Int) -> [DemoRecord] {
        var events = DemoEvents()
        return (0..<count).map { _ in events.next() }
    }

    @Test func theyAreTheSameEveryTime() {
        #expect(records(500).map(\.record) == records(500).map(\.record))
    }

    @Test func aTenthIsBrokenInEveryWay() {
        let records = records(1_500)
        let reasons = records.compactMap { if case .letter(let reason) = $0.ending { reason } else { nil } }
        #expect(reasons.count == 150)
        #expect(Set(reasons) == Set(DemoFault.allCases.map(\.reason)))
        #expect(records.count { $0.ending == .skipped(reason: "tombstone") } == 15)
    }

    @Test func everyRecordHasAKey() {
        #expect(records(500).allSatisfy { $0.record.key?.count == 36 })
    }
}
