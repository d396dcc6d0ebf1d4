extension TaskChange {
    /// Whether this is the change by which a task was disabled: `enabled` became `false`, as a boolean or as a text.
    var disables: Bool {
        guard path == "/enabled" else { return false }
        switch newValue {
        case .json("false"): return true
        case .string(let text): return text.lowercased() == "false"
        default: return false
        }
    }
}
