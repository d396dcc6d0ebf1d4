import Foundation
import Millrace
import Testing

@testable import MillraceCLI

@Suite struct ReplayBoundTextTests {
    /// 2026-03-10T14:30:15.250Z.
    private let now: Int64 = 1_773_153_015_250

    @Test(arguments: [
        ("earliest", ReplayBound.earliest), ("now", .now), ("offset:0", .offset(0)),
        ("offset:9223372036854775807", .offset(.max)), ("2026-03-10T14:30:15.250Z", .time(1_773_153_015_250)),
        ("2026-03-10t16:30:15+02:00", .time(1_773_153_015_000)), ("-2h", .time(1_773_145_815_250)),
        ("-1d12h", .time(1_773_023_415_250)), ("-250ms", .time(1_773_153_015_000)), ("-0s", .time(1_773_153_015_250)),
    ])
    func whatPeopleWrite(_ text: String, _ bound: ReplayBound) {
        #expect(ReplayBoundText.parse(text, now: now) == bound)
    }

    @Test(arguments: [
        "", "later", "Now", "offset", "offset:", "offset:-1", "offset:+1", "offset:1.5", "offset: 1",
        "offset:9223372036854775808", "2026-03-10", "2026-03-10T14:30:15", "2026-03-10 14:30:15Z",
        "2026-02-30T00:00:00Z", "-", "-2", "-2x", "2h", "--2h", "today", "today ", "today 3:00", "today 24:00",
        "today 03:60", "today 03:00:60", "today 03:00:00:00", "today 03", "today -1:00", "tomorrow 03:00",
        "today  03:00",
    ])
    func whatIsNoBound(_ text: String) {
        #expect(ReplayBoundText.parse(text, now: now) == nil)
    }

    @Test(arguments: ["1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "-100000d"])
    func aTimeBeforeAllRecordsIsNeverAPlaceOfTheProtocols(_ text: String) {
        // Negative numbers stand for the first and the last record there.
        #expect(ReplayBoundText.parse(text, now: now) == .time(0))
    }

    /// By Foundation's calendar, which is another implementation: across days on which clocks change too.
    @Test(arguments: ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
    func timesOfDayAreThoseOfTheZone(_ zone: String) throws {
        let before = ProcessInfo.processInfo.environment["TZ"]
        defer {
            if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
            tzset()
        }
        setenv("TZ", zone, 1)
        tzset()
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: zone))
        for day in 0..<366 {
            let moment = now + Int64(day) * 86_400_000
            let date = Date(timeIntervalSince1970: Double(moment) / 1000)
            for (word, back) in [("today", 0), ("yesterday", 1)] {
                let other = try #require(calendar.date(byAdding: .day, value: -back, to: date))
                let wanted = try #require(calendar.date(bySettingHour: 4, minute: 5, second: 6, of: other))
                let bound = ReplayBoundText.parse("\(word) 04:05:06", now: moment)
                #expect(bound == .time(Int64(wanted.timeIntervalSince1970) * 1000), "\(zone), \(date)")
            }
        }
    }

    @Test func whatIsWrittenIsReadBack() {
        for bound in [ReplayBound.earliest, .now, .offset(7), .time(1_773_153_015_250)] {
            #expect(ReplayBoundText.parse(ReplayBoundText.write(bound), now: 0) == bound)
        }
    }

    @Test func listsOfPartitionsAndRates() {
        func list(_ text: String) -> [Int32]? {
            var reading = OptionReading()
            return ReplayFlags.partitionList.read(OptionValue(.text(text), origin: .flag("--p")), &reading)
        }
        #expect(list("0") == [0])
        #expect(list("5-7,0,6") == [0, 5, 6, 7])
        for text in ["", ",", "1,", "a", "-1", "3-1", "1-2-3", "1-", "100000", "0-100000000"] {
            #expect(list(text) == nil)
        }
        func rate(_ text: String) -> Int? {
            var reading = OptionReading()
            return ReplayFlags.eventsPerSecond.read(OptionValue(.text(text), origin: .flag("--r")), &reading)
        }
        #expect(rate("200/s") == 200)
        #expect(rate("200") == 200)
        for text in ["", "0", "-1/s", "1/m", "/s", "1.5/s", "10000001"] { #expect(rate(text) == nil) }
    }
}
