import Millrace
import MillraceSQLite
import QlikTasks

/// Which task database a command reads, and what its errors mean.
enum TaskDatabases {
    static let database = Flag.optional(
        "database", "FILE", .path, "The task database. Without it: that of the configuration's routes.")
    static let flags: [any FlagDefinition] = [database, ConfigurationFlags.file, ConfigurationFlags.set]

    /// The file that was named, else the one that a route to the processor names.
    static func path(_ invocation: Invocation, of processor: String) throws -> String {
        if let path = invocation[database] { return path }
        let isConfigured =
            invocation[ConfigurationFlags.file] != nil || !invocation[ConfigurationFlags.set].isEmpty
            || invocation.environment["MILLRACE_CONFIG"]?.isEmpty == false
        let configuration: Configuration
        do {
            configuration = try invocation.configuration(ignoringFaultsIn: "kafka")
        } catch let faults as OptionFaults {
            guard !isConfigured, faults.faults.allSatisfy({ $0.code == .unreadableFile }) else { throw faults }
            throw CommandError.usage(
                "no database: say --database FILE, or --config FILE with a route to \(processor)")
        }
        let paths = configuration.routes.filter { $0.processor == processor }.compactMap { route -> String? in
            guard case .text(let path) = route.options["path"]?.content else { return nil }
            return path
        }
        switch Set(paths).count {
        case 1: return paths[0]
        case 0:
            throw CommandError(
                .configuration, "the configuration has no route to \(processor)",
                hint: "add one, or name the database with --database FILE")
        default:
            throw CommandError.usage(
                "the configuration names \(paths.count) databases for \(processor): say --database FILE; "
                    + paths.joined(separator: ", "))
        }
    }

    /// Reads a database; what goes wrong with the file ends the command.
    static func read<Result>(_ path: String, _ body: (borrowing TaskReader) throws -> Result) throws -> Result {
        do {
            return try body(try TaskReader(path: path))
        } catch let error as SQLiteError {
            throw CommandError(error)
        }
    }
}

extension CommandError {
    fileprivate init(_ error: SQLiteError) {
        let code: ExitCode =
            switch error.kind {
            case .busy, .locked: .unavailable
            case .notADatabase, .corrupt, .otherKind, .newerSchema, .olderSchema, .moved, .logWithoutFile: .badData
            case .full, .readOnly, .cannotOpen, .inputOutput: .inputOutput
            case .tooBig, .noMemory, .constraint, .other: .internal
            }
        self.init(code, error.description)
    }
}
