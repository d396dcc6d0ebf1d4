import CloudEvents

/// The documented members of one change in `_updates`.
enum ChangeMember: String {
    case path, newValue, oldValue

    /// The member of that name; nil for a name that is not documented.
    @inline(__always)
    static func named(_ name: JSONString) -> ChangeMember? {
        if name == "path" { return .path }
        if name == "newValue" { return .newValue }
        return name == "oldValue" ? .oldValue : nil
    }
}
