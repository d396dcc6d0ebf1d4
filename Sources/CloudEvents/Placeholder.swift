/// Replaced by the module's own files.
public struct CloudEvent: Sendable {}
/// Replaced by the module's own files.
public struct EventDataError: Error, Sendable {}
/// Replaced.
public struct Profile: Sendable { /// Replaced.
    public static let qlik = Profile() }
/// Replaced.
public enum ContentMode: Sendable { /// Replaced.
    case structured, binary }
