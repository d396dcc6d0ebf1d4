/// How a command ended, by the numbers of sysexits.h.
public struct ExitCode: RawRepresentable, Sendable, Hashable {
    /// The process's exit status.
    public let rawValue: Int32
    /// Any status.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Done.
    public static let success = ExitCode(rawValue: 0)
    /// The command line is wrong.
    public static let usage = ExitCode(rawValue: 64)
    /// The input is not what it should be.
    public static let badData = ExitCode(rawValue: 65)
    /// Something that is needed does not answer: the broker, a topic.
    public static let unavailable = ExitCode(rawValue: 69)
    /// A fault of the program itself.
    public static let `internal` = ExitCode(rawValue: 70)
    /// A file or a stream cannot be read or written.
    public static let inputOutput = ExitCode(rawValue: 74)
    /// Stopped before the end; the same command goes on where it stopped.
    public static let resumable = ExitCode(rawValue: 75)
    /// Not authenticated or not authorised.
    public static let notPermitted = ExitCode(rawValue: 77)
    /// The configuration is wrong.
    public static let configuration = ExitCode(rawValue: 78)

    /// Every code that a command of Millrace ends with, for `--help` and the manual.
    package static let meanings: [(code: ExitCode, meaning: String)] = [
        (.success, "done"),
        (.usage, "the command line is wrong"),
        (.badData, "the input is not what it should be"),
        (.unavailable, "something that is needed does not answer: the broker, a topic"),
        (.internal, "a fault of the program itself"),
        (.inputOutput, "a file or a stream cannot be read or written"),
        (.resumable, "stopped before the end; the same command goes on where it stopped"),
        (.notPermitted, "not authenticated, or not authorised"),
        (.configuration, "the configuration is wrong"),
    ]
}
