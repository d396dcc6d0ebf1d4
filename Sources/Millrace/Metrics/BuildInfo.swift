/// Which Millrace this is.
public enum BuildInfo {
    /// The version by the rules of semver.org.
    public static let version = "0.1.0"
}
