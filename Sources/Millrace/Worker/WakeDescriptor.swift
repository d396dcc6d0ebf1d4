import MillraceCGlue

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A descriptor that a thread waits on and that anybody may write to, from any thread and from C callbacks: an event
/// descriptor on Linux, a pipe elsewhere.
package final class WakeDescriptor: Sendable {
    /// What librdkafka writes to.
    package let writeDescriptor: Int32
    private let readDescriptor: Int32

    package init() throws(WorkerError) {
        #if os(Linux)
            let descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
            guard descriptor >= 0 else { throw WorkerError.noDescriptor(errno) }
            readDescriptor = descriptor
            writeDescriptor = descriptor
        #else
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw WorkerError.noDescriptor(errno) }
            for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
            readDescriptor = ends[0]
            writeDescriptor = ends[1]
        #endif
    }

    deinit {
        close(readDescriptor)
        if writeDescriptor != readDescriptor { close(writeDescriptor) }
    }

    /// Wakes whoever waits, or lets the next wait return at once.
    package func wake() {
        var one: UInt64 = 1
        // A full descriptor is one that wakes already.
        _ = write(writeDescriptor, &one, 8)
    }

    /// Waits until somebody wakes, or for so many nanoseconds, an hour at most. They are rounded up to tenths of a
    /// millisecond, so that what is due at about the same time is one wake-up.
    package func wait(nanoseconds: UInt64) {
        let rounded = (min(nanoseconds, 3_600_000_000_000) + 99_999) / 100_000 * 100_000
        if millrace_wait_readable(readDescriptor, rounded) { clear() }
    }

    private func clear() {
        var buffer: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        while read(readDescriptor, &buffer, 32) == 32 {}
    }
}
