#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads lines from a file descriptor, one at a time: memory is bounded by the longest line that is allowed, whatever
/// the file's size.
///
/// Lines end with LF or CR LF; the last may end with nothing. The descriptor stays the caller's.
package struct LineReader {
    package enum Outcome: Sendable, Hashable {
        /// A line was read, without its ending.
        case line
        /// The line has more bytes than allowed: it was read past and not kept.
        case tooLong(bytes: Int)
        /// There is nothing more.
        case end
    }

    /// The number of the line last read, from 1.
    package private(set) var number = 0
    private let descriptor: Int32
    private let maximumBytes: Int
    private var chunk: [UInt8]
    private var position = 0
    private var filled = 0
    private var atEnd = false

    /// - Parameter maximumBytes: the longest line that is kept. The default takes a record of 16 MiB in any spelling.
    package init(descriptor: Int32, maximumBytes: Int = 128 << 20, chunkBytes: Int = 64 << 10) {
        self.descriptor = descriptor
        self.maximumBytes = maximumBytes
        chunk = [UInt8](repeating: 0, count: max(1, chunkBytes))
    }

    /// Reads the next line into `line`, whose storage is used again. Blocks until there is one.
    package mutating func next(into line: inout [UInt8]) throws(LineReaderError) -> Outcome {
        line.removeAll(keepingCapacity: true)
        var length = 0
        var started = false
        while true {
            if position == filled {
                try refill()
                if atEnd {
                    guard started else { return .end }
                    return finish(&line, length)
                }
            }
            started = true
            let rest = chunk[position..<filled]
            let lineFeed = rest.firstIndex(of: UInt8(ascii: "\n"))
            let part = rest[..<(lineFeed ?? filled)]
            length += part.count
            if length <= maximumBytes { line.append(contentsOf: part) }
            position = lineFeed.map { $0 + 1 } ?? filled
            if lineFeed != nil { return finish(&line, length) }
        }
    }

    private mutating func finish(_ line: inout [UInt8], _ length: Int) -> Outcome {
        number += 1
        if length > maximumBytes {
            line = []
            return .tooLong(bytes: length)
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return .line
    }

    private mutating func refill() throws(LineReaderError) {
        guard !atEnd else { return }
        var count = 0
        repeat {
            count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        } while count < 0 && errno == EINTR
        guard count >= 0 else { throw LineReaderError(code: errno) }
        position = 0
        filled = count
        atEnd = count == 0
    }
}

/// Why a file could not be read on.
package struct LineReaderError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The system's error number.
    package var code: Int32

    package init(code: Int32) { self.code = code }

    package var description: String { String(cString: strerror(code)) }
}
