import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file descriptor that takes whole lines from several threads.
public final class LogOutput: Sendable {
    /// The process's standard error. Data goes to standard output, so logs do not.
    public static let standardError = LogOutput(descriptor: 2)

    private let descriptor: Int32
    private let lock = Mutex(())

    /// Writes to an open descriptor, which stays the caller's.
    public init(descriptor: Int32) { self.descriptor = descriptor }

    /// Writes the bytes in one call where the system allows it. A log that cannot be written is no reason to stop: what
    /// the other side does not take within a second is dropped, and false is returned. A process whose log goes to a
    /// pipe ignores `SIGPIPE`.
    @discardableResult package func write(_ bytes: [UInt8]) -> Bool {
        lock.withLock { _ in
            bytes.withUnsafeBytes { buffer in
                var rest = UnsafeRawBufferPointer(buffer)
                while !rest.isEmpty {
                    let written = systemWrite(descriptor, rest.baseAddress, rest.count)
                    if written >= 0 {
                        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                    } else if errno == EAGAIN {
                        var target = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                        guard poll(&target, 1, 1000) > 0 else { return false }
                    } else if errno != EINTR {
                        return false
                    }
                }
                return true
            }
        }
    }
}

/// The system's `write`, by a name that a method called `write` does not hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
