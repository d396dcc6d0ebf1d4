/// Why a task was disabled. Says nothing about whether it is: enabled tasks carry one too.
public struct DisabledCode: GrowingValue {
    /// The spelling in events.
    public let rawValue: String

    /// The value that is spelt so.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// `MANUALLY`: by a user.
    public static let manually = DisabledCode(rawValue: "MANUALLY")
    /// `CONSECUTIVE-FAILURES`: by Qlik Cloud, after its runs failed too often in a row.
    public static let consecutiveFailures = DisabledCode(rawValue: "CONSECUTIVE-FAILURES")
    /// `APP-SCRIPT-UPDATED`: the script of its app was changed.
    public static let appScriptUpdated = DisabledCode(rawValue: "APP-SCRIPT-UPDATED")
    /// `OWNER-DELETED`: its owner is gone.
    public static let ownerDeleted = DisabledCode(rawValue: "OWNER-DELETED")
    /// `OWNER-DISABLED`: its owner was disabled.
    public static let ownerDisabled = DisabledCode(rawValue: "OWNER-DISABLED")

    /// The five documented values. Qlik's REST interface knows more.
    public static let documented: [StaticString] = [
        "MANUALLY", "CONSECUTIVE-FAILURES", "APP-SCRIPT-UPDATED", "OWNER-DELETED", "OWNER-DISABLED",
    ]
}
