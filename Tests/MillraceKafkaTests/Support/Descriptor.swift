import Glibc

@testable import MillraceKafka

/// The two ends of a pipe, of which one wakes and the other waits.
final class Descriptor: Sendable {
    let reading: Int32
    let writing: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        reading = ends[0]
        writing = ends[1]
    }

    deinit {
        close(reading)
        close(writing)
    }

    var target: WakeTarget { WakeTarget(descriptor: writing) }

    /// Waits for a wake-up, takes it, and answers whether one came.
    func wait(milliseconds: Int32) -> Bool {
        var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, milliseconds) > 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: 4096)
        while read(reading, &bytes, bytes.count) > 0 {}
        return true
    }
}
