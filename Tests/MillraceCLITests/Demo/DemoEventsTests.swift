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

    @Test(arguments: [
        (0, "2025-03-01T00:00:00Z"), (86_399, "2025-03-01T23:59:59Z"), (31 * 86_400, "2025-04-01T00:00:00Z"),
        (306 * 86_400, "2026-01-01T00:00:00Z"), (1_096 * 86_400 - 1, "2028-02-29T23:59:59Z"),
    ])
    func timesAreThoseOfTheCalendar(_ seconds: Int, _ text: String) {
        #expect(DemoTime.text(seconds: seconds) == text)
    }
}
