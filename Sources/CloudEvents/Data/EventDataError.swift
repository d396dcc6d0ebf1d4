/// Why the data of a valid event is not what a processor wants.
///
/// Holds names, places and kinds, never values.
public struct EventDataError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The classes of errors. The raw value is the spelling in letters, logs and metrics.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The event has no data.
        case dataMissing
        /// The data is JSON's `null`.
        case dataNull
        /// The data is not JSON.
        case dataSyntax
        /// The data is a JSON string that holds JSON.
        case doubleEncoded
        /// A member is missing, or has another type or form than is needed.
        case invalidData
    }

    /// The class of the error.
    public let code: Code
    /// Where, as a JSON pointer (RFC 6901) from the event's root: `/data/enabled`. Nil where the whole data is meant.
    public let pointer: String?
    /// What was needed there, in words.
    public let expected: String?
    /// What was found there, in words.
    public let actual: String?

    /// An error at a place.
    public init(_ code: Code, pointer: String? = nil, expected: String? = nil, actual: String? = nil) {
        self.code = code
        self.pointer = pointer
        self.expected = expected
        self.actual = actual
    }

    /// The code, and after a colon where: `invalidData:/data/enabled`.
    public var reason: String {
        pointer.map { "\(code.rawValue):\($0)" } ?? code.rawValue
    }

    /// The reason, what was needed and what was found.
    public var description: String {
        switch (expected, actual) {
        case (let expected?, let actual?): "\(reason): expected \(expected), found \(actual)"
        case (let expected?, nil): "\(reason): expected \(expected)"
        case (nil, let actual?): "\(reason): found \(actual)"
        case (nil, nil): reason
        }
    }
}
