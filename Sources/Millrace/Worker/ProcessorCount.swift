#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The machine's processors.
enum ProcessorCount {
    /// Processors that are online; at least 1.
    static var available: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
