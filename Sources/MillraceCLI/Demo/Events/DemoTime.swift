/// The demo's calendar.
enum DemoTime {
    /// So many seconds after 2025-03-01T00:00:00Z, in RFC 3339.
    static func text(seconds: Int) -> String {
        let (year, month, day) = date(daysAfterMarch: seconds / 86_400)
        let clock = seconds % 86_400
        let parts = [month, day, clock / 3_600, clock / 60 % 60, clock % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(year)-\(parts[0])-\(parts[1])T\(parts[2]):\(parts[3]):\(parts[4])Z"
    }

    private static func date(daysAfterMarch days: Int) -> (year: Int, month: Int, day: Int) {
        var (year, month, day) = (2025, 3, days)
        while day >= length(of: month, in: year) {
            day -= length(of: month, in: year)
            month += 1
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        return (year, month, day + 1)
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
