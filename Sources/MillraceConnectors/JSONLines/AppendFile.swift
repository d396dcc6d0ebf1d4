#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file of lines that only grows, and never holds half a line for longer than a crash lasts.
///
/// What was appended is on the disk when `append` returns; when it throws, nothing was appended. Several processes may
/// append to one file: each append holds an advisory lock (`flock`). The file may be renamed or removed at any time: the
/// next append goes to what is at the path then. It must not be truncated in place (logrotate's `copytruncate`).
package struct AppendFile: ~Copyable {
    private struct Identity: Equatable {
        var device: UInt64
        var inode: UInt64

        init(_ status: stat) {
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(status.st_ino)
        }
    }

    /// The path as given.
    package let path: String
    /// With what every line of the file begins: a last line without an end is only cut off when it begins so too.
    private let lineStart: [UInt8]
    private let lockPatience: Duration
    private var descriptor: Int32 = -1
    private var identity: Identity?
    /// Bytes of torn lines that were cut off since the last call of ``takeTornBytes()``.
    private var tornBytes = 0

    /// Opens or makes the file, and cuts a torn last line off.
    package init(
        path: String, lineStart: String, lockPatience: Duration = .seconds(5)
    ) throws(AppendFault) {
        self.path = path
        self.lineStart = Array(lineStart.utf8)
        self.lockPatience = lockPatience
        try append { nil }
    }

    deinit { if descriptor >= 0 { _ = close(descriptor) } }

    /// Bytes of a torn last line that were cut off since the last call: what a process wrote that was killed meanwhile.
    package mutating func takeTornBytes() -> Int {
        defer { tornBytes = 0 }
        return tornBytes
    }

    /// Appends what `next` gives until it gives nil, in pieces that each end with a line; then one `fsync` for all.
    /// Blocks. Calls `next` only when the file is open and locked.
    package mutating func append(_ next: () -> [UInt8]?) throws(AppendFault) {
        try lockedOpen()
        let file = descriptor
        defer { _ = flock(file, LOCK_UN) }
        let size = try cutTornLine()
        do throws(AppendFault) {
            var isChanged = false
            while let piece = next() {
                try write(piece)
                isChanged = true
            }
            if isChanged, fsync(file) != 0 { throw AppendFault.system("written to the disk", path) }
        } catch {
            // Also after fsync: what it failed on may never reach the disk, and a later fsync would not say so. If this
            // fails too, the next append finds a torn line, or lines that come again.
            _ = ftruncate(file, off_t(size))
            throw error
        }
    }

    private func write(_ bytes: [UInt8]) throws(AppendFault) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                systemWrite(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
            }
            if count > 0 {
                done += count
            } else if count == 0 || errno != EINTR {
                throw .system("written", path, count == 0 ? EIO : errno)
            }
        }
    }
}

// MARK: - Opening and locking

extension AppendFile {
    /// Holds the lock of the file that is at the path when it returns.
    private mutating func lockedOpen() throws(AppendFault) {
        let deadline = ContinuousClock.now + lockPatience
        while true {
            try openCurrent()
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                // Another process may have renamed it between the two.
                if identity == Self.identity(ofPath: path) { return }
                _ = flock(descriptor, LOCK_UN)
            } else if errno != EWOULDBLOCK && errno != EINTR {
                throw .system("locked", path)
            } else {
                usleep(2000)
            }
            if ContinuousClock.now > deadline { throw .locked(path) }
        }
    }

    private mutating func openCurrent() throws(AppendFault) {
        if descriptor >= 0, identity == Self.identity(ofPath: path) { return }
        if descriptor >= 0 {
            _ = close(descriptor)
            descriptor = -1
        }
        // Looked at first: opening a pipe would wait for its reader.
        var found = stat()
        if stat(path, &found) == 0, found.st_mode & S_IFMT != S_IFREG { throw .notRegular(path) }
        let opened = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o644)
        guard opened >= 0 else { throw .system("opened", path) }
        descriptor = opened
        var status = stat()
        guard fstat(opened, &status) == 0 else { throw .system("looked at", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            descriptor = -1
            _ = close(opened)
            throw .notRegular(path)
        }
        identity = Identity(status)
        try syncFolder()
    }

    /// A new file's name is in its folder, which has to reach the disk too.
    private func syncFolder() throws(AppendFault) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let opened = open(folder, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else {
            // A folder that may be entered and not read: the file is usable all the same.
            if errno == EACCES { return }
            throw .system("opened", folder)
        }
        defer { _ = close(opened) }
        // Some file systems have no fsync for folders.
        if fsync(opened) != 0, errno != EINVAL { throw .system("written to the disk", folder) }
    }

    private static func identity(ofPath path: String) -> Identity? {
        var status = stat()
        return stat(path, &status) == 0 ? Identity(status) : nil
    }
}

// MARK: - Torn lines

extension AppendFile {
    /// Cuts off what follows the last newline: a process was killed while it wrote, before it said that anything of that
    /// was done. Answers the file's size.
    private mutating func cutTornLine() throws(AppendFault) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("looked at", path) }
        let size = Int(status.st_size)
        let end = try endOfLines(size)
        if end == size { return size }
        guard try isTorn(from: end, to: size) else { throw .foreign(path) }
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw .system("cut to whole lines", path) }
        tornBytes += size - end
        return end
    }

    /// The offset after the last newline; 0 when there is none.
    private func endOfLines(_ size: Int) throws(AppendFault) -> Int {
        var end = size
        // Nearly always the last byte is one.
        var step = 1
        while end > 0 {
            let start = max(0, end - step)
            let piece = try read(from: start, to: end)
            if let newline = piece.lastIndex(of: UInt8(ascii: "\n")) { return start + newline + 1 }
            end = start
            step = 65_536
        }
        return 0
    }

    /// Whether it could be the beginning of a line of ours. After a power failure it may be zeros in part or in whole.
    private func isTorn(from start: Int, to end: Int) throws(AppendFault) -> Bool {
        let piece = try read(from: start, to: min(end, start + lineStart.count))
        let written = piece.prefix { $0 != 0 }
        return lineStart.starts(with: written) && piece.dropFirst(written.count).allSatisfy { $0 == 0 }
    }

    private func read(from start: Int, to end: Int) throws(AppendFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: end - start)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(start + done))
            }
            if count > 0 {
                done += count
            } else if count == 0 || errno != EINTR {
                throw .system("read", path, count == 0 ? EIO : errno)
            }
        }
        return bytes
    }
}

/// The system's `write`, by a name that a method called `write` does not hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
