import Millrace

/// `millrace man`.
struct ManCommand: Command {
    static let name = "man"
    static let summary = "Prints the manual page."
    static let details = """
        Troff text, made from the same table as this help:

          millrace man | man -l -
        """

    static func run(_ invocation: Invocation) async throws -> ExitCode {
        try invocation.output.write(ManualPage(table: invocation.table).text)
        return .success
    }
}
