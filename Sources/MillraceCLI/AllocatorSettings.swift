import MillraceCGlue

/// The C allocator's settings for a process that fetches megabytes and gives them back all the time.
///
/// glibc maps and unmaps large blocks one by one, and gives the heap's end back as soon as it is free: with fetch
/// responses of several megabytes that costs more than reading the records. So: large blocks from the heap, a heap that
/// is not trimmed, and one that grows in larger steps.
enum AllocatorSettings {
    /// Applies them, unless the environment sets the allocator up itself. Nothing on other systems.
    static func apply(environment: [String: String]) {
        #if canImport(Glibc)
            let isSetOutside = environment.contains { name, value in
                name.hasPrefix("MALLOC_") || (name == "GLIBC_TUNABLES" && value.contains("glibc.malloc."))
            }
            if isSetOutside { return }
            if mallopt(M_MMAP_THRESHOLD, 1 << 30) == 0 {
                // Some versions take at most half of a heap segment.
                _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
            }
            _ = mallopt(M_TRIM_THRESHOLD, 2_000_000_000)
            _ = mallopt(M_TOP_PAD, 16 << 20)
        #endif
    }
}
