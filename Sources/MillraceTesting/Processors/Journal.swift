import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What directed processors did, in the order in which it happened, over all processes that write to one file.
package struct Journal: Sendable {
    /// What happened to an attempt.
    package enum Step: String, Sendable {
        /// The handler was called.
        case started
        /// It returned.
        case succeeded
        /// It threw an error.
        case failed
        /// It was cancelled.
        case cancelled
    }

    /// One line.
    package struct Entry: Sendable, Hashable {
        package var step: Step
        package var processor: String
        package var partition: Int32
        package var offset: Int64
        package var attempt: Int
        /// Of a clock that never goes back, the same in all processes.
        package var nanoseconds: UInt64
        package var process: Int32
        /// The size of the record's value; nil where it is null.
        package var valueBytes: Int?
    }

    package let path: String

    /// A journal in a file, which need not exist yet.
    package init(path: String) { self.path = path }

    /// Everything so far.
    package var entries: [Entry] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 8, let step = Step(rawValue: String(words[0])), let partition = Int32(words[2]),
                let offset = Int64(words[3]), let attempt = Int(words[4]), let time = UInt64(words[5]),
                let process = Int32(words[6]), let bytes = Int(words[7])
            else { return nil }
            return Entry(
                step: step, processor: String(words[1]), partition: partition, offset: offset, attempt: attempt,
                nanoseconds: time, process: process, valueBytes: bytes < 0 ? nil : bytes)
        }
    }

    /// The entries of one step, in order.
    package func entries(_ step: Step) -> [Entry] { entries.filter { $0.step == step } }

    /// How often an attempt at a record was begun.
    package func starts(_ offset: Int64, partition: Int32 = 0) -> Int {
        entries(.started).count { $0.offset == offset && $0.partition == partition }
    }

    /// Appends a line: one write to a file opened for appending, which other processes' writes cannot split.
    func append(
        _ step: Step, processor: String, partition: Int32, offset: Int64, attempt: Int, valueBytes: Int?
    ) {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        let words = [
            step.rawValue, processor, "\(partition)", "\(offset)", "\(attempt)", "\(now)", "\(getpid())",
            "\(valueBytes ?? -1)",
        ]
        let line = words.joined(separator: " ") + "\n"
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = Array(line.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    }
}
