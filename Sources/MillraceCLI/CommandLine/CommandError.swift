/// Ends a command with a message on stderr and an exit code.
///
/// Commands throw it for whatever a user, a file or a network can cause; any other error that leaves a command ends
/// the process with ``ExitCode/internal``.
public struct CommandError: Error, Sendable, CustomStringConvertible {
    /// How the process ends.
    public let code: ExitCode
    /// What happened: what was found, what is allowed. No secret, no payload. May be several lines.
    public let message: String
    /// What to do next, in a sentence.
    public let hint: String?

    /// Ends with the code.
    public init(_ code: ExitCode, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The command line is wrong.
    public static func usage(_ message: String) -> CommandError { CommandError(.usage, message) }

    /// The message and the hint.
    public var description: String { hint.map { "\(message)\n\($0)" } ?? message }
}
