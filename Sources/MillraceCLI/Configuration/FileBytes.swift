#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads and writes small files whole.
enum FileBytes {
    /// Why a file could not be read or written, in the system's words.
    struct FileError: Error {
        var reason: String
        /// There is no such file.
        var isMissing = false
        /// There is such a file already.
        var isPresent = false
    }

    private static let maximumBytes = 4 << 20

    /// The file's bytes; `-` reads the descriptor to its end.
    static func read(_ path: String, inputDescriptor: Int32) throws(FileError) -> [UInt8] {
        if path == "-" { return try read(inputDescriptor) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw lastError() }
        defer { close(descriptor) }
        return try read(descriptor)
    }

    private static func read(_ descriptor: Int32) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = systemRead(descriptor, &chunk)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw lastError() }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
            if bytes.count > maximumBytes { throw FileError(reason: "larger than 4 MiB") }
        }
    }

    /// Writes the file whole; one that is there is left alone unless it may be overwritten.
    static func write(_ bytes: [UInt8], to path: String, overwriting: Bool) throws(FileError) {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (overwriting ? O_TRUNC : O_EXCL)
        let descriptor = open(path, flags, 0o644)
        guard descriptor >= 0 else { throw lastError() }
        defer { close(descriptor) }
        let file = TextOutput(descriptor: descriptor, environment: [:], capacity: 0)
        do {
            try bytes.withUnsafeBytes { bytes in Result { () throws(OutputError) in try file.write(bytes) } }.get()
        } catch {
            switch error {
            case .closed: throw FileError(reason: "nobody reads")
            case .failed(let reason): throw FileError(reason: reason)
            }
        }
    }

    private static func systemRead(_ descriptor: Int32, _ chunk: inout [UInt8]) -> Int {
        chunk.withUnsafeMutableBytes { buffer in
            #if canImport(Glibc)
                Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #elseif canImport(Musl)
                Musl.read(descriptor, buffer.baseAddress, buffer.count)
            #else
                Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
        }
    }

    private static func lastError() -> FileError {
        let code = errno
        return FileError(
            reason: String(cString: strerror(code)), isMissing: code == ENOENT, isPresent: code == EEXIST)
    }
}
