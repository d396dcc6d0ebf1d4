#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the system says of this process. On systems without `/proc` only CPU and the limit of open files.
package struct ProcessStatistics: Sendable {
    /// User and system time of all threads, in seconds.
    package var cpuSeconds: Double?
    /// When the process started, in seconds since 1970-01-01T00:00:00Z.
    package var startSeconds: Double?
    package var residentBytes: Int?
    package var virtualBytes: Int?
    package var openFiles: Int?
    package var maximumFiles: UInt64?

    /// Reads them now: a few system calls.
    package static func current() -> ProcessStatistics {
        var statistics = ProcessStatistics()
        var usage = rusage()
        if getrusage(rusageSelf, &usage) == 0 {
            statistics.cpuSeconds = usage.ru_utime.seconds + usage.ru_stime.seconds
        }
        var limit = rlimit()
        if getrlimit(rlimitOpenFiles, &limit) == 0 { statistics.maximumFiles = UInt64(limit.rlim_cur) }
        #if os(Linux)
            statistics.readProc()
        #endif
        return statistics
    }

    /// Sets the process's series.
    package func set(in series: inout MetricSeries) {
        if let startSeconds { series.set(.processStart, real: startSeconds) }
        if let cpuSeconds { series.set(.processCPU, real: cpuSeconds) }
        if let residentBytes { series.set(.processResident, LabelValues(), residentBytes) }
        if let virtualBytes { series.set(.processVirtual, LabelValues(), virtualBytes) }
        if let openFiles { series.set(.processOpenFiles, LabelValues(), openFiles) }
        if let maximumFiles { series.set(.processMaximumFiles, LabelValues(), maximumFiles) }
    }
}

extension timeval {
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}

// The C library gives these constants different types on different systems.
#if canImport(Glibc)
    private let rusageSelf = RUSAGE_SELF.rawValue
    private let rlimitOpenFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
    private let rusageSelf = RUSAGE_SELF
    private let rlimitOpenFiles = RLIMIT_NOFILE
#endif

#if os(Linux)
    extension ProcessStatistics {
        /// proc(5): `/proc/self/stat`, `/proc/self/fd`, and `btime` of `/proc/stat`.
        fileprivate mutating func readProc() {
            // The second field is the program's name in brackets, and may hold anything; the last bracket ends it.
            if let stat = Self.contents(of: "/proc/self/stat"), let end = stat.lastIndex(of: ")") {
                let fields = stat[stat.index(after: end)...].split(separator: " ")
                // Numbered from 3 in the manual: 22 start, 23 virtual bytes, 24 resident pages.
                func field(_ number: Int) -> Int? { fields.count > number - 3 ? Int(fields[number - 3]) : nil }
                virtualBytes = field(23)
                residentBytes = field(24).map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
                if let ticks = field(22), let boot = Self.bootSeconds() {
                    startSeconds = boot + Double(ticks) / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
                }
            }
            openFiles = Self.openFileCount()
        }

        private static func bootSeconds() -> Double? {
            contents(of: "/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
                .flatMap { Double($0.dropFirst(6)) }
        }

        private static func openFileCount() -> Int? {
            guard let folder = opendir("/proc/self/fd") else { return nil }
            defer { closedir(folder) }
            var count = 0
            while let entry = readdir(folder) {
                // `.` and `..`; descriptors are numbers.
                if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
            }
            // Without the one that looks.
            return count - 1
        }

        private static func contents(of path: String) -> String? {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return nil }
            defer { close(descriptor) }
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 16_384)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else { break }
                bytes.append(contentsOf: buffer[..<count])
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
#endif
