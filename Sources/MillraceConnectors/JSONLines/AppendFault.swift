#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why nothing was appended to a file. The file is as it was before.
package struct AppendFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of trouble it is.
    package enum Code: Sendable, Hashable {
        /// The system refused; `systemError` says why.
        case system
        /// Another process holds the lock and does not let go.
        case locked
        /// The file is no regular file.
        case notRegular
        /// The last line has no end and was not begun by this program.
        case foreign
    }

    /// The kind.
    package let code: Code
    /// The file.
    package let path: String
    /// The system's error number; 0 for other kinds.
    package let systemError: Int32
    private let words: String

    static func system(_ operation: String, _ path: String, _ number: Int32 = errno) -> AppendFault {
        let cause = String(cString: strerror(number))
        return AppendFault(
            code: .system, path: path, systemError: number, words: "'\(path)' cannot be \(operation): \(cause)")
    }

    static func locked(_ path: String) -> AppendFault {
        AppendFault(
            code: .locked, path: path, systemError: 0,
            words: "'\(path)' is locked by another process that does not let go of it")
    }

    static func notRegular(_ path: String) -> AppendFault {
        AppendFault(
            code: .notRegular, path: path, systemError: 0,
            words: "'\(path)' is no regular file; name one, or a path at which there is nothing yet")
    }

    static func foreign(_ path: String) -> AppendFault {
        AppendFault(
            code: .foreign, path: path, systemError: 0,
            words: "the last line of '\(path)' has no end and is no record line; end it with a newline, "
                + "or name another file")
    }

    /// What was found, and what to do where that is not plain.
    package var description: String { words }
}
