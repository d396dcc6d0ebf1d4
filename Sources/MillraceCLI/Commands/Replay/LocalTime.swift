#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Times of day where the process is: in the zone that `TZ` names, or the machine's.
enum LocalTime {
    /// Milliseconds since 1970 of a time of day, so many days before the day of `now`. A time that the day does not have,
    /// since clocks were put forward, is the one as long after midnight.
    static func milliseconds(now: Int64, daysBefore days: Int, hour: Int, minute: Int, second: Int) -> Int64? {
        var seconds = time_t(now / 1000)
        var day = tm()
        guard localtime_r(&seconds, &day) != nil else { return nil }
        day.tm_mday -= Int32(days)
        day.tm_hour = Int32(hour)
        day.tm_min = Int32(minute)
        day.tm_sec = Int32(second)
        // Whether it is summer time then is for the zone to say.
        day.tm_isdst = -1
        let moment = mktime(&day)
        return moment == -1 ? nil : Int64(moment) * 1000
    }
}
