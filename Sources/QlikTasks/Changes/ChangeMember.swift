import CloudEvents

/// The documented members of one change in `_updates`.
enum ChangeMember: String {
    case path, newValue, oldValue

    /// All of them, as a straight-line decoder looks for them.
    static let shape = ObjectShape([
        (path.rawValue, .string), (newValue.rawValue, .anything), (oldValue.rawValue, .anything),
    ])

    /// The member of that name; nil for a name that is not documented.
    @inline(__always)
    static func named(_ name: JSONString) -> ChangeMember? {
        if name == "path" { return .path }
        if name == "newValue" { return .newValue }
        return name == "oldValue" ? .oldValue : nil
    }
}
