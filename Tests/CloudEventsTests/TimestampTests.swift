import CloudEvents
import Testing

@Suite struct TimestampTests {
    static let valid: [(text: String, seconds: Int64, nanoseconds: Int32)] = [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
        ("2018-10-30t07:06:22z", 1_540_883_182, 0),
        ("2018-10-30T07:06:22-00:00", 1_540_883_182, 0),
        ("2018-10-30T08:06:22+01:00", 1_540_883_182, 0),
        ("2018-10-29T20:36:22-10:30", 1_540_883_182, 0),
        ("2020-02-29T00:00:00.123456789Z", 1_582_934_400, 123_456_789),
        ("2020-02-29T00:00:00.123456789999999Z", 1_582_934_400, 123_456_789),
        ("2000-02-29T00:00:00Z", 951_782_400, 0),
        ("0000-01-01T00:00:00Z", -62_167_219_200, 0),
        ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
        ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
        ("2017-01-01T00:59:60+01:00", 1_483_228_800, 0),
        ("2016-12-31T15:59:60.123-08:00", 1_483_228_800, 123_000_000),
        ("2018-10-30T23:59:59+23:59", 1_540_857_659, 0),
    ]

    @Test(arguments: valid) func reads(text: String, seconds: Int64, nanoseconds: Int32) throws {
        let timestamp = try #require(Timestamp(text))
        #expect(timestamp.seconds == seconds)
        #expect(timestamp.nanoseconds == nanoseconds)
        // Written and read again it is the same instant.
        #expect(Timestamp(timestamp.description) == timestamp)
    }

    static let invalid = [
        "", "2018-10-30", "2018-10-30T07:06:22", "2018-10-30 07:06:22Z", "2018-10-30T07:06Z", "2018-10-30T07:06:22+05",
        "2018-10-30T07:06:22+0500", "2018-10-30T07:06:22+25:00", "2018-10-30T07:06:22+24:00",
        "2018-10-30T07:06:22+05:60",
        "2018-02-30T07:06:22Z", "2019-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2018-04-31T00:00:00Z",
        "2018-00-01T00:00:00Z", "2018-13-01T00:00:00Z", "2018-01-00T00:00:00Z", "2018-10-30T24:00:00Z",
        "2018-10-30T23:60:00Z", "2018-10-30T23:59:61Z", "2018-10-30T23:58:60Z", "2018-10-30T22:59:60Z",
        "2018-10-30T23:59:60+01:00", "2018-10-30T07:06:22.Z", "2018-10-30T07:06:22,5Z", "2018-10-30T07:06:22Zx",
        "2018-10-30T07:06:22Z ", " 2018-10-30T07:06:22Z", "2018-10-30T07:06:22Z\n", "+2018-10-30T07:06:22Z",
        "18-10-30T07:06:22Z", "2018-1-30T07:06:22Z", "2018-10-30T07:06:22.5", "2018-10-30T07:06:2２Z", "1540883182",
        "2018-10-30T07:06:22.5+1:00", "2018-10-30T-7:06:22Z", "2018-10-30T07:06:22UTC",
    ]

    @Test(arguments: invalid) func refuses(text: String) {
        #expect(Timestamp(text) == nil)
    }

    /// Every day of 800 years against counting.
    @Test func daysAreCountedRightly() {
        var day: Int64 = -135_140  // 1600-01-01
        for year in 1600..<2400 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for date in [1, length] {
                    let number = month + 1
                    let text = "\(year)-\(number < 10 ? "0" : "")\(number)-\(date < 10 ? "0" : "")\(date)T00:00:00Z"
                    let seconds = (day + Int64(date) - 1) * 86_400
                    if Timestamp(text)?.seconds != seconds || Timestamp(seconds: seconds).description != text {
                        Issue.record("\(text) is not \(seconds)")
                    }
                }
                day += Int64(length)
            }
        }
    }

    @Test func extremesDoNotTrap() {
        for seconds in [Int64.min, .max, 0] {
            for nanoseconds in [Int32.min, -1, 0, .max] {
                let timestamp = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
                #expect((0..<1_000_000_000).contains(timestamp.nanoseconds))
                #expect(!timestamp.description.isEmpty)
                _ = timestamp.milliseconds
            }
        }
        #expect(Timestamp(seconds: 0, nanoseconds: -1) == Timestamp(seconds: -1, nanoseconds: 999_999_999))
        #expect(Timestamp(seconds: -1, nanoseconds: 999_999_999) < Timestamp(seconds: 0))
        #expect(Timestamp(seconds: -1, nanoseconds: 1_000_000).milliseconds == -999)
    }
}
