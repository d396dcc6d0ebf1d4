import MillraceCGlue
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A stream of text that goes out: stdout, stderr, or a test's memory. From any thread.
public final class TextOutput: Sendable {
    /// A person is looking: lines go out at once, a progress line may be repainted.
    public let isTerminal: Bool
    /// Colour may be used: a terminal, and `NO_COLOR` unset.
    public let usesColor: Bool

    private let sink: @Sendable (UnsafeRawBufferPointer) throws(OutputError) -> Void
    private let buffer = Mutex<[UInt8]>([])
    private let capacity: Int

    /// Writes to whatever the sink is.
    ///
    /// - Parameters:
    ///   - capacity: Bytes that are gathered before they are handed to the sink; 0: every write is handed on.
    ///   - sink: Takes all bytes that it is given, or throws. Called under a lock: must not write here itself.
    public init(
        isTerminal: Bool = false, usesColor: Bool = false, capacity: Int = 0,
        sink: @escaping @Sendable (UnsafeRawBufferPointer) throws(OutputError) -> Void
    ) {
        self.isTerminal = isTerminal
        self.usesColor = usesColor
        self.capacity = capacity
        self.sink = sink
    }

    /// Writes to a descriptor of the process, which stays open.
    ///
    /// - Parameter capacity: Bytes that are gathered, unless a person is looking.
    package convenience init(descriptor: Int32, environment: [String: String], capacity: Int) {
        let isTerminal = isatty(descriptor) == 1
        let isPlain = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        self.init(isTerminal: isTerminal, usesColor: isTerminal && !isPlain, capacity: isTerminal ? 0 : capacity) {
            bytes throws(OutputError) in
            try Self.write(bytes, to: descriptor)
        }
    }

    /// Writes the text.
    public func write(_ text: String) throws(OutputError) {
        var text = text
        // `withUTF8` forgets the error's type.
        try text.withUTF8 { bytes in
            Result { () throws(OutputError) in try write(UnsafeRawBufferPointer(bytes)) }
        }.get()
    }

    /// Writes the text and a line feed.
    public func writeLine(_ text: String = "") throws(OutputError) {
        try write(text + "\n")
    }

    /// Writes the bytes.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
        try buffer.withLock { buffer throws(OutputError) in
            if buffer.isEmpty, bytes.count >= capacity { return try sink(bytes) }
            buffer.append(contentsOf: bytes)
            if buffer.count >= capacity { try empty(&buffer) }
        }
    }

    /// Hands on what was gathered.
    public func flush() throws(OutputError) {
        try buffer.withLock { buffer throws(OutputError) in try empty(&buffer) }
    }

    private func empty(_ buffer: inout [UInt8]) throws(OutputError) {
        if buffer.isEmpty { return }
        defer { buffer.removeAll(keepingCapacity: true) }
        try buffer.withUnsafeBytes { bytes in Result { () throws(OutputError) in try sink(bytes) } }.get()
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(OutputError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
            if written >= 0 {
                rest = rest.dropFirst(written)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, -1)
            case EPIPE: throw .closed
            case let code: throw .failed(String(cString: strerror(code)))
            }
        }
    }

    private static func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            Musl.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}

/// Why a stream takes no more.
public enum OutputError: Error, Sendable, Equatable {
    /// The reader went away (`EPIPE`): no fault, the command ends quietly.
    case closed
    /// The system's words.
    case failed(String)
}
