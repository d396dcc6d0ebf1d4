/// Where a value of the configuration came from.
public struct OptionOrigin: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        case program
        case standard
        case file(name: String, line: Int, column: Int)
        case environment(name: String)
        case flag(name: String)
    }

    package let kind: Kind
    /// The environment variables that a `${NAME}` in the value took in.
    package var variables: [String] = []

    package init(_ kind: Kind) { self.kind = kind }

    /// Set by the program that made the configuration.
    public static let program = OptionOrigin(.program)
    /// Nobody set it: the default.
    public static let standard = OptionOrigin(.standard)

    /// A place in a file. Lines and columns count from 1.
    package static func file(_ name: String, line: Int, column: Int) -> OptionOrigin {
        OptionOrigin(.file(name: name, line: line, column: column))
    }

    /// A file as a whole.
    package static func file(_ name: String) -> OptionOrigin { OptionOrigin(.file(name: name, line: 0, column: 0)) }

    /// An environment variable.
    package static func environment(_ name: String) -> OptionOrigin { OptionOrigin(.environment(name: name)) }

    /// A flag of the command line.
    package static func flag(_ name: String) -> OptionOrigin { OptionOrigin(.flag(name: name)) }

    /// The file's name as it was given, where the value came from a file.
    public var file: String? {
        if case .file(let name, _, _) = kind { name } else { nil }
    }

    /// The line in the file, from 1; nil for the file as a whole.
    public var line: Int? {
        if case .file(_, let line, _) = kind, line > 0 { line } else { nil }
    }

    /// The column in the line, from 1, in characters; nil for the file as a whole.
    public var column: Int? {
        if case .file(_, _, let column) = kind, column > 0 { column } else { nil }
    }

    /// `FILE:LINE:COLUMN`, `FILE`, the variable's or the flag's name, `program` or `default`.
    public var description: String {
        switch kind {
        case .program: "program"
        case .standard: "default"
        case .file(let name, 0, _): name
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .environment(let name): name
        case .flag(let name): name
        }
    }

    /// One value may be a list in one text only where no list can be written.
    var allowsListInText: Bool {
        switch kind {
        case .environment, .flag: true
        case .program, .standard, .file: false
        }
    }
}
