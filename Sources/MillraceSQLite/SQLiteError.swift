import MillraceCSQLite

/// What SQLite said when it did not do something.
package struct SQLiteError: Error, Sendable, CustomStringConvertible {
    /// What kind of trouble it is, as far as it makes a difference what to do.
    package enum Kind: Sendable, Hashable {
        /// Another connection, mostly of another process, holds the file for longer than was waited.
        case busy
        /// Another statement of the same connection holds a table.
        case locked
        /// The disk is full, or the file has its largest size.
        case full
        /// The file is of another kind.
        case notADatabase
        /// The file is one, and damaged.
        case corrupt
        /// The file, or its folder, may only be read.
        case readOnly
        /// The file could not be opened or made.
        case cannotOpen
        /// Reading from the disk or writing to it failed.
        case inputOutput
        /// A value is larger than SQLite takes.
        case tooBig
        /// The system gave no memory.
        case noMemory
        /// A rule of the tables was broken.
        case constraint
        /// The file is a database of another kind.
        case otherKind
        /// The file at the path is no longer the one that was opened.
        case moved
        /// There is no file, but the log of one that was moved away.
        case logWithoutFile
        /// The file's tables are of a version that this program does not know.
        case newerSchema
        /// The file's tables are of an earlier version, and the connection may only read.
        case olderSchema
        /// Anything else: mostly a defect.
        case other
    }

    /// The kind.
    package let kind: Kind
    /// SQLite's extended result code; 0 where it was not SQLite that refused.
    package let code: Int32
    /// The file.
    package let path: String
    /// What was found, and what to do where that is not plain. No value of any row.
    package let description: String

    /// Something that SQLite said.
    ///
    /// - Parameters:
    ///   - message: SQLite's own words.
    ///   - systemMessage: the system's words for the last call that failed; nil where none did.
    init(code: Int32, message: String, path: String, systemMessage: String? = nil) {
        kind = Self.kind(of: code)
        self.code = code
        self.path = path
        description = "'\(path)' \(Self.words(for: kind, systemMessage)) (SQLite: \(message), \(code))"
    }

    /// Something that was found without SQLite's saying so.
    init(_ kind: Kind, path: String, _ description: String) {
        self.kind = kind
        code = SQLITE_OK
        self.path = path
        self.description = description
    }

    /// Whether it may pass by itself, or is repaired without touching the file: nothing is wrong with the file.
    package var mayPass: Bool {
        switch kind {
        case .busy, .locked, .full, .inputOutput, .noMemory: true
        default: false
        }
    }

    private static func kind(of code: Int32) -> Kind {
        switch code & 0xFF {
        // The second: too many began to read or write at the same moment.
        case SQLITE_BUSY, SQLITE_PROTOCOL: .busy
        case SQLITE_LOCKED: .locked
        case SQLITE_FULL: .full
        case SQLITE_NOTADB: .notADatabase
        case SQLITE_CORRUPT: .corrupt
        case SQLITE_READONLY, SQLITE_PERM: .readOnly
        case SQLITE_CANTOPEN: .cannotOpen
        case SQLITE_IOERR: .inputOutput
        case SQLITE_TOOBIG: .tooBig
        case SQLITE_NOMEM: .noMemory
        case SQLITE_CONSTRAINT: .constraint
        default: .other
        }
    }

    private static func words(for kind: Kind, _ systemMessage: String?) -> String {
        let cause = systemMessage.map { ": \($0)" } ?? ""
        return switch kind {
        case .busy: "is locked by another process that does not let go of it"
        case .locked: "is locked by another statement"
        case .full: "cannot grow: the disk is full, or the file has its largest size"
        case .notADatabase: "is no SQLite database; name another file, or a path at which there is nothing yet"
        case .corrupt: "is damaged; restore it, or move it away and replay the topic into a new one"
        case .readOnly: "cannot be written: it or its folder may only be read"
        case .cannotOpen: "cannot be opened\(cause)"
        case .inputOutput: "cannot be read or written\(cause)"
        case .tooBig: "takes no value of that size"
        case .noMemory: "cannot be worked with: the system gave no memory"
        default: "refused a statement"
        }
    }
}
