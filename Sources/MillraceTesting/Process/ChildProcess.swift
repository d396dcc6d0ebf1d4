package import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A program that a test started, with what it wrote. It is killed when the value goes away, so that none is left behind.
///
/// Not Foundation's `Process`: that hands its own thread's blocked signals on, and takes a program for running as long as
/// any of its descendants does.
package final class ChildProcess: Sendable {
    /// The process's id.
    package let identifier: Int32
    private let folder: TemporaryFolder
    private let input: FileHandle?
    private let status = Mutex<Int32?>(nil)

    /// Starts a program.
    /// - Parameters:
    ///   - environment: set over that of the test; nil removes a variable.
    ///   - input: what it reads from stdin, which then stays open; without, there is nothing to read.
    package init(
        _ program: URL, _ arguments: [String], environment: [String: String?] = [:], input: [UInt8]? = nil
    ) throws {
        let folder = try TemporaryFolder("process")
        let pipe = input == nil ? nil : Pipe()
        // The child must not hold the writing end of its own input open.
        if let pipe { _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC) }
        let nothing = FileHandle.nullDevice
        identifier = try Self.spawn(
            program, arguments, environment: environment,
            input: (pipe?.fileHandleForReading ?? nothing).fileDescriptor,
            output: try folder.fileHandle("stdout"), errors: try folder.fileHandle("stderr"))
        self.folder = folder
        self.input = pipe?.fileHandleForWriting
        try pipe?.fileHandleForReading.close()
        if let input { try pipe?.fileHandleForWriting.write(contentsOf: Data(input)) }
    }

    deinit {
        guard end == nil else { return }
        kill(identifier, SIGKILL)
        var status: Int32 = 0
        waitpid(identifier, &status, 0)
    }

    /// Ends its input.
    package func closeInput() throws { try input?.close() }

    /// Sends a signal.
    package func signal(_ number: Int32) { if end == nil { kill(identifier, number) } }

    /// Whether it has not ended yet.
    package var isRunning: Bool { end == nil }

    /// What it wrote to stdout so far.
    package var output: String { folder.text("stdout") }
    /// What it wrote to stderr so far.
    package var errors: String { folder.text("stderr") }

    /// Waits for its end. Answers the exit code, or the signal that ended it as a negative number.
    package func end(within limit: Duration = .seconds(60)) async throws -> Int32 {
        try await eventually("process \(identifier) ends; stderr: \(errors.suffix(2000))", within: limit) { end }
    }

    /// How it ended; nil while it runs.
    private var end: Int32? {
        status.withLock { status in
            var raw: Int32 = 0
            if status == nil, waitpid(identifier, &raw, WNOHANG) == identifier {
                // The layout of a wait status is that of every Unix: the signal in the low bits, the code above.
                status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : -(raw & 0x7F)
            }
            return status
        }
    }

    /// Runs a program to its end, waiting on this thread, and answers what it wrote to stdout.
    /// - Throws: `ProgramFailed` when it did not end with 0.
    package static func run(_ program: URL, _ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
        let folder = try TemporaryFolder("process")
        try folder.write(input, to: "stdin")
        let source = try FileHandle(forReadingFrom: folder.url.appending(path: "stdin"))
        let identifier = try spawn(
            program, arguments, environment: [:], input: source.fileDescriptor,
            output: try folder.fileHandle("stdout"), errors: try folder.fileHandle("stderr"))
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            throw ProgramFailed(
                description: "\(program.lastPathComponent) ended with status \(status): \(folder.text("stderr"))")
        }
        return [UInt8](try Data(contentsOf: folder.url.appending(path: "stdout")))
    }

    private static func spawn(
        _ program: URL, _ arguments: [String], environment: [String: String?], input: Int32, output: FileHandle,
        errors: FileHandle
    ) throws -> Int32 {
        #if canImport(Glibc)
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #else
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output.fileDescriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.fileDescriptor, 2)
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var variables = ProcessInfo.processInfo.environment
        for (name, value) in environment { variables[name] = value }
        var words = ([program.path] + arguments).map { strdup($0) }
        var settings = variables.map { strdup("\($0.key)=\($0.value)") }
        words.append(nil)
        settings.append(nil)
        defer { for pointer in words + settings { free(pointer) } }
        var identifier: pid_t = 0
        let failure = posix_spawn(&identifier, program.path, &actions, &attributes, words, settings)
        guard failure == 0 else {
            throw ProgramFailed(description: "\(program.path) did not start: \(String(cString: strerror(failure)))")
        }
        return identifier
    }
}

/// A program that a test needed ended badly.
package struct ProgramFailed: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}
