/// The version of Millrace.
public enum MillraceVersion {
    /// By semantic versioning.
    public static let current = "0.1.0"
}
