/// Why a worker did not start or stopped by itself.
public struct WorkerError: Error, Sendable, CustomStringConvertible {
    /// What kind of trouble it is. Each has an exit code of its own in the command.
    public enum Code: Sendable, Hashable {
        /// The configuration is at fault.
        case configuration
        /// No broker answered in time, or the group could not be worked with.
        case unavailable
        /// The broker refused the worker's name, password or rights.
        case notPermitted
        /// The committed offset is no longer in the log and the source says `fail`.
        case offsetMissing
        /// The machine refused a thread, a descriptor or memory; or a defect.
        case `internal`
    }

    /// The kind.
    public let code: Code
    /// What was found, what is allowed, and what to do next.
    public let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }

    static func noDescriptor(_ number: Int32) -> WorkerError {
        WorkerError(.internal, "the system gave no event descriptor (errno \(number)); raise the limit of open files")
    }

    static func noThread(_ status: Int32) -> WorkerError {
        WorkerError(.internal, "the system gave no thread (errno \(status)); raise the limit of processes")
    }
}
