/// What is wrong with one place of the configuration: where, what was found, what is allowed, what to do.
public struct OptionFault: Error, Sendable, CustomStringConvertible {
    /// The kind of fault. Codes never change their meaning; more may be added.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// As programs see it, in `config check --json`.
        public let rawValue: String
        /// A code of one's own.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The file cannot be read.
        public static let unreadableFile = Code(rawValue: "unreadableFile")
        /// The text is not YAML, or uses a part of YAML that is not taken.
        public static let syntax = Code(rawValue: "syntax")
        /// No key of this name exists here.
        public static let unknownKey = Code(rawValue: "unknownKey")
        /// The key stands there twice.
        public static let duplicateKey = Code(rawValue: "duplicateKey")
        /// A key that must be there is not, or is empty.
        public static let missingKey = Code(rawValue: "missingKey")
        /// A key without a value.
        public static let missingValue = Code(rawValue: "missingValue")
        /// A list or a map where a text belongs, or the other way round.
        public static let wrongKind = Code(rawValue: "wrongKind")
        /// A text that does not say what belongs here.
        public static let invalidValue = Code(rawValue: "invalidValue")
        /// A value beyond its bounds.
        public static let outOfRange = Code(rawValue: "outOfRange")
        /// `${NAME}` where the environment has no NAME and no default stands there.
        public static let unsetVariable = Code(rawValue: "unsetVariable")
        /// No processor of this name was compiled in.
        public static let unknownProcessor = Code(rawValue: "unknownProcessor")
        /// Two places that do not go together.
        public static let conflict = Code(rawValue: "conflict")
    }

    /// The kind of fault.
    public var code: Code
    /// Where in the configuration.
    public var path: OptionPath
    /// Where in the world: file and line, environment variable, flag.
    public var origin: OptionOrigin
    /// What is wrong, in words, without what was found and what is allowed.
    public var problem: String
    /// What was found, cut and quoted; nil where there is nothing to show. Never a secret.
    public var found: String?
    /// What is allowed, in words.
    public var allowed: String?
    /// The name that was probably meant.
    public var suggestion: String?

    /// A fault; `path` is relative to the table that it was found in.
    public init(
        _ code: Code, at path: OptionPath = OptionPath(), origin: OptionOrigin = .program, _ problem: String,
        found: String? = nil, allowed: String? = nil, suggestion: String? = nil
    ) {
        self.code = code
        self.path = path
        self.origin = origin
        self.problem = problem
        self.found = found
        self.allowed = allowed
        self.suggestion = suggestion
    }

    /// What is wrong, what was found, what is allowed and what was probably meant, in one line without the place.
    public var message: String {
        var text = problem
        if let found { text += ", found \(found)" }
        if let suggestion { text += "; did you mean '\(suggestion)'?" }
        if let allowed { text += "\(text.hasSuffix("?") ? "" : ";") allowed: \(allowed)" }
        return text
    }

    /// `FILE:LINE:COLUMN: KEY.PATH: MESSAGE`.
    public var description: String {
        var parts: [String] = []
        switch origin.kind {
        case .program, .standard: break
        case .file, .environment, .flag: parts.append(origin.description)
        }
        if !path.isRoot { parts.append(path.description) }
        parts.append(message)
        return parts.joined(separator: ": ")
    }
}
